package chain

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func startNode(t testing.TB, o Options) *Node {
	t.Helper()
	n, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop() })
	return n
}

// hashOf returns the application's hash; blocks may be under way.
func hashOf(n *Node) string {
	n.app.mu.Lock()
	defer n.app.mu.Unlock()
	return string(n.app.tree.hash())
}

func submit(t testing.TB, n *Node, raw []byte) int64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute) // four nodes on a busy machine
	defer cancel()
	digest, height, err := n.Submit(ctx, raw)
	if err != nil || digest != protocol.DigestOf(raw) {
		t.Fatalf("submit: %v", err)
	}
	return height
}

func TestANodeRestartsOnItsHomeAndReachesTheSameHash(t *testing.T) {
	c := newCity(time.Now())
	home := t.TempDir()
	n := startNode(t, c.options(home))
	for _, raw := range c.founding(t) {
		submit(t, n, raw)
	}
	h := c.history(t)
	submit(t, n, h.registered())
	var heights []int64
	var raws [][]byte
	for _, kind := range whole()[:3] {
		raws = append(raws, h.write(kind))
		heights = append(heights, submit(t, n, raws[len(raws)-1]))
	}
	trust, before := string(n.Trust()), hashOf(n)
	if err := n.Stop(); err != nil {
		t.Fatalf("stop: %v", err)
	}
	if _, _, err := n.Submit(context.Background(), h.write(casework.Confirmed)); err != ErrStopped {
		t.Fatalf("a stopped node says %v", err)
	}

	n = startNode(t, c.options(home))
	if hashOf(n) != before || string(n.Trust()) != trust {
		t.Fatal("the restarted node stands elsewhere")
	}
	for i, raw := range raws {
		if got := submit(t, n, raw); got != heights[i] {
			t.Fatalf("entry %d stands at %d, not at %d", i+1, got, heights[i])
		}
	}
	if err := n.Stop(); err != nil {
		t.Fatalf("stop: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(home, "node", "data", "application.db")); err != nil {
		t.Fatal(err)
	}
	n = startNode(t, c.options(home))
	if hashOf(n) != before {
		t.Fatal("the replay from the genesis reaches another hash")
	}
	for _, kind := range whole()[4:] { // the confirmation was signed, not recorded
		if _, _, err := n.Submit(context.Background(), h.write(kind)); casework.KindOf(err) != casework.WrongSequence {
			t.Fatalf("a gap is answered with %v", err)
		}
	}
}

func TestADamagedOrForeignHomeIsRefused(t *testing.T) {
	c := newCity(time.Now())
	home := t.TempDir()
	n := startNode(t, c.options(home))
	if _, err := Start(context.Background(), c.options(home)); err == nil {
		t.Fatal("two nodes on one home")
	}
	if err := n.Stop(); err != nil {
		t.Fatal(err)
	}
	other := c.options(home)
	other.Chain = "another"
	authority := c.options(home)
	authority.Authority = public(seeded(9))
	early := c.options(home)
	early.Now = func() time.Time { return c.start.Add(-time.Hour) }
	for name, o := range map[string]Options{"chain": other, "authority": authority, "beginning": early} {
		if _, err := Start(context.Background(), o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	state := filepath.Join(home, "node", "data", "priv_validator_state.json")
	if err := os.WriteFile(state, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(context.Background(), c.options(home)); err == nil || !strings.Contains(err.Error(), "priv_validator_state.json") {
		t.Errorf("empty state file: %v", err)
	}
	if err := os.Remove(state); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(context.Background(), c.options(home)); err == nil {
		t.Error("a missing state file is taken")
	}
}

func TestTheNodeItselfRefusesWhatTheRulesRefuse(t *testing.T) {
	c := newCity(time.Now())
	n := startNode(t, c.options(t.TempDir()))
	for _, raw := range c.founding(t) {
		submit(t, n, raw)
	}
	for name, row := range refusals(t, c) {
		for _, raw := range row.prior {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			if _, _, err := n.Submit(ctx, raw); err != nil && casework.KindOf(err) != casework.AlreadyDone {
				t.Errorf("%s: prior: %v", name, err)
			}
			cancel()
		}
		height := n.Height()
		_, _, err := n.Submit(context.Background(), row.offending)
		if want := row.want; casework.KindOf(err) != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
		if n.Height() > height+1 { // at most the empty block that carries the last hash
			t.Errorf("%s: the chain grew from %d to %d", name, height, n.Height())
		}
	}
}

func TestAnIdleNodeMakesNoBlocks(t *testing.T) {
	c := newCity(time.Now())
	n := startNode(t, c.options(t.TempDir()))
	for _, raw := range c.founding(t) {
		submit(t, n, raw)
	}
	h := c.history(t)
	submit(t, n, h.registered())
	at := submit(t, n, h.write(casework.Opened))
	subscription, err := n.node.EventBus().Subscribe(context.Background(), "test", types.EventQueryNewBlock, 100)
	if err != nil {
		t.Fatal(err)
	}
	quiet := time.After(2 * time.Second)
	for idle := false; !idle; {
		select {
		case m := <-subscription.Out():
			if b, ok := m.Data().(types.EventDataNewBlock); !ok || b.Block.Height > at+1 {
				t.Fatal("more than the one block that carries the new hash")
			}
		case <-quiet:
			idle = true
		}
	}
	if later := submit(t, n, h.write(casework.Authorized)); later > at+2 {
		t.Fatalf("from %d to %d", at, later)
	}
}

func TestTheRPCAnswersWhatIsRecordedAndNothingElse(t *testing.T) {
	c := newCity(time.Now())
	n := startNode(t, c.options(t.TempDir()))
	for _, raw := range c.founding(t) {
		submit(t, n, raw)
	}
	h := c.history(t)
	raw := h.write(casework.Opened)
	height := submit(t, n, raw)
	for path, there := range map[string]bool{
		protocol.LedgerCase + string(h.id):                                  true,
		protocol.LedgerGrant + string(c.grant.ID):                           true,
		protocol.LedgerKey + string(public(c.counter).ID()):                 true,
		protocol.LedgerEntry + protocol.DigestOf(raw).String():              true,
		protocol.CounterDayPath(protocol.DayOf(c.start), "dongcheng", "12"): true,
		protocol.LedgerCase + protocol.NewID():                              false,
		protocol.LedgerEntry + protocol.DigestOf([]byte{}).String():         false,
		protocol.LedgerEntry + "x":                                          false,
		"/":                                                                 false,
		"":                                                                  false,
	} {
		r, err := n.app.Query(context.Background(), &abci.RequestQuery{Path: path})
		if err != nil || (len(r.Value) > 0) != there || there != (r.Code == protocol.LedgerTaken) {
			t.Errorf("%s: %x, code %d, %v", path, r.Value, r.Code, err)
		}
	}
	var standing protocol.CaseState
	if value, ok, err := n.Query(protocol.LedgerCase + string(h.id)); err != nil || !ok || protocol.Unmarshal(value, &standing) != nil ||
		standing.Entries[0].Height != height || standing.Standing(h.id).Head != protocol.DigestOf(raw) {
		t.Errorf("the case stands at %+v, %v", standing, err)
	}
	for path, want := range map[string]string{"/health": "result", "/status": testChain, "/genesis": testChain,
		"/dial_peers": "not found", "/unsafe_flush_mempool": "not found", "/broadcast_tx_commit": "not found", "/tx_search": "not found"} {
		r, err := http.Get(n.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil || !strings.Contains(strings.ToLower(string(body)), want) {
			t.Errorf("%s: %d %s", path, r.StatusCode, body)
		}
	}
}

func TestANodeKeepsAsManyBlocksAsItIsTold(t *testing.T) {
	c := newCity(time.Now())
	o := c.options(t.TempDir())
	o.Keep, o.Snapshot = 6, 4
	n := startNode(t, o)
	for _, raw := range c.founding(t) {
		submit(t, n, raw)
	}
	var first []byte
	for n.Height() < 40 {
		raw := c.history(t).write(casework.Opened)
		submit(t, n, raw)
		if first == nil {
			first = raw
		}
	}
	store := n.node.BlockStore()
	if base := store.Base(); base < 20 || store.Height()-base > 16 {
		t.Fatalf("blocks %d to %d are kept", base, store.Height())
	}
	if _, err := lookup(n.app, n.node)(nil, digestBytes(first), true); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Fatalf("an entry whose block is gone: %v", err)
	}
	submit(t, n, first) // and yet it is not recorded twice
}

func digestBytes(raw []byte) []byte {
	d := protocol.DigestOf(raw)
	return d[:]
}
