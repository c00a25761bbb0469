// Package keyfile keeps secrets and small records as files: each whole or not
// at all, readable by its owner alone. It does not know what they are for.
package keyfile

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
)

// Seed reads 32 secret bytes, in base64 on one line, making them if there is no
// file. A file that can't be read is an error and never replaced: what it
// protected would be lost.
func Seed(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		seed := make([]byte, ed25519.SeedSize)
		rand.Read(seed) // never fails: crypto/rand ends the program instead
		return seed, Write(path, []byte(base64.StdEncoding.EncodeToString(seed)+"\n"))
	}
	if err != nil {
		return nil, err
	}
	seed, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s holds no key", path)
	}
	return seed, nil
}

// Key is Seed as a signing key.
func Key(path string) (ed25519.PrivateKey, error) {
	seed, err := Seed(path)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// Write puts a file at path whole or not at all, readable by its owner alone.
func Write(path string, content []byte) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
