package repository_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/centre/repository"
	"counterfoil/app/protocol"
)

var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// sampleKinds reads the licence kinds of the sample catalogue.
func sampleKinds(t *testing.T) map[casework.LicenceKind]casework.KindInfo {
	t.Helper()
	sample, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[casework.LicenceKind]casework.KindInfo{}
	for _, k := range sample.Kinds() {
		kinds[k.Kind] = k
	}
	return kinds
}

func open(t *testing.T, home string) (*repository.Repository, map[casework.LicenceKind]casework.KindInfo) {
	t.Helper()
	kinds := sampleKinds(t)
	r, err := repository.New(repository.Options{Home: home, Now: func() time.Time { return today },
		Kinds: func(k casework.LicenceKind) (casework.KindInfo, bool) { info, ok := kinds[k]; return info, ok }})
	if err != nil {
		t.Fatal(err)
	}
	return r, kinds
}

func allFields(info casework.KindInfo) casework.LicenceNeed {
	n := casework.LicenceNeed{Kind: info.Kind}
	for _, f := range info.Fields {
		n.Fields = append(n.Fields, f.Field)
	}
	return n
}

// retrieve opens a licence as a counter does.
func retrieve(t *testing.T, r *repository.Repository, holder string, info casework.KindInfo, need casework.LicenceNeed) (casework.Licence, error) {
	t.Helper()
	got, err := r.Retrieve(t.Context(), holder, []casework.LicenceNeed{need})
	if err != nil {
		return casework.Licence{}, err
	}
	issuers := r.Issuers()
	return protocol.OpenLicence(got[0].Presented, info, func(name string) (protocol.PublicKey, bool) { k, ok := issuers[name]; return k, ok })
}

func TestEveryLicenceHasEveryFieldOfItsKindAndVerifies(t *testing.T) {
	r, kinds := open(t, t.TempDir())
	seen := map[casework.LicenceKind]bool{}
	holders := []string{"example-medical", "example-instruments"}
	for _, h := range r.Holders() {
		if !strings.HasPrefix(h.ID, "test-") { // broken on purpose
			holders = append(holders, h.ID)
		}
	}
	for _, h := range holders {
		for _, held := range r.Held(h) {
			info := kinds[held.Kind]
			l, err := retrieve(t, r, h, info, allFields(info))
			if k := casework.KindOf(err); k == casework.LicenceSuspended || k == casework.LicenceExpired {
				continue
			}
			if err != nil {
				t.Errorf("%s %s: %v", h, held.Kind, err)
			}
			checkValues(t, l)
			seen[held.Kind] = true
		}
	}
	if len(seen) != 7 {
		t.Errorf("licences of %d kinds, want all seven", len(seen))
	}
}

func checkValues(t *testing.T, l casework.Licence) {
	t.Helper()
	for _, f := range l.Fields {
		switch f.Field {
		case "id_number", "licence_number", "holder_id_number", "spouse_id_number":
			if !casework.CheckCitizenNumber(f.Value) || strings.HasPrefix(f.Value, "11") && !strings.HasPrefix(f.Value, "1199") {
				t.Errorf("%s %s: a wrong number, or one that somebody could have", l.Kind, f.Field)
			}
		case "credit_code":
			if !casework.CheckCreditCode(f.Value) {
				t.Errorf("%s: wrong credit code", l.Kind)
			}
		case "portrait":
			checkPortrait(t, f.Value)
		}
	}
}

func checkPortrait(t *testing.T, value string) {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jpeg.Decode(bytes.NewReader(raw)); err != nil {
		t.Error(err)
	}
}

func TestOnlyTheNamedFieldsAreDisclosed(t *testing.T) {
	r, kinds := open(t, t.TempDir())
	l, err := retrieve(t, r, "wang-xiulan", kinds["household-register"], casework.LicenceNeed{Kind: "household-register", Fields: []casework.FieldID{"name", "relation"}})
	if err != nil || len(l.Fields) != 2 {
		t.Fatalf("got %d fields, %v", len(l.Fields), err)
	}
	if bytes.Contains(l.Original, []byte("A型")) || bytes.Contains(l.Original, []byte("会计")) {
		t.Error("a field that was not named is in what was sent")
	}
}

func TestLicencesBrokenOnPurposeAreRefusedForTheirReason(t *testing.T) {
	r, kinds := open(t, t.TempDir())
	for holder, want := range map[string]casework.RefusalKind{
		"test-a": casework.IssuerSignature, "test-b": casework.IdentifierCheck, "test-c": casework.IssuerUnknown,
	} {
		if _, err := retrieve(t, r, holder, kinds["id-card"], allFields(kinds["id-card"])); casework.KindOf(err) != want {
			t.Errorf("%s: got %v, want %s", holder, err, want)
		}
	}
}

func TestALicenceThatDoesNotStandIsNotGivenOut(t *testing.T) {
	r, kinds := open(t, t.TempDir())
	for _, c := range []struct {
		holder string
		kind   casework.LicenceKind
		want   casework.RefusalKind
	}{
		{"zhou-lihua", "residence-permit", casework.LicenceSuspended},
		{"gao-feng", "driving-licence", casework.LicenceExpired},
		{"test-trading", "business-licence", casework.LicenceSuspended},
		{"zheng-shouyi", "id-card", ""},
		{"abdurehim", "residence-permit", ""},
	} {
		l, err := retrieve(t, r, c.holder, kinds[c.kind], allFields(kinds[c.kind]))
		if got := casework.KindOf(err); got != c.want || (err == nil) != (len(l.Fields) > 0) {
			t.Errorf("%s %s: got %q, want %q", c.holder, c.kind, got, c.want)
		}
	}
}

