package repository

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

const keyFile = "issuer-keys.json"

// openKeys returns the issuers' keys by name: those kept in home, and new ones
// for names that have none. Keys are made, not derived from the names: derived
// ones would let anybody with the source sign as a practice issuer, and the
// habit would outlive practice.
func openKeys(home string, names []string) (map[string]crypto.Signer, error) {
	seeds := map[string][]byte{}
	path := filepath.Join(home, keyFile)
	raw, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		if json.Unmarshal(raw, &seeds) != nil {
			return nil, errors.New("the issuers' key file is damaged")
		}
	}
	keys, made := map[string]crypto.Signer{}, false
	for _, name := range names {
		if seeds[name] == nil {
			seeds[name], made = make([]byte, ed25519.SeedSize), true
			rand.Read(seeds[name])
		}
		if len(seeds[name]) != ed25519.SeedSize {
			return nil, errors.New("the issuers' key file is damaged")
		}
		keys[name] = ed25519.NewKeyFromSeed(seeds[name])
	}
	if !made {
		return keys, nil
	}
	return keys, writeKeys(home, path, seeds)
}

// writeKeys replaces the file as a whole: written beside, synced, renamed.
func writeKeys(home, path string, seeds map[string][]byte) error {
	raw, err := json.MarshalIndent(seeds, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(home, keyFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once renamed
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
