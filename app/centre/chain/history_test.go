package chain

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// transactions is how many good ones a random history has.
func transactions(t testing.TB) int {
	n, err := strconv.Atoi(os.Getenv("COUNTERFOIL_HISTORY"))
	if err != nil {
		return 1500
	}
	t.Logf("%d transactions", n)
	return n
}

// clerk serves random cases against random nodes: mostly in order, now and then
// with what must be refused in between.
type clerk struct {
	*ring
	random *rand.Rand
	good   *atomic.Int64
	bad    *atomic.Int64
	live   func() []*Node // that run
}

func (k *clerk) node() *Node {
	live := k.live()
	return live[k.random.IntN(len(live))]
}

// send brings a transaction to some node until it is recorded. A node that is
// stopped meanwhile, or is a block behind, is no reason to give up.
func (k *clerk) send(raw []byte) {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_, _, err := k.node().Submit(ctx, raw)
		cancel()
		switch kind := casework.KindOf(err); {
		case err == nil:
			k.good.Add(1)
			return
		case errors.Is(err, ErrStopped), errors.Is(err, context.DeadlineExceeded):
		case kind == casework.WrongSequence, kind == casework.GrantUnknown, kind == casework.KeyUnknown: // a block behind
		default:
			k.t.Errorf("refused: %v", err)
			return
		}
	}
}

