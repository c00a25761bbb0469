package hall

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	"counterfoil/app/centre/chain"
	"counterfoil/app/centre/keyfile"
	"counterfoil/app/protocol"
)

// The files of a home.
const (
	settingsFile = "node.toml"
	adminFile    = "admin.key"
	cardFile     = "card.json"
	genesisFile  = "genesis.json"
)

// Home is a hall's folder.
type Home struct {
	Dir      string
	Settings Settings
	Admin    ed25519.PrivateKey
	Keys     chain.Keys // of the node
}

// Init makes a home, or what is missing of it, and the hall's card. What is there
// stays: the same again changes nothing, and a home of another hall is refused.
// power is what the card asks for; 0 leaves a card that is there as it is, and
// asks for 10 in a new one.
func Init(dir string, s Settings, power int64) (*Home, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, settingsFile)
	there, err := Load(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		s.Loopback = s.Loopback || local(s.reached())
		if !reachable(s.reached()) {
			return nil, fmt.Errorf("the others can't reach %s: say with --external by which host:port they do", s.reached())
		}
		if err := s.Save(path); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	case there.Hall != s.Hall:
		return nil, fmt.Errorf("this home is of the hall %s", there.Hall)
	}
	if _, err := keyfile.Seed(filepath.Join(dir, adminFile)); err != nil {
		return nil, err
	}
	if _, err := chain.MakeKeys(dir); err != nil {
		return nil, err
	}
	h, err := Open(dir)
	if err != nil {
		return nil, err
	}
	return h, h.writeCard(power)
}

// local reports whether an address is of this machine alone.
func local(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// reachable refuses the address that means all of a machine's own.
func reachable(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return ip == nil || !ip.IsUnspecified()
}

// Open reads a home that Init made.
func Open(dir string) (*Home, error) {
	h := &Home{Dir: dir}
	var err error
	if h.Settings, err = Load(h.path(settingsFile)); err != nil {
		return nil, missing(err, dir)
	}
	if _, err := os.Stat(h.path(adminFile)); err != nil {
		return nil, fmt.Errorf("the administrator's key is not in the home: %w", err)
	}
	if h.Admin, err = keyfile.Key(h.path(adminFile)); err != nil {
		return nil, err
	}
	h.Keys, err = chain.ReadKeys(dir)
	return h, err
}

func missing(err error, dir string) error {
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no hall's home in %s: make it with node init", dir)
	}
	return err
}

func (h *Home) path(name string) string { return filepath.Join(h.Dir, name) }

// CardPath returns where the hall's card lies.
func (h *Home) CardPath() string { return h.path(cardFile) }

// AdminKey returns the public half of the administrator's key.
func (h *Home) AdminKey() protocol.PublicKey {
	key, _ := protocol.PublicOf(h.Admin) // Ed25519 by its type
	return key
}

// Card returns the hall's card as its keys and settings are now, asking for
// power.
func (h *Home) Card(power int64) Card {
	return Card{Hall: h.Settings.Hall, Admin: h.AdminKey(), Validator: h.Keys.Validator, Node: h.Keys.NodeID, Address: h.Settings.reached(), Power: power}
}

// usual is the power that a hall asks for: equal halls count equally, whatever
// the number; this one leaves room for less and more.
const usual = 10

func (h *Home) writeCard(power int64) error {
	was, err := os.ReadFile(h.CardPath())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if power == 0 {
		power = usual
		if card, err := ReadCard(was); err == nil {
			power = card.Power
		}
	}
	raw, err := h.Card(power).Sign(h.Admin)
	if err != nil || bytes.Equal(raw, was) {
		return err
	}
	return keyfile.Write(h.CardPath(), raw)
}

// Genesis returns the founding of the home's ledger.
func (h *Home) Genesis() ([]byte, error) {
	raw, err := os.ReadFile(h.path(genesisFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("this home belongs to no ledger yet: say node join")
	}
	return raw, err
}

// Options returns how package chain runs the home's node.
func (h *Home) Options() (chain.Options, error) {
	raw, err := h.Genesis()
	s := h.Settings
	return chain.Options{Home: h.Dir, Genesis: raw, RPC: s.RPC, P2P: s.P2P, External: s.External, Peers: s.Peers,
		Loopback: s.Loopback, Keep: s.Keep, Snapshot: s.Snapshot, Join: s.Join}, err
}

// Enter makes the home one of a ledger: its founding, the nodes to connect to,
// and where to begin. The same again changes nothing; another ledger is refused.
func (h *Home) Enter(genesis []byte, peers []string, join *chain.Join) error {
	f, err := chain.ReadFounding(genesis)
	if err != nil {
		return err
	}
	was, err := h.Genesis()
	if err == nil && !bytes.Equal(bytes.TrimSpace(was), bytes.TrimSpace(genesis)) {
		return fmt.Errorf("this home belongs to the ledger %s: another founding needs another home", h.Settings.Chain)
	}
	s := h.Settings
	s.Chain, s.Join = f.Chain, join
	for _, p := range peers {
		if !slices.Contains(s.Peers, p) {
			s.Peers = append(slices.Clone(s.Peers), p)
		}
	}
	if err := s.Save(h.path(settingsFile)); err != nil { // first: with a founding, the settings are whole
		return err
	}
	h.Settings = s
	return keyfile.Write(h.path(genesisFile), append(bytes.TrimSpace(genesis), '\n'))
}

// NextAdmin returns the key that is to follow the administrator's, making it if
// it is not there.
func (h *Home) NextAdmin() (protocol.PublicKey, error) {
	key, err := keyfile.Key(h.path(adminFile + ".next"))
	if err != nil {
		return protocol.PublicKey{}, err
	}
	return protocol.PublicOf(key)
}

// TakeOffice puts the key that NextAdmin made in the administrator's place, once
// the ledger knows it, and signs the card with it. The old one stays beside it as
// *.old.
func (h *Home) TakeOffice() error {
	file := h.path(adminFile)
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := keyfile.Write(file+".old", old); err != nil {
		return err
	}
	if err := os.Rename(file+".next", file); err != nil {
		return err
	}
	if h.Admin, err = keyfile.Key(file); err != nil {
		return err
	}
	return h.writeCard(0)
}
