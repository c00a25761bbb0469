package protocol_test

import (
	"bytes"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

var (
	askedAt = time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)
	adult   = casework.FieldInfo{Field: "adult", Question: &casework.Question{Of: "birth_date", Years: 18}}
	asking  = casework.KindInfo{Kind: "id-card", Fields: []casework.FieldInfo{{Field: "name"}, {Field: "birth_date"}, adult}}
)

// asked returns the licence of somebody born on that day, its name open and the
// question answered.
func asked(t *testing.T, born string) protocol.Presented {
	t.Helper()
	l := idCard()
	l.Fields = append(l.Fields, casework.FieldValue{Field: "birth_date", Value: born})
	full, err := protocol.IssueLicence(testKey("issuer"), l)
	if err != nil {
		t.Fatal(err)
	}
	p := full.Disclose([]casework.FieldID{"name", "adult"})
	if p.Answers, err = protocol.AnswerQuestions(testKey("issuer"), full, asking, []casework.FieldID{"name", "adult"}, askedAt); err != nil {
		t.Fatal(err)
	}
	return p
}

func opened(t *testing.T, p protocol.Presented, info casework.KindInfo) (casework.Licence, error) {
	t.Helper()
	raw, err := protocol.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return protocol.OpenLicence(raw, info, issuers)
}

func TestAQuestionIsAnsweredAndItsValueStaysWhereItIs(t *testing.T) {
	for born, want := range map[string]string{"1987年4月12日": casework.Yes, "2015年6月1日": casework.No} {
		p := asked(t, born)
		l, err := opened(t, p, asking)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := l.Value("adult"); got != want || len(l.Fields) != 2 || !l.Answered.Equal(askedAt) {
			t.Errorf("born %s: %+v", born, l)
		}
		if bytes.Contains(l.Original, []byte(born)) {
			t.Error("the date of birth is handed over with the answer")
		}
	}
}

func TestAnAnswerToAnythingElseIsRefused(t *testing.T) {
	p, other := asked(t, "1987年4月12日"), asked(t, "2015年6月1日")
	for name, c := range map[string]struct {
		change func(*protocol.Presented)
		info   casework.KindInfo
		want   casework.RefusalKind
	}{
		"another person's answer": {func(p *protocol.Presented) { p.Answers = other.Answers }, asking, casework.IssuerSignature},
		"an altered answer":       {func(p *protocol.Presented) { p.Answers[len(p.Answers)-1] ^= 1 }, asking, casework.IssuerSignature},
		"a licence as an answer":  {func(p *protocol.Presented) { p.Answers = p.Signed }, asking, casework.Malformed},
		"an answer to an easier question": {func(*protocol.Presented) {}, casework.KindInfo{Kind: "id-card", Fields: []casework.FieldInfo{{Field: "name"},
			{Field: "adult", Question: &casework.Question{Of: "birth_date", Years: 21}}}}, casework.IssuerSignature},
		"an answer where none is known": {func(*protocol.Presented) {}, casework.KindInfo{Kind: "id-card"}, casework.IssuerSignature},
		"a value in place of an answer": {func(*protocol.Presented) {}, casework.KindInfo{Kind: "id-card", Fields: []casework.FieldInfo{
			{Field: "name", Question: adult.Question}}}, casework.CentreGarbled},
	} {
		forged := p
		forged.Answers = bytes.Clone(p.Answers)
		c.change(&forged)
		if l, err := opened(t, forged, c.info); casework.KindOf(err) != c.want || l.Fields != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatCannotBeAnsweredIsRefusedAndNotGuessed(t *testing.T) {
	full, err := protocol.IssueLicence(testKey("issuer"), idCard()) // no date of birth
	if err != nil {
		t.Fatal(err)
	}
	if _, err := protocol.AnswerQuestions(testKey("issuer"), full, asking, []casework.FieldID{"adult"}, askedAt); casework.KindOf(err) != casework.FieldNotDisclosed {
		t.Error(err)
	}
	if answers, err := protocol.AnswerQuestions(testKey("issuer"), full, asking, []casework.FieldID{"name"}, askedAt); err != nil || answers != nil {
		t.Error("answered what nobody asked:", err)
	}
}