func TestWhatIsNotHeldOrUnknownIsRefusedAsAWhole(t *testing.T) {
	r, _ := open(t, t.TempDir())
	ask := func(kind casework.LicenceKind, field casework.FieldID) error {
		got, err := r.Retrieve(t.Context(), "chen-zhiyuan", []casework.LicenceNeed{
			{Kind: "id-card", Fields: []casework.FieldID{"name"}}, {Kind: kind, Fields: []casework.FieldID{field}}})
		if got != nil {
			t.Error("something was sent beside a refusal")
		}
		return err
	}
	if err := ask("marriage-certificate", "registrar"); !errors.Is(err, casework.Refuse(casework.LicenceNotHeld, "")) {
		t.Error(err)
	}
	if err := ask("business-licence", "name"); !errors.Is(err, casework.Refuse(casework.LicenceNotHeld, "")) {
		t.Error("an entity's licence as a person's own:", err)
	}
	if err := ask("id-card", "blood_type"); !errors.Is(err, casework.Refuse(casework.FieldNotDisclosed, "")) {
		t.Error(err)
	}
}

func TestIssuersKeepTheirKeysAcrossAStart(t *testing.T) {
	home := filepath.Join(t.TempDir(), "centre")
	first, _ := open(t, home)
	second, _ := open(t, home)
	a, _ := json.Marshal(first.Issuers())
	b, _ := json.Marshal(second.Issuers())
	if !bytes.Equal(a, b) {
		t.Error("the keys changed")
	}
	other, _ := open(t, t.TempDir())
	if c, _ := json.Marshal(other.Issuers()); bytes.Equal(a, c) {
		t.Error("another installation has the same keys")
	}
	if info, err := os.Stat(filepath.Join(home, "issuer-keys.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Error("the keys can be read by others", err)
	}
}

func TestADamagedKeyFileIsNeverReplacedInSilence(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "issuer-keys.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := repository.New(repository.Options{Home: home, Kinds: func(casework.LicenceKind) (casework.KindInfo, bool) { return casework.KindInfo{}, false }}); err == nil {
		t.Error("opened")
	}
}

func TestAHolderIsFoundByTheNumberOnThePaper(t *testing.T) {
	r, _ := open(t, t.TempDir())
	known := r.Known("wang-xiulan")
	if len(known) == 0 || !slices.Contains(known, "19870412") || !slices.Contains(known, "0412") {
		t.Fatalf("known digits: %v", known)
	}
	if len(r.Known("nobody")) != 0 {
		t.Error("digits of nobody are known")
	}
	check, ok := casework.CitizenNumberCheck("11990119870412024")
	if !ok {
		t.Fatal("no check character")
	}
	number := strings.ToLower("11990119870412024" + string(check))
	if got, ok := r.ByNumber(" " + number + "\n"); !ok || got != "wang-xiulan" {
		t.Errorf("%q %v", got, ok)
	}
	if _, ok := r.ByNumber("11010519491231002X"); ok {
		t.Error("a number of nobody is found")
	}
}

func TestEveryNoteIsThereInBothLanguages(t *testing.T) {
	r, _ := open(t, t.TempDir())
	for _, h := range r.Holders() {
		if h.Note == "" || h.EN == "" || len(r.Held(h.ID)) == 0 {
			t.Errorf("%s: a note or licence is missing", h.ID)
		}
	}
	if len(r.Holders()) < 12 {
		t.Error("too few holders")
	}
}

func TestAQuestionIsAnsweredByTheRepositorysClockWithoutItsValue(t *testing.T) {
	now := today
	kinds := sampleKinds(t)
	r, err := repository.New(repository.Options{Home: t.TempDir(), Now: func() time.Time { return now },
		Kinds: func(k casework.LicenceKind) (casework.KindInfo, bool) { info, ok := kinds[k]; return info, ok }})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		holder string
		kind   casework.LicenceKind
		field  casework.FieldID
		at     time.Time
		want   string
	}{
		{"wang-xiulan", "driving-licence", "drives_cars", today, casework.Yes},
		{"wang-xiulan", "driving-licence", "driven_3_years", today, casework.Yes},
		{"wang-xiulan", "driving-licence", "driven_3_years", time.Date(2012, 7, 14, 0, 0, 0, 0, time.UTC), casework.No}, // a day short of it
		{"wang-xiulan", "id-card", "adult", today, casework.Yes},
		{"wang-xiulan", "id-card", "adult", time.Date(2005, 4, 11, 0, 0, 0, 0, time.UTC), casework.No},
	} {
		now = c.at
		need := casework.LicenceNeed{Kind: c.kind, Fields: []casework.FieldID{c.field}}
		l, err := retrieve(t, r, c.holder, kinds[c.kind], need)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := l.Value(c.field); got != c.want || len(l.Fields) != 1 || !l.Answered.Equal(now) {
			t.Errorf("%s at %s: %+v", c.field, c.at.Format(time.DateOnly), l.Fields)
		}
		for _, value := range []string{"1987", "2009", "C1E"} {
			if bytes.Contains(l.Original, []byte(value)) {
				t.Errorf("%s: the answer is given with %s", c.field, value)
			}
		}
	}
}