// offend sends what no node may take.
func (k *clerk) offend(h *history) {
	e := h.draft(casework.Opened)
	if h.last.Seq > 0 {
		e = h.last
	}
	key := h.counter
	switch k.random.IntN(6) {
	case 0:
		e.Seq += 7
		e.Prev = casework.Digest{9}
	case 1:
		key = seeded(77)
	case 2:
		e.Chain = "another"
	case 3:
		e.Time = time.Now().UTC().Add(time.Hour).Truncate(time.Millisecond)
	case 4:
		e.Counter = "99"
	case 5:
		e.Hall = "nowhere"
	}
	raw, _, err := protocol.SignEntry(key, e)
	if err != nil {
		k.t.Error(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_, _, err = k.node().Submit(ctx, raw)
	switch {
	case errors.Is(err, ErrStopped):
	case casework.KindOf(err) == "":
		k.t.Errorf("taken, or not answered: %v", err)
	default:
		k.bad.Add(1)
	}
}

func (k *clerk) serve(total int) {
	for k.good.Load() < int64(total) && !k.t.Failed() {
		h := k.history(k.t)
		k.send(h.registered())
		steps := whole()
		if k.random.IntN(4) == 0 {
			steps = append(steps[:1+k.random.IntN(4)], casework.Abandoned)
		}
		for _, kind := range steps {
			if k.random.IntN(3) == 0 {
				k.offend(h)
			}
			k.send(h.write(kind))
		}
		if k.random.IntN(3) == 0 {
			k.send(say(k.t, k.authority, protocol.RevokeGrant(testChain, h.grant.ID, time.Now())))
		}
	}
}

// TestOneHistoryGivesEveryNodeTheSameState: four halls take thousands of good and
// bad transactions; one is stopped and comes back, one joins from the first
// block, one by a snapshot; all have the same hash at every height.
func TestOneHistoryGivesEveryNodeTheSameState(t *testing.T) {
	c := newCity(time.Now())
	r := newRing(t, c, 4)
	for _, raw := range c.founding(t) {
		r.submit(0, raw)
	}
	total := transactions(t)
	var live atomic.Pointer[[]*Node] // the clerks' own list: the ring changes under them
	let := func(nodes []*Node) {
		nodes = slices.Clone(nodes)
		live.Store(&nodes)
	}
	let(r.nodes)
	var good, bad atomic.Int64
	half := func(part int64) {
		for tick := time.NewTicker(10 * time.Millisecond); good.Load() < int64(total)*part/4 && !t.Failed(); {
			<-tick.C
		}
	}
	var clerks sync.WaitGroup
	for i := range 32 {
		k := &clerk{ring: r, random: rand.New(rand.NewPCG(uint64(i), 1)), good: &good, bad: &bad, live: func() []*Node { return *live.Load() }}
		clerks.Go(func() { k.serve(total) })
	}
	half(1)
	let(r.nodes[:3])
	r.stop(3)
	half(2)
	fresh := r.home() // the fourth node's settings name it; it votes on nothing
	r.start(3, func(o *Options) { o.Snapshot = 10 })
	half(3)
	let(r.nodes[:4])
	clerks.Wait()
	if t.Failed() {
		return
	}
	r.start(4, nil)
	r.agree()
	t.Logf("%d recorded, %d refused, height %d, late node %s", good.Load(), bad.Load(), r.nodes[0].Height(), fresh.NodeID[:8])

	r.stop(4)
	stores, err := filepath.Glob(filepath.Join(r.homes[4], "node", "data", "*[bl]")) // its keys stay: they are what the others know
	if err != nil || len(stores) < 5 {
		t.Fatalf("%v, %v", stores, err)
	}
	for _, name := range stores {
		if err := os.RemoveAll(name); err != nil {
			t.Fatal(err)
		}
	}
	r.bySnapshot(4)
	h := c.history(t)
	r.submit(0, h.registered())
	r.submit(4, h.write(casework.Opened)) // the mempool of the new node gossips to the others
	r.agree()
	if base := r.nodes[4].node.BlockStore().Base(); base < 2 {
		t.Fatalf("the node has blocks from %d on: it has replayed, not joined by a snapshot", base)
	}
}

// bySnapshot starts a node from the newest snapshot of node 3.
func (r *ring) bySnapshot(i int) {
	r.t.Helper()
	trusted := r.nodes[0].node.BlockStore().LoadBlockMeta(2)
	r.start(i, func(o *Options) {
		o.Join = &Join{RPC: []string{r.nodes[0].URL(), r.nodes[1].URL()}, Height: 2, Hash: trusted.BlockID.Hash}
	})
	r.reach(i, r.nodes[0].Height())
}

func TestHallsJoinChangeKeysAndLeave(t *testing.T) {
	c := newCity(time.Now())
	r := newRing(t, c, 4)
	for _, raw := range c.founding(t) {
		r.submit(0, raw)
	}
	fifth := r.home()
	to := protocol.HallState{Admin: public(c.adminOf(4)), Validator: fifth.Validator, Power: 10, Node: fifth.id()}
	r.submit(0, r.hall(0, "haidian", to, 0))
	r.submit(1, r.hall(1, "haidian", to, 0))
	if p := record[protocol.Proposal](t, r.nodes[1], protocol.LedgerProposal+"haidian"); len(p.Agreed) != 2 {
		t.Fatalf("agreed: %v", p.Agreed)
	}
	if names := record[[]string](t, r.nodes[1], protocol.LedgerHalls); len(names) != 4 {
		t.Fatalf("two of four let a hall in: %v", names)
	}
	r.submit(2, r.hall(2, "haidian", to, 0))
	if names := record[[]string](t, r.nodes[2], protocol.LedgerHalls); len(names) != 5 || names[4] != "haidian" {
		t.Fatalf("halls: %v", names)
	}
	r.start(4, func(o *Options) { o.Peers = r.peers[:2] }) // the others' settings don't name it: its record lets it in
	r.reach(4, r.nodes[0].Height())

	// The second hall changes its validator's key by itself, stopped meanwhile.
	r.stop(1)
	keys, err := NewValidatorKey(r.homes[1])
	if err != nil {
		t.Fatal(err)
	}
	now := record[protocol.HallState](t, r.nodes[0], protocol.LedgerHall+"shizheng")
	was := now.Validator
	now.Validator = keys.Validator
	r.submit(0, r.hall(1, "shizheng", now, 1))
	r.start(1, nil)
	// Its neighbour leaves.
	gone := record[protocol.HallState](t, r.nodes[0], protocol.LedgerHall+"shunyi")
	gone.Power = 0
	r.submit(0, r.hall(2, "shunyi", gone, 1))
	for range 4 {
		h := c.history(t)
		r.submit(0, h.registered())
		r.submit(1, h.write(casework.Opened))
	}
	r.agree()
	set := r.validators()
	if len(set) != 4 {
		t.Fatalf("%d validators", len(set))
	}
	for _, v := range set {
		if string(v.PubKey.Bytes()) == string(was) {
			t.Fatal("the old key still votes")
		}
	}
	sets := record[[]int64](t, r.nodes[4], protocol.LedgerSets)
	if len(sets) != 3 {
		t.Fatalf("changes of the set: %v", sets)
	}
	for _, h := range sets {
		a, b := r.nodes[0].node.BlockStore().LoadBlockMeta(h), r.nodes[0].node.BlockStore().LoadBlockMeta(h+1)
		if a == nil || b == nil || string(a.Header.ValidatorsHash) == string(b.Header.ValidatorsHash) || string(a.Header.NextValidatorsHash) != string(b.Header.ValidatorsHash) {
			t.Fatalf("the set does not change behind height %d", h)
		}
	}
	light, top := r.lightClient(), r.nodes[0].node.BlockStore().Height()
	for _, h := range append(sets, top) {
		if got, want := followed(t, light, h), r.nodes[0].node.BlockStore().LoadBlockMeta(h).BlockID.Hash.String(); got != want {
			t.Fatalf("height %d: the light client has %s, the ledger %s", h, got, want)
		}
	}
}
