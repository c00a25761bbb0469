package chain

import (
	"context"
	"testing"
	"time"

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
	t.Helper()
	b := &bench{t: t, now: c.start}
	o := c.options(t.TempDir())
	o.Now = func() time.Time { return b.now }
	config, doc, err := ensureHome(o)
	if err != nil {
		t.Fatal(err)
	}
	if b.app, err = openApp(config, o, doc); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.app.close() })
	if _, err := b.InitChain(context.Background(), &abci.RequestInitChain{ChainId: testChain, AppStateBytes: doc.AppState}); err != nil {
		t.Fatal(err)
	}
	b.block(c.founding(t)...)
	return b
}

// block decides a block of txs and returns the answers.
func (b *bench) block(txs ...[]byte) []*abci.ExecTxResult {
	b.t.Helper()
	r, err := b.FinalizeBlock(context.Background(), &abci.RequestFinalizeBlock{Height: b.tree.height() + 1, Txs: txs})
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
	r, err := b.ProcessProposal(context.Background(), &abci.RequestProcessProposal{Height: b.tree.height() + 1, Txs: txs})
	if err != nil {
		b.t.Fatal(err)
	}
	return r.Status == abci.ResponseProcessProposal_ACCEPT
}

func (b *bench) prepared(txs ...[]byte) [][]byte {
	b.t.Helper()
	r, err := b.PrepareProposal(context.Background(), &abci.RequestPrepareProposal{Height: b.tree.height() + 1, Txs: txs, MaxTxBytes: 1 << 20})
	if err != nil {
		b.t.Fatal(err)
	}
	return r.Txs
}

func TestEveryRefusalOfTheRules(t *testing.T) {
	c := newCity(time.Now())
	eachRefused(t, c, refusals(t, c))
}

// eachRefused offers, proposes and decides what deserves a refusal: everywhere it
// is refused, and nothing beside it.
func eachRefused(t *testing.T, c city, rows map[string]row) {
	t.Helper()
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, c)
			for i, raw := range row.prior {
				if r := b.block(raw)[0]; r.Code != protocol.LedgerTaken && r.Code != protocol.LedgerAlready {
					t.Fatalf("prior %d: %s %s", i, r.Codespace, r.Log)
				}
			}
			hash := string(b.tree.hash())
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
			if r := b.block(row.offending)[0]; r.Code != protocol.LedgerRefused || string(b.tree.hash()) != hash {
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
	hash := string(b.tree.hash())
	if r := b.offered(raw); r.Code != protocol.LedgerAlready {
		t.Fatalf("again: code %d", r.Code)
	}
	if b.acceptsBlock(raw) || len(b.prepared(raw)) != 0 {
		t.Fatal("recorded bytes are proposed again")
	}
	if r := b.block(raw)[0]; r.Code != protocol.LedgerAlready || string(b.tree.hash()) != hash {
		t.Fatal("recorded twice")
	}
	if b.block(); string(b.tree.hash()) != hash {
		t.Fatal("an empty block changes the hash")
	}
}

func TestAWholeCaseFitsOneBlockInAnyOrderOfArrival(t *testing.T) {
	c := newCity(time.Now())
	b := newBench(t, c)
	h := c.history(t)
	b.block(h.registered())
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
	b.block(h.registered(), say(t, c.authority, protocol.RevokeGrant(testChain, h.grant.ID, h.last.Time.Add(time.Millisecond))))
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
	var c protocol.CaseState
	known, err := load(a.tree, protocol.LedgerCase+string(id), &c)
	*s = c.Standing(id)
	return known, err
}

// TestACaseByPaperNeedsNoGrantAndIsHeldToTheSameRules; a grant that it stood on
// before, and that is revoked later, does not stop it.
func TestACaseByPaperNeedsNoGrantAndIsHeldToTheSameRules(t *testing.T) {
	c := newCity(time.Now())
	b := newBench(t, c)
	for _, kinds := range [][]casework.StepKind{
		{casework.Opened, byPaper, casework.Confirmed, casework.Signed, casework.Submitted},
		{casework.Opened, casework.Authorized, byPaper, casework.Confirmed, casework.Signed, casework.Submitted},
	} {
		h := c.history(t)
		b.block(h.registered())
		for i, kind := range kinds {
			if i == 3 {
				b.block(say(t, c.authority, protocol.RevokeGrant(testChain, h.grant.ID, c.start)))
			}
			if r := b.block(h.write(kind))[0]; r.Code != protocol.LedgerTaken {
				t.Fatalf("%s of %v: %s %s", kind, kinds, r.Codespace, r.Log)
			}
		}
		var s casework.Standing
		if known, err := loadStanding(b.app, h.id, &s); !known || err != nil || s.State != casework.StateSubmitted || !s.Paper || s.Grant != "" {
			t.Fatalf("%+v, %v", s, err)
		}
	}
}
