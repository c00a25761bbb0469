package journal

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
)

// The journal is what the desk asks for.
var _ desk.Journal = (*Journal)(nil)

const testDay = "20261123"

func testNow() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }

func testSigner() crypto.Signer {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
}

func testOptions(dir string) Options {
	return Options{Dir: dir, Master: [32]byte{1, 2, 3}, Now: testNow}
}

func openAt(t testing.TB, o Options) *Journal {
	t.Helper()
	j, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func newJournal(t testing.TB) *Journal { return openAt(t, testOptions(t.TempDir())) }

// serving makes the signed steps of one case, one after the other.
type serving struct {
	signer   crypto.Signer
	id       casework.CaseID
	about    casework.CaseAbout
	standing casework.Standing
	digests  []casework.Digest
	grant    casework.GrantID
	name     string // of the citizen
	number   string
	photo    []byte
	picture  int // bytes of the confirmed picture
}

func newServing(n int) *serving {
	return &serving{signer: testSigner(), id: casework.CaseID(protocol.NewID()), grant: casework.GrantID(protocol.NewID()),
		about: casework.CaseAbout{Number: casework.CaseNumber(fmt.Sprintf("%s-12-%04d", testDay, n)), Item: "11100000000013338W-0042", Day: testDay},
		name:  "张三", number: "11010519491231002X", photo: bytes.Repeat([]byte("photo of a citizen "), 30), picture: 600}
}

// byPaper stands for authorized in a serving: by paper originals.
const byPaper = casework.StepKind("authorized by paper")

// usual is the whole line of a case.
func usual() []casework.StepKind {
	return []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed,
		casework.Photographed, casework.Submitted}
}

// step makes the next step of the given kind and takes it as done.
func (s *serving) step(kind casework.StepKind) casework.Step {
	step := s.make(kind)
	s.done(step)
	return step
}

func (s *serving) done(step casework.Step) {
	next, err := s.standing.Next(step.Entry, step.Digest)
	if err != nil {
		panic(err)
	}
	s.standing, s.digests = next, append(s.digests, step.Digest)
}

func (s *serving) make(kind casework.StepKind) casework.Step {
	e := casework.Entry{Chain: "practice-1", Case: s.id, Seq: s.standing.Seq + 1, Kind: kind,
		Time: testNow().Add(time.Duration(s.standing.Seq) * time.Second), Hall: "dongcheng", Counter: "12", Clerk: "clerk-7", Prev: s.standing.Head}
	attach := s.body(&e)
	raw, digest, err := protocol.SignEntry(s.signer, e)
	if err != nil {
		panic(err)
	}
	return casework.Step{Entry: e, Digest: digest, Raw: raw, Attachments: attach}
}

func (s *serving) body(e *casework.Entry) []casework.Attachment {
	b := &e.Body
	switch e.Kind {
	case casework.Opened:
		a := attachment("item", "text/plain", []byte(s.about.Item))
		b.Item, b.Demands = commit(a), casework.Demands{Signature: true, Photo: casework.PhotoOptional}
		return []casework.Attachment{a}
	case byPaper:
		item, originals := attachment("item", "text/plain", []byte(s.about.Item)), attachment("originals", "application/json", []byte(`{"kinds":["id-card"]}`))
		e.Kind, b.Item, b.Originals, b.Method = casework.Authorized, commit(item), commit(originals), casework.ByPaper
		return []casework.Attachment{item, originals}
	case casework.Authorized:
		b.Item, b.Grant, b.Method = casework.Commitment{1}, s.grant, casework.ByCode
	case casework.Retrieved:
		a := attachment("licence-1", "application/cbor", []byte("the original of "+s.name+" "+s.number))
		b.Item, b.Grant = casework.Commitment{1}, s.grant
		b.Licences = []casework.LicenceCommitment{{Kind: casework.Commitment{2}, Original: commit(a)}}
		return []casework.Attachment{a}
	case casework.Confirmed:
		f := attachment(fieldsName, "application/json", s.form())
		p := attachment("picture", "image/png", noise(s.picture))
		b.Fields, b.Picture = commit(f), commit(p)
		return []casework.Attachment{f, p}
	case casework.Signed:
		a := attachment("ink", "application/cbor", noise(300))
		b.Confirmation, b.Ink = s.standing.Confirmation, commit(a)
		if b.Confirmation.IsZero() {
			b.Confirmation = casework.Digest{9} // of no confirmation: to be refused
		}
		return []casework.Attachment{a}
	case casework.Photographed:
		a := attachment("photo", "image/jpeg", s.photo)
		b.Photo = commit(a)
		return []casework.Attachment{a}
	case casework.Submitted:
		b.Whole = protocol.Suite1.WholeOf(s.digests)
	case casework.Abandoned:
		b.Reason = casework.CitizenLeft
	}
	return nil
}

func (s *serving) form() []byte {
	b, err := json.Marshal([]casework.FormValue{{Field: "name", Label: "姓名", Value: s.name, Source: "id-card"},
		{Field: "number", Label: "公民身份号码", Value: s.number, Source: "id-card"}, {Field: "company", Label: "名称", Value: "Qingfeng 医疗器械有限公司"}})
	if err != nil {
		panic(err)
	}
	return b
}

func attachment(name, media string, content []byte) casework.Attachment {
	return casework.Attachment{Name: name, Media: media, Salt: protocol.NewSalt(), Content: content}
}

func commit(a casework.Attachment) casework.Commitment {
	return protocol.Suite1.Commit(a.Salt, a.Content)
}

func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

func (s *serving) append(t testing.TB, j *Journal, kinds ...casework.StepKind) {
	t.Helper()
	for _, kind := range kinds {
		if err := j.Append(t.Context(), s.step(kind), s.about); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
	}
}

func receiptFor(d casework.Digest, height int64) casework.Receipt {
	return casework.Receipt{Entry: d, Height: height, Time: testNow().Add(time.Duration(height) * time.Millisecond), Raw: []byte("receipt of " + d.String())}
}

func linkFor(height int64) []byte { return fmt.Appendf(nil, "link at %d", height) }

func wantRefusal(t testing.TB, err error, kind casework.RefusalKind) {
	t.Helper()
	if casework.KindOf(err) != kind {
		t.Fatalf("got %v, want %s", err, kind)
	}
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		child(dir)
		return
	}
	os.Exit(m.Run())
}
