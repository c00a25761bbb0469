package chain

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
)

// Keys are the public halves of what a node's home holds.
type Keys struct {
	Validator []byte // Ed25519, 32 bytes: signs blocks
	NodeID    string // 40 hex digits: who the node is towards other nodes
}

func (k Keys) id() []byte {
	raw, _ := hex.DecodeString(k.NodeID) // our own digits
	return raw
}

// MakeKeys makes the node's keys in a home. Called again it returns those that
// are there.
func MakeKeys(home string) (Keys, error) {
	root := filepath.Join(home, "node")
	if _, err := os.Stat(root); err == nil {
		return ReadKeys(home)
	}
	if err := makeHome(root + ".new"); err != nil {
		return Keys{}, fmt.Errorf("chain: a new home: %w", err)
	}
	if err := os.Rename(root+".new", root); err != nil {
		return Keys{}, fmt.Errorf("chain: a new home: %w", err)
	}
	return ReadKeys(home)
}

// makeHome makes the folder beside its place: a power cut leaves a whole one or
// none.
func makeHome(root string) error {
	if err := os.RemoveAll(root); err != nil {
		return err
	}
	for _, dir := range []string{"config", "data"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			return err
		}
	}
	c := config.DefaultConfig().SetRoot(root)
	privval.GenFilePV(c.PrivValidatorKeyFile(), c.PrivValidatorStateFile()).Save()
	_, err := p2p.LoadOrGenNodeKey(c.NodeKeyFile())
	return err
}

// ReadKeys reads the public halves of the keys in a home. CometBFT ends the
// whole process, not only the node, when a validator's file is missing or empty:
// so they are read here first.
func ReadKeys(home string) (Keys, error) {
	c := config.DefaultConfig().SetRoot(filepath.Join(home, "node"))
	for _, file := range []string{c.PrivValidatorKeyFile(), c.PrivValidatorStateFile(), c.NodeKeyFile()} {
		raw, err := os.ReadFile(file)
		if err != nil {
			return Keys{}, fmt.Errorf("chain: the home lacks %s", filepath.Base(file))
		}
		var fields map[string]any
		if json.Unmarshal(raw, &fields) != nil || len(fields) == 0 {
			return Keys{}, fmt.Errorf("chain: %s is damaged; restore it, or start a new home", filepath.Base(file))
		}
	}
	node, err := p2p.LoadNodeKey(c.NodeKeyFile())
	if err != nil {
		return Keys{}, fmt.Errorf("chain: the node's key: %w", err)
	}
	key, err := privval.LoadFilePVEmptyState(c.PrivValidatorKeyFile(), "").GetPubKey()
	if err != nil {
		return Keys{}, fmt.Errorf("chain: the validator's key: %w", err)
	}
	return Keys{Validator: key.Bytes(), NodeID: string(node.ID())}, nil
}

// NewValidatorKey gives a stopped node another validator's key, with which it
// has signed nothing yet. The old one is kept beside it as *.old: until the
// ledger knows the new one, a hall can go back.
func NewValidatorKey(home string) (Keys, error) {
	if _, err := ReadKeys(home); err != nil {
		return Keys{}, err
	}
	c := config.DefaultConfig().SetRoot(filepath.Join(home, "node"))
	key, state := c.PrivValidatorKeyFile(), c.PrivValidatorStateFile()
	fresh := privval.GenFilePV(key+".new", state+".new")
	fresh.Save()
	for _, file := range []string{state, key} { // the key last: an old key never meets a state that has forgotten what it signed
		if err := errors.Join(os.Rename(file, file+".old"), os.Rename(file+".new", file)); err != nil {
			return Keys{}, fmt.Errorf("chain: another validator's key: %w", err)
		}
	}
	return ReadKeys(home)
}
