package counter

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"counterfoil/app/casework"
)

// Identity is what a counter is known by and what it seals with: the device key
// that signs entries and proves the counter to the centre, and the master key
// under which the journal keeps the keys of its cases.
type Identity struct {
	Device crypto.Signer
	Master [32]byte
}

// LoadIdentity reads the counter's keys from dir, or makes them on the first
// start. The file device.key holds the 32-byte Ed25519 seed, readable by its
// owner alone; the master key is derived from it (HKDF, RFC 5869), so that one
// secret is to be guarded and destroying it makes the whole journal unreadable.
func LoadIdentity(dir string) (Identity, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Identity{}, fmt.Errorf("the counter's folder: %w", err)
	}
	name := filepath.Join(dir, "device.key")
	seed, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		seed, err = makeSeed(name)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("the device key: %w", err)
	}
	if len(seed) != ed25519.SeedSize {
		return Identity{}, casework.Refuse(casework.SettingsInvalid, "the device key has a wrong length")
	}
	master, err := hkdf.Key(sha256.New, seed, nil, "counterfoil journal master key v1", 32)
	if err != nil {
		return Identity{}, err
	}
	return Identity{Device: ed25519.NewKeyFromSeed(seed), Master: [32]byte(master)}, nil
}

// makeSeed writes a new seed so that a power cut leaves either all of it or
// nothing. Of two programs that start for the first time at once, one makes the
// key and the other takes it: Link, unlike Rename, replaces nothing, and a key
// that was replaced would take its journal with it.
func makeSeed(name string) ([]byte, error) {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
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
	mac := hmac.New(sha256.New, i.Master[:])
	mac.Write([]byte("clerk\x00" + clerk))
	return casework.Pseudonym(hex.EncodeToString(mac.Sum(nil)[:8]))
}
