package chain

import (
	"errors"
	"path/filepath"

	dbm "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/config"
)

// databases opens CometBFT's stores and the application's, and remembers them:
// the node leaves its transaction index open when it stops, and everything when
// it fails to start, and an open store can't be opened again.
type databases struct{ open []dbm.DB }

func (d *databases) provide(ctx *config.DBContext) (dbm.DB, error) {
	return d.at(ctx.ID, ctx.Config.DBDir())
}

func (d *databases) at(name, dir string) (dbm.DB, error) {
	db, err := dbm.NewGoLevelDB(name, filepath.Clean(dir))
	if err != nil {
		return nil, err
	}
	d.open = append(d.open, db)
	return db, nil
}

// close closes what the node did not close itself.
func (d *databases) close() error {
	var errs []error
	for _, db := range d.open {
		if err := db.Close(); err != nil && err.Error() != "leveldb: closed" {
			errs = append(errs, err)
		}
	}
	d.open = nil
	return errors.Join(errs...)
}
