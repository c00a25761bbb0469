package journal

import (
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"

	"counterfoil/packaging/campaign/asked"
)

// Known from elsewhere: an order was lost in a power cut, since it lay in storage that
// the system was free to forget. Here the power goes at the moment at which a step was
// said to be kept, and nothing of what was not synced survives.
func TestACaseIsNotLostOnAPowerCutBecauseStorageWasNotDurable(t *testing.T) {
	seed := asked.Seed(20261123)
	h := recordLife(t, seed, "FULL")
	disk, dir, at := newSimulatedDisk(), fastFolder(t), 0
	for n, m := range h.marks[1:] {
		for ; at < m.at; at++ {
			disk.apply(h.ops[at])
		}
		where := filepath.Join(dir, strconv.Itoa(n))
		writeImage(t, where, disk.image(dropped, rand.New(rand.NewPCG(seed, 4))))
		cut := cutAt{op: at, what: h.ops[at-1], how: dropped}
		if got := h.reopen(t, where, cut); got != m.picture {
			t.Fatalf("%s, which was said to be done: %s\nfound:\n%s\nkept:\n%s", m.what, cut, got, m.picture)
		}
	}
	t.Logf("%d acknowledgements, a power cut at each, seed %d: lost 0", len(h.marks)-1, seed)
}
