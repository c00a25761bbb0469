package journal

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/psanford/sqlite3vfs"
)

// What a failed transaction left in the log may hold and not be on disk. Were it
// marked by a step that was there already and writes nothing, the next power cut would
// leave a journal that is refused although nothing was altered.
func TestAMarkSaysNoMoreThanTheDiskKeptWhateverFailedBefore(t *testing.T) {
	r := &recorder{}
	if err := sqlite3vfs.RegisterVFS("counterfoil-marked", r); err != nil {
		t.Fatal(err)
	}
	rng, w := rand.New(rand.NewPCG(20261127, 3)), wholeLine(t)
	pictures := ofWorkload(t, w)
	cuts := 0
	for n := 1; ; n++ {
		o := testOptions(fastFolder(t))
		openAt(t, o).Close()
		disk := newSimulatedDisk()
		disk.holds(filesIn(t, o.Dir))
		r.root, r.ops = o.Dir, nil
		broken := o
		broken.tuning = tuning{settings: map[string]string{"vfs": "counterfoil-marked", "_locking_mode": "EXCLUSIVE"}, shared: true, watch: r.watch, idle: -1}
		j := openAt(t, broken)
		r.fail = n
		done, hit := 0, 0
		for _, p := range w.parts {
			if p.do(j) != nil {
				hit++
				if done > 0 {
					must(t, w.parts[done-1].do(j)) // there already: it writes nothing
				}
				break
			}
			done++
		}
		r.heal()
		for _, op := range r.ops {
			disk.apply(op)
		}
		must(t, j.Close())
		for _, how := range fates() {
			where := filepath.Join(fastFolder(t), fmt.Sprint(n, how))
			writeImage(t, where, disk.image(how, rng))
			again := testOptions(where)
			j := openAt(t, again)
			if got := picture(t, j, w.cases); !slices.Contains(pictures[done:min(done+2, len(pictures))], got) {
				t.Fatalf("operation %d failed, then power was cut (%s): after %d parts\n%s", n, how, done, got)
			}
			must(t, j.Close())
			cuts++
		}
		if hit == 0 && done == len(w.parts) && n > len(r.ops) {
			break
		}
	}
	t.Logf("%d power cuts after a failed operation: every journal opens", cuts)
}
