package chain

import (
	"errors"
	"os"
	"path/filepath"

	dbm "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/config"
	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/opt"
)

// databases opens CometBFT's stores, and remembers them: the node leaves its
// transaction index open when it stops, and everything when it fails to start,
// and an open store can't be opened again.
type databases struct{ open []dbm.DB }

func (d *databases) provide(ctx *config.DBContext) (dbm.DB, error) {
	if err := begun(filepath.Join(ctx.Config.DBDir(), ctx.ID+".db")); err != nil {
		return nil, err
	}
	db, err := dbm.NewGoLevelDBWithOpts(ctx.ID, filepath.Clean(ctx.Config.DBDir()), &opt.Options{WriteBuffer: 2 << 20, BlockCacheCapacity: 2 << 20})
	if err != nil {
		return nil, err
	}
	d.open = append(d.open, db)
	return lasting{db}, nil
}

// lasting is a store that is empty once it is closed. CometBFT's gossip to peers
// ends a moment after the node that it belongs to, reads on, and panics on an
// error of the store: that would end the whole process while it stops in order.
type lasting struct{ dbm.DB }

// Get returns nil for what is not there, and for everything after Close.
func (l lasting) Get(key []byte) ([]byte, error) {
	value, err := l.DB.Get(key)
	return value, ignoreClosed(err)
}

// Has reports false for everything after Close.
func (l lasting) Has(key []byte) (bool, error) {
	there, err := l.DB.Has(key)
	return there, ignoreClosed(err)
}

// close closes what the node did not close itself.
func (d *databases) close() error {
	var errs []error
	for _, db := range d.open {
		errs = append(errs, ignoreClosed(db.Close()))
	}
	d.open = nil
	return errors.Join(errs...)
}

// begun opens the way for a store that was never finished: a kill during the very
// first start leaves its folder without an entry point (CURRENT), which is not
// opened any more. Nothing was ever written to it: then there would be a journal or
// a table. Where there is one, the store is damaged, and is left as it is.
func begun(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "CURRENT")); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, kept := range []string{"*.log", "*.ldb"} {
		found, err := filepath.Glob(filepath.Join(dir, kept))
		if err != nil || len(found) > 0 {
			return err
		}
	}
	return os.RemoveAll(dir)
}

func ignoreClosed(err error) error {
	if errors.Is(err, leveldb.ErrClosed) {
		return nil
	}
	return err
}
