package journal

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestNamesAreInMemoryFromTheFirstSearchToTheLock(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	s := newServing(1)
	s.append(t, j, usual()[:5]...)
	must(t, j.Close())
	j = openAt(t, o)
	if len(j.search.days) != 0 || len(j.keys.open) != 0 || len(j.keys.openDay) != 0 {
		t.Fatal("names or keys are in memory before anybody asked")
	}
	for range 2 {
		if len(found(t, j, "张三")) != 1 {
			t.Fatal("the case is not found")
		}
		if len(j.search.days) != 1 || len(j.keys.open) != 1 || len(j.keys.openDay) != 1 {
			t.Fatal("the search reads the disk every time")
		}
		j.ForgetNames()
		if len(j.search.days) != 0 || len(j.keys.open) != 0 || len(j.keys.openDay) != 0 {
			t.Fatal("names or keys are in memory after the lock")
		}
	}
	s.append(t, j, usual()[5]) // a case that waited goes on
	if _, err := j.Content(t.Context(), s.id, 6); err != nil {
		t.Fatal(err)
	}
}

// clobber has the collector overwrite what it frees: what is found in the heap then
// is still held by somebody.
const clobber = "clobberfree=1"

// The heap is dumped and searched: a name that can be found in it before the lock
// cannot be found afterwards.
func TestAfterTheLockNobodyHoldsANameInTheHeap(t *testing.T) {
	if os.Getenv("GODEBUG") != clobber {
		again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		again.Env = append(os.Environ(), "GODEBUG="+clobber)
		if said, err := again.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		return
	}
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	s := newServing(1)
	s.name = strings.Join([]string{"欧阳", "镕基", "之印"}, "")
	s.append(t, j, usual()[:4]...)
	must(t, j.Close())
	name := []byte(s.name)
	s.name = ""
	for i := range name { // the needle itself must not be found
		name[i] ^= 0xFF
	}
	j = openAt(t, o)
	if len(found(t, j, "镕基")) != 1 {
		t.Fatal("the case is not found")
	}
	if !heapHolds(t, name) {
		t.Fatal("the name is not in memory: the search for it finds nothing")
	}
	j.ForgetNames()
	if heapHolds(t, name) {
		t.Fatal("the name is still in memory")
	}
}

// heapHolds looks for a text, given with all its bits turned over.
func heapHolds(t *testing.T, turned []byte) bool {
	t.Helper()
	for range 3 { // pools let go with the second collection
		runtime.GC()
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "heap"))
	must(t, err)
	defer f.Close()
	debug.WriteHeapDump(f.Fd())
	dump, err := os.ReadFile(f.Name())
	must(t, err)
	for i := range dump {
		dump[i] ^= 0xFF
	}
	return bytes.Contains(dump, turned)
}
