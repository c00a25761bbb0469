package journal

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/psanford/sqlite3vfs"
)

// recovery opens what a power cut left on a recording file system, so that the
// power can go a second time before that is done.
type recovery struct {
	*recorder
	vfs string
}

func newRecovery(t *testing.T, seed uint64) recovery {
	t.Helper()
	r := recovery{recorder: &recorder{}, vfs: fmt.Sprintf("counterfoil-recovery-%s-%d", strings.ReplaceAll(t.Name(), "/", "-"), seed)}
	if err := sqlite3vfs.RegisterVFS(r.vfs, r.recorder); err != nil {
		t.Fatal(err)
	}
	return r
}

// cutAgain lets the journal in dir recover, cuts the power after one of the
// operations of that, and leaves in dir what is found then. It reports whether
// there was anything to cut.
func (r recovery) cutAgain(t *testing.T, dir string, cut *cutAt, rng *rand.Rand) bool {
	t.Helper()
	disk := newSimulatedDisk()
	disk.holds(filesIn(t, dir))
	r.root, r.ops = dir, nil
	o := testOptions(dir)
	o.tuning = tuning{settings: map[string]string{"vfs": r.vfs, "_locking_mode": "EXCLUSIVE"}, shared: true, watch: r.watch, idle: -1}
	j, err := Open(t.Context(), o)
	if err != nil {
		return false // the first cut's own check says so
	}
	opened := len(r.ops)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if rng.IntN(4) > 0 && opened > 0 { // and not while it is closed
		r.ops = r.ops[:opened]
	}
	if len(r.ops) == 0 {
		return false
	}
	at, how := 1+rng.IntN(len(r.ops)), fates()[rng.IntN(len(fates()))]
	for _, op := range r.ops[:at] {
		disk.apply(op)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	writeImage(t, dir, disk.image(how, rng))
	cut.second = fmt.Sprintf("; again after operation %d of %d of the recovery (%s %s), %s", at, len(r.ops), r.ops[at-1].what, r.ops[at-1].path, how)
	return true
}

// holds puts files on the disk that survive.
func (d *simulatedDisk) holds(files map[string][]byte) {
	for path, content := range files {
		f := &diskFile{durable: content}
		d.names[path], d.durable[path] = f, f
	}
}

// filesIn reads every file below dir, by its path there.
func filesIn(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		short, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[short], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
