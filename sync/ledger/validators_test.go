package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

// anEntry is a well-formed entry; who signed it is not the client's to judge.
func anEntry(t testing.TB) []byte {
	w := (&city{t: t, counter: key(3), start: time.Unix(1_700_000_000, 0).UTC()}).write()
	return w.next(casework.Opened)
}

func TestAReceiptIsFoundAtAnyPlaceOfABlock(t *testing.T) {
	raw := anEntry(t)
	rapid.Check(t, func(rt *rapid.T) {
		txs := make([][]byte, rapid.IntRange(1, 40).Draw(rt, "total"))
		for i := range txs {
			txs[i] = []byte{byte(i), byte(i >> 8)}
		}
		txs[rapid.IntRange(0, len(txs)-1).Draw(rt, "index")] = raw
		p := play(t, 1, "abcd")
		p.grow("", txs...)
		c := ledger.New(ledger.Options{Nodes: []string{p.serve()}, Trust: p.trust(), Poll: time.Microsecond})
		r, err := c.Commit(context.Background(), raw)
		if err != nil || r.Height != 1 {
			rt.Fatal(err)
		}
		if _, err := p.trust().Verify(r.Raw, raw); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestOneLyingValidatorCantKeepReceiptsFromUs(t *testing.T) {
	raw := anEntry(t)
	p := play(t, 1, "abcd")
	p.grow("", []byte("another"), raw)
	client := func() *ledger.Client {
		return ledger.New(ledger.Options{Nodes: []string{p.serve()}, Trust: p.trust()})
	}
	p.blocks[0].commit.Signatures[1].Signature[3] ^= 1
	r, err := client().Commit(context.Background(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := p.trust().Verify(r.Raw, raw); err != nil || v.Height != 1 || !strings.Contains(string(r.Raw), `,null,`) {
		t.Fatalf("%v: %s", err, r.Raw)
	}
	p.blocks[0].commit.Signatures[2].Signature[3] ^= 1
	if _, err := client().Commit(context.Background(), raw); casework.KindOf(err) != casework.WrongReceipt {
		t.Fatalf("with two of four: %v", err)
	}
}

// changing is a chain whose validators change after the heights 2, 3 and 5.
func changing(t testing.TB) *played {
	p := play(t, 1, "abcd")
	for _, names := range []string{"", "abce", "efgh", "", "ijkl", ""} {
		p.grow(names, []byte(names))
	}
	return p
}

func TestChangesOfTheValidatorsAreFollowedAndKeptBeforeTheyCount(t *testing.T) {
	p := changing(t)
	var kept []receipt.Link
	c := ledger.New(ledger.Options{Nodes: []string{p.serve()}, Trust: p.trust(), Keep: func(_ context.Context, l receipt.Link) error {
		kept = append(kept, l)
		return nil
	}})
	raw := anEntry(t)
	r := commit(t, c, raw)
	if r.Height != 7 || len(kept) != 3 || kept[0].Header.Height != 2 || kept[1].Header.Height != 3 || kept[2].Header.Height != 5 {
		t.Fatalf("height %d, %d links kept", r.Height, len(kept))
	}
	pinned := p.trust()
	if _, err := c.Trust().Verify(r.Raw, raw); err != nil {
		t.Fatalf("years later, with the links: %v", err)
	}
	pinned.Links = kept[:2]
	if _, err := pinned.Verify(r.Raw, raw); err != nil && !errors.Is(err, receipt.ErrSet) {
		t.Fatal(err)
	}
	pinned.Links = kept
	next := p.grow("")
	again := ledger.New(ledger.Options{Nodes: []string{p.serve()}, Trust: pinned, Keep: func(_ context.Context, l receipt.Link) error {
		t.Errorf("the link at %d is kept again", l.Header.Height)
		return nil
	}})
	if r := commit(t, again, []byte(anEntry(t))); r.Height != next+1 {
		t.Fatalf("height %d", r.Height)
	}
}

// TestValidatorsThatCameBackAreFollowedThroughTheOthers: the newest header is signed
// by the trusted set, and those in between are not.
func TestValidatorsThatCameBackAreFollowedThroughTheOthers(t *testing.T) {
	p := play(t, 1, "abcd")
	p.grow("")
	p.grow("abce")
	between := anEntry(t)
	p.grow("", between)
	p.grow("abcd")
	p.grow("")
	c := ledger.New(ledger.Options{Nodes: []string{p.serve()}, Trust: p.trust()})
	if s := c.Health(context.Background()); !s.Reachable || len(c.Trust().Links) != 0 {
		t.Fatalf("%+v, %d links", s, len(c.Trust().Links))
	}
	for range 2 { // again changes nothing
		if err := c.Follow(context.Background()); err != nil || len(c.Trust().Links) != 2 {
			t.Fatalf("%d links, %v", len(c.Trust().Links), err)
		}
	}
	r := commit(t, c, between)
	if _, err := p.trust().Verify(r.Raw, between); !errors.Is(err, receipt.ErrSet) {
		t.Fatalf("without the links: %v", err)
	}
	if _, err := c.Trust().Verify(r.Raw, between); err != nil {
		t.Fatal(err)
	}
}

// TestAChangeThatIsDecidedAndInNoHeaderYetIsNoLie: the node's application names it
// a block before anybody can prove it.
func TestAChangeThatIsDecidedAndInNoHeaderYetIsNoLie(t *testing.T) {
	p := changing(t)
	p.decided = true
	c := ledger.New(ledger.Options{Nodes: []string{p.serve()}, Trust: p.trust()})
	if s := c.Health(context.Background()); !s.Reachable || len(c.Trust().Links) != 3 {
		t.Fatalf("%+v, %d links", s, len(c.Trust().Links))
	}
	if err := c.Follow(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestALinkThatCantBeKeptIsNotUsedAndNobodyIsBlamed(t *testing.T) {
	p := changing(t)
	full := true
	c := ledger.New(ledger.Options{Nodes: []string{p.serve()}, Trust: p.trust(), Shun: time.Nanosecond, Keep: func(context.Context, receipt.Link) error {
		if full {
			return casework.Refuse(casework.JournalFull, "the disk is full")
		}
		return nil
	}})
	raw := anEntry(t)
	if _, err := c.Commit(context.Background(), raw); err == nil || ledger.Permanent(err) {
		t.Fatalf("%v", err)
	}
	if s := c.State(); len(c.Trust().Links) != 0 || s.Nodes[0].Trouble != ledger.None {
		t.Fatalf("%d links, %+v", len(c.Trust().Links), s)
	}
	full = false
	commit(t, c, raw)
}

func TestANodeThatCantProveAChangeOfValidatorsIsLeft(t *testing.T) {
	p := changing(t)
	raw := anEntry(t)
	p.grow("", raw)
	stranger := play(t, 1, "mnop") // validators of its own, and all else right
	stranger.grow("")
	stranger.grow("mnoq")
	stranger.grow("", raw)
	for name, liar := range map[string]string{
		"another ledger's validators": stranger.serve(),
		"no list of changes": between(t, p.serve(), func(m string, answer []byte) []byte {
			if m == "abci_query" {
				return []byte(`{"jsonrpc":"2.0","id":1,"result":{"response":{"code":2}}}`)
			}
			return answer
		}),
		"a change left out": between(t, p.serve(), func(m string, answer []byte) []byte {
			if m == "abci_query" {
				return []byte(`{"jsonrpc":"2.0","id":1,"result":{"response":{"code":0,"value":"ggIF"}}}`) // [2, 5]
			}
			return answer
		}),
		"other validators": between(t, p.serve(), func(m string, answer []byte) []byte {
			if m == "validators" {
				return bytes.ReplaceAll(answer, []byte(`"voting_power":"10"`), []byte(`"voting_power":"11"`))
			}
			return answer
		}),
	} {
		t.Run(name, func(t *testing.T) {
			c := ledger.New(ledger.Options{Nodes: []string{liar, p.serve()}, Trust: p.trust(), Poll: time.Millisecond})
			r := commit(t, c, raw)
			if _, err := c.Trust().Verify(r.Raw, raw); err != nil || r.Height != 7 {
				t.Fatalf("height %d, %v", r.Height, err)
			}
			if bad, ok := c.State().Liar(); !ok || bad.Address != liar || bad.Trouble != ledger.Forged {
				t.Fatalf("%+v", c.State())
			}
		})
	}
}

// TestTheChangesOfARealLedgerAreFollowed gives the one validator of a real node
// another voting power, twice.
func TestTheChangesOfARealLedgerAreFollowed(t *testing.T) {
	city := found(t)
	pinned := city.trust()
	one, newcomer := city.client(city.node.URL()), city.client(city.node.URL())
	raws := [][]byte{city.write().next(casework.Opened)}
	receipts := []casework.Receipt{commit(t, one, raws[0])}
	for range 2 {
		value, known, err := city.node.Query(protocol.LedgerHall + "dongcheng")
		var hall protocol.HallState
		if err != nil || !known || protocol.Unmarshal(value, &hall) != nil {
			t.Fatalf("the hall's record: %v", err)
		}
		hall.Power++
		raw, _, err := protocol.SignStatement(key(2), protocol.SetHall(testChain, "dongcheng", hall, hall.Changes, time.Now()))
		if err != nil {
			t.Fatal(err)
		}
		change := commit(t, one, raw)
		until(t, "the later set votes", func() bool { return city.node.Height() >= change.Height+1 })
		raws = append(raws, city.write().next(casework.Opened), city.write().next(casework.Opened))
		for _, raw := range raws[len(raws)-2:] {
			receipts = append(receipts, commit(t, one, raw))
		}
	}
	last := commit(t, newcomer, raws[4])
	for _, c := range []*ledger.Client{one, newcomer} {
		if n := len(c.Trust().Links); n != 2 {
			t.Errorf("%d links", n)
		}
		for i, r := range receipts {
			if _, err := c.Trust().Verify(r.Raw, raws[i]); err != nil {
				t.Errorf("entry %d at height %d: %v", i, r.Height, err)
			}
		}
	}
	if _, err := pinned.Verify(last.Raw, raws[4]); !errors.Is(err, receipt.ErrSet) {
		t.Errorf("without the links: %v", err)
	}
}
