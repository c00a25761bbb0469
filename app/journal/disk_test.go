package journal

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// diskOp is one operation as the disk gets it.
type diskOp struct {
	fileStep
	offset int64
	size   int64 // truncated to; -1: a write
}

const truncated fileAct = "truncate"

// simulatedDisk is a disk with a cache that forgets: what it was told, and
// which part of that it must still know after a power cut.
type simulatedDisk struct {
	names   map[string]*diskFile // as programs see it
	durable map[string]*diskFile // names that survive
	unnamed []diskOp             // changes of names not yet synced, in order
}

type diskFile struct {
	durable []byte
	pending []diskOp
}

func newSimulatedDisk() *simulatedDisk {
	return &simulatedDisk{names: map[string]*diskFile{}, durable: map[string]*diskFile{}}
}

// apply takes in one operation.
func (d *simulatedDisk) apply(op diskOp) {
	switch op.what {
	case created:
		if f := d.names[op.path]; f != nil {
			op.what, op.size = truncated, 0
			f.pending = append(f.pending, op)
			return
		}
		d.rename(d.names, op, &diskFile{})
		d.unnamed = append(d.unnamed, op)
	case wrote, truncated:
		f := d.names[op.path]
		f.pending = append(f.pending, op)
	case synced:
		f := d.names[op.path]
		f.durable, f.pending = written(f.durable, f.pending), nil
	case renamed, removed:
		d.rename(d.names, op, nil)
		d.unnamed = append(d.unnamed, op)
	case listed:
		d.list(op.path)
	}
}

// rename changes names as op says. fresh is the file that a creation names; for
// later replays it is looked up in the current names.
func (d *simulatedDisk) rename(names map[string]*diskFile, op diskOp, fresh *diskFile) {
	switch op.what {
	case created:
		names[op.path] = fresh
	case renamed:
		names[op.to] = names[op.path]
		delete(names, op.path)
	case removed:
		delete(names, op.path)
	}
}

// list makes the names of one folder durable.
func (d *simulatedDisk) list(folder string) {
	inside := func(path string) bool { return filepath.Dir(path) == folder }
	maps.DeleteFunc(d.durable, func(path string, _ *diskFile) bool { return inside(path) })
	for path, f := range d.names {
		if inside(path) {
			d.durable[path] = f
		}
	}
	d.unnamed = slices.DeleteFunc(d.unnamed, func(op diskOp) bool { return inside(op.path) })
}

// fate is what a power cut does to what was not synced.
type fate string

const (
	dropped   fate = "dropped"
	survived  fate = "survived"
	torn      fate = "torn"      // every 512-byte sector by itself
	reordered fate = "reordered" // any of the writes, in any order
)

func fates() []fate { return []fate{dropped, torn, reordered, survived} }

// image returns the files that are found after a power cut.
func (d *simulatedDisk) image(how fate, rng *rand.Rand) map[string][]byte {
	names := maps.Clone(d.durable)
	keep := 0
	switch how {
	case survived:
		keep = len(d.unnamed)
	case torn, reordered: // a file system keeps the order of names
		keep = rng.IntN(len(d.unnamed) + 1)
	}
	if keep == len(d.unnamed) {
		names = maps.Clone(d.names)
	} else {
		for _, op := range d.unnamed[:keep] {
			d.rename(names, op, d.createdAs(op))
		}
	}
	files := map[string][]byte{}
	for path, f := range names {
		if f != nil {
			files[path] = f.after(how, rng)
		}
	}
	return files
}

// createdAs finds the file that a creation made: under its name, or the one
// that it was renamed to since.
func (d *simulatedDisk) createdAs(op diskOp) *diskFile {
	path := op.path
	for _, later := range d.unnamed {
		if later.what == renamed && later.path == path {
			path = later.to
		}
	}
	return d.names[path]
}

func (f *diskFile) after(how fate, rng *rand.Rand) []byte {
	switch how {
	case survived:
		return written(f.durable, f.pending)
	case torn:
		var parts []diskOp
		for _, op := range f.pending {
			parts = append(parts, sectors(op, rng)...)
		}
		return written(f.durable, parts)
	case reordered:
		some := slices.DeleteFunc(slices.Clone(f.pending), func(diskOp) bool { return rng.IntN(2) == 0 })
		rng.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		return written(f.durable, some)
	}
	return f.durable
}

const sector = 512

// sectors returns the sectors of a write that reached the disk: each with even
// chance.
func sectors(op diskOp, rng *rand.Rand) []diskOp {
	if op.what != wrote {
		return []diskOp{op}[:rng.IntN(2)]
	}
	var kept []diskOp
	for at := int64(0); at < int64(len(op.data)); {
		end := min((op.offset+at)/sector*sector+sector-op.offset, int64(len(op.data)))
		if rng.IntN(2) == 0 {
			part := op
			part.data, part.offset = op.data[at:end], op.offset+at
			kept = append(kept, part)
		}
		at = end
	}
	return kept
}

func written(onto []byte, ops []diskOp) []byte {
	b := slices.Clone(onto)
	for _, op := range ops {
		end := op.offset + int64(len(op.data))
		if op.what == truncated {
			end = op.size
		}
		if grow := end - int64(len(b)); grow > 0 {
			b = append(b, make([]byte, grow)...)
		}
		if op.what == truncated {
			b = b[:end]
			continue
		}
		copy(b[op.offset:], op.data)
	}
	return b
}

// fastFolder returns a folder in memory where the system has one: the images are
// many and their own durability does not matter.
func fastFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "counterfoil-journal-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
