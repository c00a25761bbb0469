package chain

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"testing"
	"time"

	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/packaging/campaign/vacant"
)

// ring is a ledger that several halls keep, each node in a home of its own, all
// in this process.
type ring struct {
	city
	t       testing.TB
	genesis []byte
	homes   []string
	p2p     []string
	nodes   []*Node // nil: stopped
	peers   []string
}

// hallNames are the halls of a ring, in the order of their nodes.
func hallNames() []casework.HallID {
	return []casework.HallID{"dongcheng", "shizheng", "shunyi", "xicheng", "haidian"}
}

// adminOf returns the key of a hall's administrator: the first hall's is the
// city's own.
func (c city) adminOf(i int) ed25519.PrivateKey {
	if i == 0 {
		return c.admin
	}
	return seeded(byte(100 + i))
}

func newRing(t testing.TB, c city, size int) *ring {
	t.Helper()
	r := foundRing(t, c, size)
	for i := range size {
		r.start(i, nil)
	}
	return r
}

// foundRing founds a ring whose nodes do not run yet.
func foundRing(t testing.TB, c city, size int) *ring {
	t.Helper()
	r := &ring{city: c, t: t}
	f := Founding{Chain: testChain, Time: c.start.Add(-time.Minute), Authority: public(c.authority)}
	for i := range size {
		keys := r.home()
		f.Halls = append(f.Halls, FoundingHall{Hall: hallNames()[i], Admin: public(c.adminOf(i)), Validator: keys.Validator, Power: 10, Node: keys.id()})
	}
	var err error
	if r.genesis, err = f.Genesis(); err != nil {
		t.Fatal(err)
	}
	return r
}

// home makes one more home and the address of its node.
func (r *ring) home() Keys {
	r.t.Helper()
	home := r.t.TempDir()
	keys, err := MakeKeys(home)
	if err != nil {
		r.t.Fatal(err)
	}
	address := vacant.Address()
	r.homes, r.p2p, r.nodes = append(r.homes, home), append(r.p2p, address), append(r.nodes, nil)
	r.peers = append(r.peers, keys.NodeID+"@"+address)
	return keys
}

func (r *ring) start(i int, change func(*Options)) {
	r.t.Helper()
	o := Options{Home: r.homes[i], Genesis: r.genesis, RPC: "127.0.0.1:0", P2P: r.p2p[i], Loopback: true}
	for j, p := range r.peers {
		if j != i {
			o.Peers = append(o.Peers, p)
		}
	}
	if change != nil {
		change(&o)
	}
	r.nodes[i] = startNode(r.t, o)
}

func (r *ring) stop(i int) {
	r.t.Helper()
	if err := r.nodes[i].Stop(); err != nil {
		r.t.Fatal(err)
	}
	r.nodes[i] = nil
}

// reach waits until a node has the height.
func (r *ring) reach(i int, height int64) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); r.nodes[i].Height() < height; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			r.t.Fatalf("node %d stands at %d, not at %d", i, r.nodes[i].Height(), height)
		}
	}
}

// agree checks that every running node has computed the same hash at every
// height that it has.
func (r *ring) agree() {
	r.t.Helper()
	top := int64(0)
	for _, n := range r.nodes {
		if n != nil {
			top = max(top, n.Height())
		}
	}
	for i, n := range r.nodes {
		if n != nil {
			r.reach(i, top)
		}
	}
	want := map[int64]string{}
	for i, n := range r.nodes {
		if n == nil {
			continue
		}
		for h := int64(1); h <= top; h++ {
			hash := n.hashAt(r.t, h)
			if hash == "" {
				continue
			}
			if want[h] == "" {
				want[h] = hash
			}
			if want[h] != hash {
				r.t.Fatalf("height %d: node %d has %s, another %s", h, i, hash, want[h])
			}
		}
	}
	if int64(len(want)) < top {
		r.t.Fatalf("hashes of %d heights out of %d were compared", len(want), top)
	}
}

// hashAt returns the application hash after a height: as the next header has it,
// which the node checked against its own before it went on, or else its own.
func (n *Node) hashAt(t testing.TB, height int64) string {
	t.Helper()
	if meta := n.node.BlockStore().LoadBlockMeta(height + 1); meta != nil {
		return hex.EncodeToString(meta.Header.AppHash)
	}
	n.app.mu.Lock()
	defer n.app.mu.Unlock()
	if n.app.tree.height() != height {
		return ""
	}
	return hex.EncodeToString(n.app.tree.hash())
}

func (r *ring) submit(i int, raw []byte) {
	r.t.Helper()
	submit(r.t, r.nodes[i], raw)
}

// hall returns a change of a hall's record, signed by the i-th administrator.
func (r *ring) hall(by int, name casework.HallID, to protocol.HallState, changes int) []byte {
	return say(r.t, r.adminOf(by), protocol.SetHall(testChain, name, to, changes, time.Now().Truncate(time.Millisecond)))
}

// record reads a state record from a node.
func record[T any](t testing.TB, n *Node, path string) (v T) {
	t.Helper()
	raw, ok, err := n.Query(path)
	if err == nil && ok {
		err = protocol.Unmarshal(raw, &v)
	}
	if err != nil || !ok {
		t.Fatalf("%s: there %v, %v", path, ok, err)
	}
	return v
}

// validators returns who votes on the next block, as the first node's RPC says.
func (r *ring) validators() []*types.Validator {
	r.t.Helper()
	env, err := r.nodes[0].node.ConfigureRPC()
	if err != nil {
		r.t.Fatal(err)
	}
	list, err := env.Validators(&rpctypes.Context{}, nil, nil, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return list.Validators
}
