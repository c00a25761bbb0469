package ledger_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger"
)

// forked returns two chains of the same validators, with different blocks of the
// same height that hold the same entry.
func forked(t testing.TB) (raw []byte, one, other *played) {
	raw = anEntry(t)
	one, other = play(t, 1, "abcd"), play(t, 2, "abcd")
	one.grow("", raw)
	other.grow("", raw)
	return raw, one, other
}

func (p *played) hash() string { return hex.EncodeToString(p.blocks[0].header.Hash()) }

func TestAForkStopsTheEntryUntilSomebodyDecides(t *testing.T) {
	raw, one, other := forked(t)
	var w watch
	var third counted
	third.off.Store(true)
	nodes := []string{one.serve(), other.serve(), third.before(t, one.serve())}
	c := w.client(one.trust(), nodes...)
	for range 2 {
		if _, err := c.Commit(context.Background(), raw); err == nil || ledger.Permanent(err) {
			t.Fatalf("%v", err)
		}
	}
	s := c.State()
	if s.Nodes[0].Trouble != ledger.Forked || s.Nodes[1].Trouble != ledger.Forked || s.Reachable || s.Height != 0 {
		t.Fatalf("%+v", s)
	}
	for _, hash := range []string{one.hash(), other.hash()} {
		if strings.Count(w.text(), hash) != 2 { // once for each of the two
			t.Fatalf("%s is not in the log: %s", hash, w.text())
		}
	}
	third.off.Store(false)
	r := commit(t, c, raw)
	if !bytes.Contains(r.Raw, []byte(hex.EncodeToString(one.blocks[0].header.AppHash))) {
		t.Fatal("the receipt is of the other chain")
	}
	if s := c.State(); !s.Reachable || s.Nodes[0].Trouble != ledger.None || s.Nodes[1].Trouble != ledger.Forked || s.Nodes[2].Trouble != ledger.None {
		t.Fatalf("%+v", s)
	}
}

func TestAForkShownByTwoNodesAloneHasAKindOfItsOwn(t *testing.T) {
	raw, one, other := forked(t)
	c := ledger.New(ledger.Options{Nodes: []string{one.serve(), other.serve()}, Trust: one.trust()})
	for range 2 {
		if _, err := c.Commit(context.Background(), raw); casework.KindOf(err) != casework.LedgerForked || c.Permanent(err) {
			t.Fatalf("%v", err)
		}
	}
}

func TestOfAForkThatOneNodeShowsTheOthersDecide(t *testing.T) {
	for place := range 3 {
		raw, one, other := forked(t)
		nodes := []string{one.serve(), one.serve(), one.serve()}
		nodes[place] = other.serve()
		var w watch
		c := w.client(one.trust(), nodes...)
		r := commit(t, c, raw)
		if !bytes.Contains(r.Raw, []byte(hex.EncodeToString(one.blocks[0].header.AppHash))) {
			t.Fatalf("place %d: the receipt is of the other chain", place)
		}
		if place == 2 {
			c.Health(context.Background()) // nobody had to ask it until now
		}
		if bad, ok := c.State().Liar(); !ok || bad.Address != nodes[place] || bad.Trouble != ledger.Forked {
			t.Fatalf("place %d: %+v", place, c.State())
		}
		if n := strings.Count(w.text(), "is left"); n != 1 {
			t.Fatalf("place %d: logged %d times: %s", place, n, w.text())
		}
	}
}

func TestAForkIsFoundOutByAskingWhoIsThere(t *testing.T) {
	_, one, other := forked(t)
	c := ledger.New(ledger.Options{Nodes: []string{one.serve(), other.serve(), one.serve()}, Trust: one.trust()})
	if s := c.Health(context.Background()); !s.Reachable || s.Nodes[1].Trouble != ledger.Forked || s.Nodes[0].Trouble != ledger.None || s.Nodes[2].Trouble != ledger.None {
		t.Fatalf("%+v", s)
	}
}

// TestAWitnessThatLagsOrIsDownHoldsOneReceiptUp: for as long as it is waited for,
// and the next receipt not at all.
func TestAWitnessThatLagsOrIsDownHoldsOneReceiptUp(t *testing.T) {
	const wait = 5 * time.Second
	for name, witness := range map[string]func(t *testing.T, p *played) string{
		"it lacks the block": func(t *testing.T, p *played) string { return play(t, 1, "abcd").serve() },
		"it is down": func(t *testing.T, p *played) string {
			var down counted
			down.off.Store(true)
			return down.before(t, p.serve())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, 1, "abcd")
			c := ledger.New(ledger.Options{Nodes: []string{p.serve(), witness(t, p)}, Trust: p.trust(), Witness: wait})
			commit(t, c, anEntry(t))
			start := time.Now()
			commit(t, c, p.another())
			if took := time.Since(start); took >= wait {
				t.Errorf("the second time: %v", took)
			}
			if s := c.State(); !s.Reachable || s.Nodes[0].Trouble != ledger.None {
				t.Errorf("%+v", s)
			}
		})
	}
}

// another is one more entry.
func (p *played) another() []byte { return anEntry(p.t) }
