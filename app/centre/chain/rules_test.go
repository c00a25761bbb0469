package chain

import (
	"context"
	"crypto/ed25519"
	"testing"
	"time"

	dbm "github.com/cometbft/cometbft-db"
	abci "github.com/cometbft/cometbft/abci/types"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// bench runs the application without a node, block by block.
type bench struct {
	*app
	t   testing.TB
	now time.Time
}

func newBench(t testing.TB, c city) *bench {
	b := &bench{t: t, now: c.start}
	a, err := newApp(dbm.NewMemDB(), testChain, c.genesis(), func() time.Time { return b.now })
	if err != nil {
		t.Fatal(err)
	}
	b.app = a
	state, err := c.genesis().encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.InitChain(context.Background(), &abci.RequestInitChain{ChainId: testChain, AppStateBytes: state}); err != nil {
		t.Fatal(err)
	}
	b.block(c.founding(t)...)
	return b
}

// block decides a block of txs and returns the answers.
func (b *bench) block(txs ...[]byte) []*abci.ExecTxResult {
	b.t.Helper()
	r, err := b.FinalizeBlock(context.Background(), &abci.RequestFinalizeBlock{Height: b.head.Height + 1, Txs: txs})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.Commit(context.Background(), &abci.RequestCommit{}); err != nil {
		b.t.Fatal(err)
	}
	return r.TxResults
}

func (b *bench) offered(tx []byte) *abci.ResponseCheckTx {
	b.t.Helper()
	r, err := b.CheckTx(context.Background(), &abci.RequestCheckTx{Tx: tx})
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *bench) acceptsBlock(txs ...[]byte) bool {
	b.t.Helper()
	r, err := b.ProcessProposal(context.Background(), &abci.RequestProcessProposal{Height: b.head.Height + 1, Txs: txs})
	if err != nil {
		b.t.Fatal(err)
	}
	return r.Status == abci.ResponseProcessProposal_ACCEPT
}

func (b *bench) prepared(txs ...[]byte) [][]byte {
	b.t.Helper()
	r, err := b.PrepareProposal(context.Background(), &abci.RequestPrepareProposal{Height: b.head.Height + 1, Txs: txs, MaxTxBytes: 1 << 20})
	if err != nil {
		b.t.Fatal(err)
	}
	return r.Txs
}

// refusals is every reason for which the application refuses, each with a
// transaction that deserves it; prior is recorded before.
func refusals(t testing.TB, c city) map[string]struct {
	want      casework.RefusalKind
	prior     [][]byte
	offending []byte
} {
	stranger := seeded(77)
	type row = struct {
		want      casework.RefusalKind
		prior     [][]byte
		offending []byte
	}
	// at returns a case that stands after the kinds, and what is recorded for it.
	at := func(kinds ...casework.StepKind) (*history, [][]byte) {
		h := c.history(t)
		var prior [][]byte
		for _, k := range kinds {
			prior = append(prior, h.write(k))
		}
		return h, prior
	}
	changed := func(k ed25519.PrivateKey, next casework.StepKind, change func(*casework.Entry), kinds ...casework.StepKind) ([][]byte, []byte) {
		h, prior := at(kinds...)
		e := h.draft(next)
		change(&e)
		return prior, h.sign(k, e)
	}
	entry := func(want casework.RefusalKind, k ed25519.PrivateKey, next casework.StepKind, change func(*casework.Entry), kinds ...casework.StepKind) row {
		prior, raw := changed(k, next, change, kinds...)
		return row{want, prior, raw}
	}
	steps := whole()
	same := func(*casework.Entry) {}
	withGrant := func(g casework.Grant, change func(*casework.Entry), kind casework.StepKind, extra ...[]byte) ([][]byte, []byte) {
		d := c
		d.grant = g
		h := d.history(t)
		prior := [][]byte{h.write(casework.Opened)}
		if kind == casework.Retrieved {
			prior = append(prior, h.write(casework.Authorized))
		}
		e := h.draft(kind)
		change(&e)
		return append(extra, prior...), h.sign(h.counter, e)
	}
	register := func(g casework.Grant) []byte {
		return say(t, c.authority, protocol.RegisterGrant(testChain, g, c.start))
	}
	other := func(change func(*casework.Grant)) casework.Grant {
		g := c.grant
		g.ID = casework.GrantID(protocol.NewID())
		change(&g)
		return g
	}
	granted := func(want casework.RefusalKind, g casework.Grant, change func(*casework.Entry), kind casework.StepKind, extra ...[]byte) row {
		prior, raw := withGrant(g, change, kind, append([][]byte{register(g)}, extra...)...)
		return row{want, prior, raw}
	}
	unknown := other(func(*casework.Grant) {})
	unknownPrior, unknownUse := withGrant(unknown, same, casework.Authorized)
	lapsed := other(func(g *casework.Grant) { g.Until = c.start })
	early := other(func(g *casework.Grant) { g.From = c.start.Add(30 * time.Minute) })
	abroad := other(func(g *casework.Grant) { g.Hall = "xicheng" })
	revoked := other(func(*casework.Grant) {})
	revocation := say(t, c.authority, protocol.RevokeGrant(testChain, revoked.ID, c.start))
	second, third := seeded(5), seeded(6)
	enrolThird := say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "13", public(third), c.start))
	enrolSecond := say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "13", public(second), c.start))
	withdrawSecond := say(t, c.admin, protocol.WithdrawKey(testChain, "dongcheng", public(second).ID(), c.start))
	at13 := func(e *casework.Entry) { e.Counter = "13" }
	forged, _ := at()
	broken := forged.write(casework.Opened)
	broken[len(broken)-1] ^= 1
	withdrawn := entry(casework.KeyWithdrawn, second, casework.Opened, at13)
	withdrawn.prior = [][]byte{enrolSecond, withdrawSecond}

	return map[string]row{
		"garbage":                            {casework.Malformed, nil, []byte("garbage")},
		"a signature that does not hold":     {casework.BadSignature, nil, broken},
		"a key that is not enrolled":         entry(casework.KeyUnknown, stranger, casework.Opened, same),
		"an administrator's key":             entry(casework.KeyNotEntitled, c.admin, casework.Opened, same),
		"a withdrawn key":                    withdrawn,
		"another counter's key":              {casework.KeyNotEntitled, [][]byte{enrolThird}, entry("", third, casework.Opened, same).offending},
		"another hall":                       entry(casework.KeyNotEntitled, c.counter, casework.Opened, func(e *casework.Entry) { e.Hall = "xicheng" }),
		"another chain":                      entry(casework.WrongChain, c.counter, casework.Opened, func(e *casework.Entry) { e.Chain = "real" }),
		"a case that begins in the middle":   entry(casework.WrongSequence, c.counter, casework.Authorized, func(e *casework.Entry) { e.Seq, e.Prev = 2, casework.Digest{1} }),
		"a gap":                              entry(casework.WrongSequence, c.counter, casework.Confirmed, func(e *casework.Entry) { e.Seq++ }, steps[:3]...),
		"a number that is taken":             entry(casework.WrongSequence, c.counter, casework.Authorized, func(e *casework.Entry) { e.Seq-- }, steps[:3]...),
		"another previous entry":             entry(casework.WrongPrevious, c.counter, casework.Confirmed, func(e *casework.Entry) { e.Prev[0] ^= 1 }, steps[:3]...),
		"a step the table forbids":           entry(casework.ForbiddenStep, c.counter, casework.Confirmed, same, steps[:2]...),
		"a step after the end":               entry(casework.CaseEnded, c.counter, casework.Abandoned, same, steps...),
		"a submission without signature":     entry(casework.SignatureMissing, c.counter, casework.Submitted, same, steps[:4]...),
		"a signature of other fields":        entry(casework.WrongConfirmation, c.counter, casework.Signed, func(e *casework.Entry) { e.Body.Confirmation[0] ^= 1 }, steps[:4]...),
		"another digest of the whole":        entry(casework.WrongWhole, c.counter, casework.Submitted, func(e *casework.Entry) { e.Body.Whole[0] ^= 1 }, steps[:5]...),
		"a time before the previous entry's": entry(casework.TimeBeforePrevious, c.counter, casework.Confirmed, func(e *casework.Entry) { e.Time = c.start }, steps[:3]...),
		"a time ahead":                       entry(casework.TimeInFuture, c.counter, casework.Opened, func(e *casework.Entry) { e.Time = c.start.Add(20 * time.Minute) }),
		"a grant nobody registered":          {casework.GrantUnknown, unknownPrior, unknownUse},
		"a grant that lapsed":                granted(casework.GrantLapsed, lapsed, same, casework.Authorized),
		"a grant that is not valid yet":      granted(casework.GrantNotYet, early, same, casework.Authorized),
		"a grant for another hall":           granted(casework.WrongHall, abroad, same, casework.Authorized),
		"a grant for another item":           granted(casework.WrongItem, c.grant, func(e *casework.Entry) { e.Body.Item[0] ^= 1 }, casework.Authorized),
		"a kind the grant does not name":     granted(casework.WrongKind, c.grant, func(e *casework.Entry) { e.Body.Licences[0].Kind[0] ^= 1 }, casework.Retrieved),
		"another grant than the case's":      granted(casework.WrongGrant, c.grant, func(e *casework.Entry) { e.Body.Grant = unknown.ID }, casework.Retrieved),
		"a revoked grant":                    granted(casework.GrantWithdrawn, revoked, same, casework.Authorized, revocation),
		"a grant stated by a counter":        {casework.KeyNotEntitled, nil, say(t, c.counter, protocol.RegisterGrant(testChain, unknown, c.start))},
		"a grant stated by an administrator": {casework.KeyNotEntitled, nil, say(t, c.admin, protocol.RegisterGrant(testChain, unknown, c.start))},
		"a grant stated by a stranger":       {casework.KeyUnknown, nil, say(t, stranger, protocol.RegisterGrant(testChain, unknown, c.start))},
		"a grant registered twice":           {casework.AlreadyDone, nil, say(t, c.authority, protocol.RegisterGrant(testChain, c.grant, c.start.Add(time.Second)))},
		"an unknown grant revoked":           {casework.GrantUnknown, nil, say(t, c.authority, protocol.RevokeGrant(testChain, unknown.ID, c.start))},
		"a grant revoked twice":              {casework.AlreadyDone, [][]byte{register(revoked), revocation}, say(t, c.authority, protocol.RevokeGrant(testChain, revoked.ID, c.start.Add(time.Second)))},
		"a key enrolled by another hall":     {casework.KeyNotEntitled, nil, say(t, seeded(4), protocol.EnrolKey(testChain, "dongcheng", "13", public(second), c.start))},
		"a key enrolled by the authority":    {casework.KeyNotEntitled, nil, say(t, c.authority, protocol.EnrolKey(testChain, "dongcheng", "13", public(second), c.start))},
		"a key enrolled twice":               {casework.AlreadyDone, nil, say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "14", public(c.counter), c.start))},
		"an administrator enrolled":          {casework.KeyNotEntitled, nil, say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "14", public(c.admin), c.start))},
		"an unknown key withdrawn":           {casework.KeyUnknown, nil, say(t, c.admin, protocol.WithdrawKey(testChain, "dongcheng", public(stranger).ID(), c.start))},
		"another hall's key withdrawn":       {casework.KeyNotEntitled, nil, say(t, seeded(4), protocol.WithdrawKey(testChain, "xicheng", public(c.counter).ID(), c.start))},
		"a key withdrawn twice":              {casework.AlreadyDone, [][]byte{enrolSecond, withdrawSecond}, say(t, c.admin, protocol.WithdrawKey(testChain, "dongcheng", public(second).ID(), c.start.Add(time.Second)))},
		"a statement of another chain":       {casework.WrongChain, nil, say(t, c.authority, protocol.RegisterGrant("real", unknown, c.start))},
		"a statement dated ahead":            {casework.TimeInFuture, nil, say(t, c.authority, protocol.RegisterGrant(testChain, unknown, c.start.Add(time.Hour)))},
	}
}

