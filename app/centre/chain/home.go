package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/types"
)

// ensureHome returns the settings of the node's folder, which it makes when
// there is none. A new one is made beside its place and renamed, so that a
// power cut leaves a whole one or none.
func ensureHome(o Options) (*config.Config, *types.GenesisDoc, error) {
	root := filepath.Join(o.Home, "node")
	if _, err := os.Stat(root); errors.Is(err, os.ErrNotExist) {
		if err := makeHome(root+".new", o); err != nil {
			return nil, nil, fmt.Errorf("chain: a new home: %w", err)
		}
		if err := os.Rename(root+".new", root); err != nil {
			return nil, nil, fmt.Errorf("chain: a new home: %w", err)
		}
	}
	c := tuned(root)
	doc, err := checkHome(c, o)
	return c, doc, err
}

func makeHome(root string, o Options) error {
	if err := os.RemoveAll(root); err != nil {
		return err
	}
	for _, dir := range []string{"config", "data"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			return err
		}
	}
	c := tuned(root)
	validator := privval.GenFilePV(c.PrivValidatorKeyFile(), c.PrivValidatorStateFile())
	validator.Save()
	if _, err := p2p.LoadOrGenNodeKey(c.NodeKeyFile()); err != nil {
		return err
	}
	key, err := validator.GetPubKey()
	if err != nil {
		return err
	}
	state, err := o.genesis().encode()
	if err != nil {
		return err
	}
	doc := types.GenesisDoc{
		ChainID:         o.Chain,
		GenesisTime:     o.clock()().UTC().Truncate(time.Second),
		ConsensusParams: types.DefaultConsensusParams(),
		Validators:      []types.GenesisValidator{{Address: key.Address(), PubKey: key, Power: 10, Name: "validator"}},
		AppState:        state,
	}
	if err := doc.ValidateAndComplete(); err != nil {
		return err
	}
	return doc.SaveAs(c.GenesisFile())
}

// checkHome refuses a home that is damaged or another ledger's. CometBFT ends
// the whole process, not only the node, when a validator's file is missing or
// empty: so they are read here first.
func checkHome(c *config.Config, o Options) (*types.GenesisDoc, error) {
	for _, file := range []string{c.PrivValidatorKeyFile(), c.PrivValidatorStateFile(), c.NodeKeyFile()} {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("chain: the home lacks %s", filepath.Base(file))
		}
		var fields map[string]any
		if json.Unmarshal(raw, &fields) != nil || len(fields) == 0 {
			return nil, fmt.Errorf("chain: %s is damaged; restore it, or start a new home", filepath.Base(file))
		}
	}
	doc, err := types.GenesisDocFromFile(c.GenesisFile())
	switch {
	case err != nil:
		return nil, fmt.Errorf("chain: the genesis document is missing or damaged: %w", err)
	case doc.ChainID != o.Chain:
		return nil, errors.New("chain: the home is of another chain")
	case !o.genesis().same(doc.AppState):
		return nil, errors.New("chain: the home was made for another authority or other administrators")
	case doc.GenesisTime.After(o.clock()().Add(ahead)):
		return nil, errors.New("chain: the clock stands before the beginning of this ledger; set it right")
	}
	return doc, nil
}
