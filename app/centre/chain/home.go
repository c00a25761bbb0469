package chain

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/types"
)

// ensureHome returns the settings of the node's folder and the genesis document.
// A ledger of one node is founded on the first start.
func ensureHome(o Options) (*config.Config, *types.GenesisDoc, error) {
	keys, err := MakeKeys(o.Home)
	if err != nil {
		return nil, nil, err
	}
	c := tuned(o)
	raw, err := os.ReadFile(c.GenesisFile())
	switch {
	case errors.Is(err, os.ErrNotExist):
		if raw = o.Genesis; raw == nil {
			if raw, err = o.single(keys, o.clock()()).Genesis(); err != nil {
				return nil, nil, err
			}
		}
		err = placeGenesis(c.GenesisFile(), raw)
	case err == nil && o.Genesis != nil && !bytes.Equal(raw, bytes.TrimSpace(o.Genesis)):
		err = errors.New("chain: the home is of another chain")
	}
	if err != nil {
		return nil, nil, err
	}
	doc, err := checkHome(raw, o)
	return c, doc, err
}

func placeGenesis(file string, raw []byte) error {
	if err := writeSynced(file+".new", bytes.TrimSpace(raw)); err != nil {
		return fmt.Errorf("chain: the genesis document: %w", err)
	}
	return os.Rename(file+".new", file)
}

// checkHome refuses a home that is damaged or another ledger's.
func checkHome(raw []byte, o Options) (*types.GenesisDoc, error) {
	f, err := ReadFounding(raw)
	if err != nil {
		return nil, err
	}
	doc, err := types.GenesisDocFromJSON(raw)
	switch {
	case err != nil:
		return nil, err
	case o.Genesis == nil && f.Chain != o.Chain:
		return nil, errors.New("chain: the home is of another chain")
	case o.Genesis == nil && !o.founded(f):
		return nil, errors.New("chain: the home was made for another authority or other administrators")
	case doc.GenesisTime.After(o.clock()().Add(ahead)):
		return nil, errors.New("chain: the clock stands before the beginning of this ledger; set it right")
	}
	return doc, nil
}

// founded reports whether a ledger of one node was founded by these options.
func (o Options) founded(f Founding) bool {
	same := o.Authority.ID() == f.Authority.ID() && len(o.Admins) == len(f.Halls)
	for _, h := range f.Halls {
		same = same && o.Admins[h.Hall].ID() == h.Admin.ID()
	}
	return same
}