func TestEveryRefusalOfTheRules(t *testing.T) {
	c := newCity(time.Now())
	for name, row := range refusals(t, c) {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c)
			for i, raw := range row.prior {
				if r := b.block(raw)[0]; r.Code != protocol.LedgerTaken && r.Code != protocol.LedgerAlready {
					t.Fatalf("prior %d: %s %s", i, r.Codespace, r.Log)
				}
			}
			hash := b.head.Hash
			if r := b.offered(row.offending); r.Code != protocol.LedgerRefused || r.Codespace != string(row.want) {
				t.Fatalf("offered: code %d, %q, want %q", r.Code, r.Codespace, row.want)
			}
			good := c.history(t).write(casework.Opened)
			if b.acceptsBlock(good, row.offending) {
				t.Fatal("a block with it is accepted")
			}
			if !b.acceptsBlock(good) {
				t.Fatal("the block without it is refused")
			}
			if txs := b.prepared(row.offending, good); len(txs) != 1 || string(txs[0]) != string(good) {
				t.Fatal("it is proposed")
			}
			if row.want == casework.TimeInFuture {
				return // asked of a proposal, not of a decided block: see the package comment
			}
			if r := b.block(row.offending)[0]; r.Code != protocol.LedgerRefused || b.head.Hash != hash {
				t.Fatal("a decided block records it")
			}
		})
	}
}

