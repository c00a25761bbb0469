package chain

import (
	"encoding/binary"
	"path/filepath"

	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/filter"
	"github.com/syndtr/goleveldb/leveldb/opt"

	"counterfoil/app/casework"
)

// index says in which block a transaction stands. It is this node's own and not
// part of the state: it follows from the blocks, and a node that joined by a
// snapshot has neither the older blocks nor their places.
//
// The state answers the same for an entry, with a proof (protocol.CaseState);
// the index is for those who know only a digest, as CometBFT's "tx" call.
type index struct{ db *leveldb.DB }

func openIndex(dir string) (*index, error) {
	if err := begun(filepath.Join(dir, "places.db")); err != nil {
		return nil, err
	}
	db, err := leveldb.OpenFile(filepath.Join(dir, "places.db"), &opt.Options{Filter: filter.NewBloomFilter(10), WriteBuffer: 2 << 20, BlockCacheCapacity: 2 << 20})
	if err != nil {
		return nil, err
	}
	return &index{db}, nil
}

// height returns where a transaction stands, 0 when it is not known.
func (x *index) height(d casework.Digest) (int64, error) {
	raw, err := x.db.Get(d[:], nil)
	switch {
	case err == leveldb.ErrNotFound:
		return 0, nil
	case err != nil:
		return 0, err
	}
	return int64(binary.BigEndian.Uint64(raw)), nil
}

// put notes a block's transactions. It is synced before the state is: a stop in
// between repeats the block and writes the same again.
func (x *index) put(height int64, list []casework.Digest) error {
	if len(list) == 0 {
		return nil
	}
	var batch leveldb.Batch
	for _, d := range list {
		batch.Put(d[:], binary.BigEndian.AppendUint64(nil, uint64(height)))
	}
	return x.db.Write(&batch, &opt.WriteOptions{Sync: true})
}

func (x *index) close() error { return ignoreClosed(x.db.Close()) }
