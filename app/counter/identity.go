package counter

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Identity is what a counter is known by and what it seals with: the device key
// that signs entries, the key that proves the counter to the centre, and the
// master key under which the journal keeps the keys of its cases.
type Identity struct {
	Device     crypto.Signer
	Connection crypto.Signer // nil or the same in suite 1: Device
	Master     [32]byte
}

// secondSuite begins the key file of a counter of suite 2.
const secondSuite = 2

// LoadIdentity reads the counter's keys from dir, of whichever suite they were
// made, or makes those of suite 1 on the first start. The file device.key holds
// the counter's one secret, readable by its owner alone: 32 bytes in suite 1; in
// suite 2 the same behind a byte 2. All keys are derived from it (HKDF, RFC
// 5869), so that one secret is to be guarded and destroying it makes the whole
// journal unreadable.
func LoadIdentity(dir string) (Identity, error) { return loadIdentity(dir, protocol.Suite1, false) }

// LoadIdentityOf is LoadIdentity where the suite is said: keys that are made are
// of that suite, keys of another are refused with suite-fixed. A counter
// never changes its suite; it takes a new folder and is enrolled anew.
func LoadIdentityOf(dir string, suite protocol.Suite) (Identity, error) {
	return loadIdentity(dir, suite, true)
}

func loadIdentity(dir string, suite protocol.Suite, only bool) (Identity, error) {
	if err := suite.Check(); err != nil {
		return Identity{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Identity{}, fmt.Errorf("the counter's folder: %w", err)
	}
	name := filepath.Join(dir, "device.key")
	kept, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		kept, err = makeSeed(name, suite)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("the device key: %w", err)
	}
	secret, found := kept, protocol.Suite1
	if len(kept) == 1+ed25519.SeedSize && kept[0] == secondSuite {
		secret, found = kept[1:], protocol.Suite2
	}
	id, err := keysOf(secret, found)
	if err == nil && only && found != suite {
		err = casework.Refuse(casework.SuiteFixed, "the counter's keys are of another suite than its settings say")
	}
	return id, err
}

// makeSeed writes a new seed so that a power cut leaves either all of it or
// nothing. Of two programs that start for the first time at once, one makes the
// key and the other takes it: Link, unlike Rename, replaces nothing, and a key
// that was replaced would take its journal with it.
func makeSeed(name string, suite protocol.Suite) ([]byte, error) {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
	if suite == protocol.Suite2 {
		seed = append([]byte{secondSuite}, seed...)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "device.key.new-*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(seed)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	err = os.Link(f.Name(), name)
	if errors.Is(err, fs.ErrExist) {
		return os.ReadFile(name)
	}
	if err != nil {
		return nil, err
	}
	return seed, syncDir(filepath.Dir(name))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Pseudonym returns what the ledger knows a clerk by: the same at this counter
// for the same number, and meaningless elsewhere.
func (i Identity) Pseudonym(clerk string) casework.Pseudonym {
	mac := i.Suite().Commit(casework.Salt(i.Master), []byte("clerk\x00"+clerk))
	return casework.Pseudonym(hex.EncodeToString(mac[:8]))
}