func TestTheSameBytesAgainAreAnsweredAndNotRecordedTwice(t *testing.T) {
	c := newCity(time.Now())
	b := newBench(t, c)
	raw := c.history(t).write(casework.Opened)
	if b.acceptsBlock(raw, raw) {
		t.Fatal("a block with the same entry twice is accepted")
	}
	if got := b.prepared(raw, raw); len(got) != 1 {
		t.Fatalf("%d copies proposed", len(got))
	}
	b.block(raw)
	hash := b.head.Hash
	if r := b.offered(raw); r.Code != protocol.LedgerAlready {
		t.Fatalf("again: code %d", r.Code)
	}
	if b.acceptsBlock(raw) || len(b.prepared(raw)) != 0 {
		t.Fatal("recorded bytes are proposed again")
	}
	if r := b.block(raw)[0]; r.Code != protocol.LedgerAlready || b.head.Hash != hash {
		t.Fatal("recorded twice")
	}
	if b.block(); b.head.Hash != hash {
		t.Fatal("an empty block changes the hash")
	}
}

func TestAWholeCaseFitsOneBlockInAnyOrderOfArrival(t *testing.T) {
	c := newCity(time.Now())
	b := newBench(t, c)
	h := c.history(t)
	var txs [][]byte
	for _, kind := range whole() {
		raw := h.write(kind)
		if r := b.offered(raw); r.Code != protocol.LedgerTaken {
			t.Fatalf("%s behind its waiting predecessor: %s", kind, r.Log)
		}
		txs = append([][]byte{raw}, txs...)
	}
	block := b.prepared(txs...)
	if len(block) != len(txs) || !b.acceptsBlock(block...) {
		t.Fatalf("%d of %d proposed", len(block), len(txs))
	}
	if b.acceptsBlock(txs...) {
		t.Fatal("a block in the wrong order is accepted")
	}
	b.block(block...)
	var s casework.Standing
	if known, err := loadStanding(b.app, h.id, &s); !known || err != nil || s.State != casework.StateSubmitted {
		t.Fatalf("the case stands at %q, %v", s.State, err)
	}
}

