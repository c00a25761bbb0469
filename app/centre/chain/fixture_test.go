package chain

import (
	"crypto"
	"crypto/ed25519"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

const testChain = "counterfoil-test"

// city is a chain with one hall, one enrolled counter and one grant, all keys
// derived from fixed seeds so that a restart meets the same ones.
type city struct {
	authority, admin, counter ed25519.PrivateKey
	start                     time.Time
	grant                     casework.Grant
}

func seeded(b byte) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = b
	return ed25519.NewKeyFromSeed(seed)
}

func newCity(now time.Time) city {
	now = now.UTC().Truncate(time.Millisecond)
	return city{authority: seeded(1), admin: seeded(2), counter: seeded(3), start: now, grant: casework.Grant{
		ID: casework.GrantID(protocol.NewID()), Item: "item-1", Hall: "dongcheng", From: now.Add(-time.Minute), Until: now.Add(time.Hour),
		Needs: []casework.LicenceNeed{{Kind: "id-card", Fields: []casework.FieldID{"name"}}}, Method: casework.ByCode, Salt: protocol.NewSalt(),
	}}
}

func public(k ed25519.PrivateKey) protocol.PublicKey {
	return protocol.PublicKey{Suite: protocol.Suite1, Bytes: k.Public().(ed25519.PublicKey)}
}

func (c city) options(home string) Options {
	return Options{Home: home, Chain: testChain, Authority: public(c.authority), RPC: "127.0.0.1:0",
		Admins: map[casework.HallID]protocol.PublicKey{"dongcheng": public(c.admin), "xicheng": public(seeded(4))}}
}

func say(t testing.TB, k crypto.Signer, s protocol.Statement) []byte {
	t.Helper()
	raw, _, err := protocol.SignStatement(k, s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// founding returns the statements that enrol the counter and register the grant.
func (c city) founding(t testing.TB) [][]byte {
	return [][]byte{
		say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "12", public(c.counter), c.start)),
		say(t, c.authority, protocol.RegisterGrant(testChain, protocol.Suite1, c.grant, c.start)),
	}
}

// history writes one case, entry behind entry, on a grant of its own.
type history struct {
	city
	t       testing.TB
	id      casework.CaseID
	last    casework.Entry
	head    casework.Digest
	digests []casework.Digest
	writer  crypto.Signer
	place   casework.CounterID
	suite   protocol.Suite // of commitments
}

func (c city) history(t testing.TB) *history {
	c.grant.ID = casework.GrantID(protocol.NewID())
	return &history{city: c, t: t, id: casework.CaseID(protocol.NewID()), writer: c.counter, place: "12", suite: protocol.Suite1}
}

// registered returns the statement that the case's grant needs first.
func (h *history) registered() []byte {
	return say(h.t, h.authority, protocol.RegisterGrant(testChain, h.suite, h.grant, h.start))
}

// draft returns the next entry, unsigned.
func (h *history) draft(kind casework.StepKind) casework.Entry {
	e := casework.Entry{Chain: testChain, Case: h.id, Seq: h.last.Seq + 1, Kind: kind, Hall: "dongcheng", Counter: h.place, Clerk: "clerk-1",
		Time: h.start.Add(time.Duration(h.last.Seq) * time.Millisecond), Prev: h.head}
	some := casework.Commitment{1}
	item := h.suite.CommitItem(h.grant.Salt, h.grant.Item)
	switch kind {
	case byPaper:
		e.Kind, e.Body = casework.Authorized, casework.Body{Item: some, Method: casework.ByPaper, Originals: some}
	case casework.Opened:
		e.Body = casework.Body{Item: some, Demands: casework.Demands{Signature: true}}
	case casework.Authorized:
		e.Body = casework.Body{Item: item, Grant: h.grant.ID, Method: casework.ByCode}
	case casework.Retrieved:
		e.Body = casework.Body{Item: item, Grant: h.grant.ID, Licences: []casework.LicenceCommitment{
			{Kind: h.suite.CommitKind(h.grant.Salt, "id-card"), Original: some}}}
	case casework.Confirmed:
		e.Body = casework.Body{Fields: some, Picture: some}
	case casework.Signed:
		e.Body = casework.Body{Confirmation: h.head, Ink: some}
	case casework.Submitted:
		e.Body = casework.Body{Whole: h.suite.WholeOf(h.digests)}
	case casework.Abandoned:
		e.Body = casework.Body{Reason: casework.ClerkGaveUp}
	}
	return e
}

func (h *history) sign(k crypto.Signer, e casework.Entry) []byte {
	h.t.Helper()
	raw, _, err := protocol.SignEntry(k, e)
	if err != nil {
		h.t.Fatal(err)
	}
	return raw
}

// write signs the next entry and goes on behind it.
func (h *history) write(kind casework.StepKind) []byte {
	h.t.Helper()
	e := h.draft(kind)
	raw := h.sign(h.writer, e)
	h.last, h.head = e, protocol.DigestOf(raw)
	h.digests = append(h.digests, h.head)
	return raw
}

// byPaper stands for authorized in a history: by paper originals, without a grant.
const byPaper = casework.StepKind("authorized by paper")

// whole is the usual order of a case.
func whole() []casework.StepKind {
	return []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed, casework.Submitted}
}
