package chain

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/cosmos/iavl"
	treedb "github.com/cosmos/iavl/db"
	ics23 "github.com/cosmos/ics23/go"
	"github.com/syndtr/goleveldb/leveldb/filter"
	"github.com/syndtr/goleveldb/leveldb/opt"
)

const (
	treeCache = 20_000    // nodes kept in memory, about 6 MB
	treeFlush = 256 << 10 // bytes of one write. A version is there once its root is, which is written last and synced
	versions  = 20        // states kept for proofs and for a snapshot under way
)

// tree is the committed state: an IAVL tree, a balanced Merkle tree whose root
// is the application hash. A version of it is a height of the chain.
//
// A home-made running digest over everything recorded was refused: it commits to
// the state, but proves nothing of it without the whole history. So was a plain
// Merkle tree over sorted records: every block would hash them all.
type tree struct {
	db    *treedb.GoLevelDB
	tree  *iavl.MutableTree
	saved *iavl.ImmutableTree // the newest version; nil before the first
	busy  func() bool         // a snapshot reads an older version: nothing is pruned
}

func openTree(dir string) (*tree, error) {
	if err := begun(filepath.Join(dir, "application.db")); err != nil {
		return nil, err
	}
	db, err := treedb.NewGoLevelDBWithOpts("application", dir, &opt.Options{Filter: filter.NewBloomFilter(10), WriteBuffer: 4 << 20, BlockCacheCapacity: 4 << 20})
	if err != nil {
		return nil, err
	}
	t := &tree{db: db, tree: iavl.NewMutableTree(db, treeCache, true, iavl.NewNopLogger(), iavl.SyncOption(true), iavl.FlushThresholdOption(treeFlush)),
		busy: func() bool { return false }}
	if _, err := t.tree.Load(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return t, t.reload()
}

// reload looks at the newest version.
func (t *tree) reload() (err error) {
	t.saved = nil
	if v := t.tree.Version(); v > 0 {
		t.saved, err = t.tree.GetImmutable(v)
	}
	return err
}

// height returns the newest version, 0 before the first block.
func (t *tree) height() int64 { return t.tree.Version() }

func (t *tree) hash() []byte { return t.tree.Hash() }

func (t *tree) get(path string) ([]byte, error) {
	if t.saved == nil {
		return t.tree.Get([]byte(path)) // between the genesis document and the first block
	}
	return t.saved.Get([]byte(path))
}

// work puts the changes of a block, or of the genesis document, into the next
// version and returns its hash. What an interrupted block left is dropped.
func (t *tree) work(l *layer) ([]byte, error) {
	if t.saved != nil {
		t.tree.Rollback()
	}
	for _, path := range l.changed() {
		if _, err := t.tree.Set([]byte(path), l.changes[path]); err != nil {
			return nil, err
		}
	}
	return t.tree.WorkingHash(), nil
}

// commit makes the next version durable, and lets go of old ones.
func (t *tree) commit(height int64) error {
	_, v, err := t.tree.SaveVersion()
	if err != nil {
		return err
	}
	if v != height {
		return fmt.Errorf("chain: the state is of height %d, the block of %d", v, height)
	}
	if old := v - versions; old > 0 && old%versions == 0 && !t.busy() {
		if err := t.tree.DeleteVersionsTo(old); err != nil && !errors.Is(err, iavl.ErrVersionDoesNotExist) {
			return err
		}
	}
	return t.reload()
}

// prove returns the record at an earlier height, nil when there is none, and the
// proof of either.
func (t *tree) prove(path string, height int64) ([]byte, *ics23.CommitmentProof, error) {
	at, err := t.tree.GetImmutable(height)
	if err != nil {
		return nil, nil, err
	}
	value, err := at.Get([]byte(path))
	if err != nil {
		return nil, nil, err
	}
	if value == nil {
		proof, err := at.GetNonMembershipProof([]byte(path))
		return nil, proof, err
	}
	proof, err := at.GetMembershipProof([]byte(path))
	return value, proof, err
}

func (t *tree) close() error { return errors.Join(t.tree.Close(), ignoreClosed(t.db.Close())) }