func TestALateEntryOfALapsedGrantIsTakenAndARevocationHoldsFromItsTime(t *testing.T) {
	c := newCity(time.Now())
	b := newBench(t, c)
	h := c.history(t)
	var late [][]byte
	for _, kind := range whole()[:4] {
		late = append(late, h.write(kind))
	}
	b.now = c.start.Add(5 * time.Hour) // the outage outlived the grant
	b.block(say(t, c.authority, protocol.RevokeGrant(testChain, c.grant.ID, h.last.Time.Add(time.Millisecond))))
	for i, r := range b.block(late...) {
		if r.Code != protocol.LedgerTaken {
			t.Fatalf("late entry %d: %s %s", i+1, r.Codespace, r.Log)
		}
	}
	if r := b.offered(h.sign(h.counter, h.draft(casework.Signed))); r.Codespace != string(casework.GrantWithdrawn) {
		t.Fatalf("a step after the revocation: %q", r.Codespace)
	}
	if r := b.offered(h.sign(h.counter, h.draft(casework.Abandoned))); r.Code != protocol.LedgerTaken {
		t.Fatalf("abandoning after the revocation: %q", r.Codespace)
	}
}

func loadStanding(a *app, id casework.CaseID, s *casework.Standing) (bool, error) {
	var c caseRecord
	known, err := load(a.disk, caseKey(id), &c)
	*s = c.Standing
	return known, err
}
