// Package softtoken makes cards of SoftHSM for tests: a folder with a token in it
// that holds a key which the test knows. It must be asked for by tests alone; a
// key in a file is no card.
package softtoken

import (
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Module is SoftHSM's PKCS#11 module as Debian's package softhsm2 installs it.
const Module = "/usr/lib/softhsm/libsofthsm2.so"

// Configure writes SoftHSM's settings for tokens in dir and returns the file,
// which must stand in SOFTHSM2_CONF before the module is opened.
func Configure(dir string) (string, error) {
	tokens := filepath.Join(dir, "tokens")
	if err := os.MkdirAll(tokens, 0o700); err != nil {
		return "", err
	}
	conf := filepath.Join(dir, "softhsm2.conf")
	return conf, os.WriteFile(conf, []byte("directories.tokendir = "+tokens+"\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = true\n"), 0o600)
}

// Card is a token to make.
type Card struct {
	Label string // of the token and of its key
	PIN   string
	Key   crypto.Signer // of package rsa, ecdsa or ed25519; nil: none yet
}

// Make makes the card, with the settings in a file that Configure wrote.
func (c Card) Make(conf string) error {
	if err := util(conf, "--init-token", "--free", "--label", c.Label, "--so-pin", "so-"+c.PIN, "--pin", c.PIN); err != nil {
		return err
	}
	if c.Key == nil {
		return nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		return err
	}
	file := filepath.Join(filepath.Dir(conf), hex.EncodeToString([]byte(c.Label))+".pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return err
	}
	defer os.Remove(file)
	return util(conf, "--import", file, "--token", c.Label, "--label", c.Label, "--id", hex.EncodeToString([]byte(c.Label)), "--pin", c.PIN)
}

// Alone makes the card in dir, with settings and a module of its own, as Configure and
// Own do.
func (c Card) Alone(dir string) (conf, module string, err error) {
	if conf, err = Configure(dir); err != nil {
		return "", "", err
	}
	if module, err = Own(dir); err != nil {
		return "", "", err
	}
	return conf, module, c.Make(conf)
}

// Pull takes every card out of the readers, and Push puts them back. What a program was
// signed in to is gone then, as with a real one.
func Pull(conf string) error {
	return os.Rename(filepath.Join(filepath.Dir(conf), "tokens"), filepath.Join(filepath.Dir(conf), "pulled"))
}

// Push puts back what Pull took out.
func Push(conf string) error {
	return os.Rename(filepath.Join(filepath.Dir(conf), "pulled"), filepath.Join(filepath.Dir(conf), "tokens"))
}

func util(conf string, args ...string) error {
	cmd := exec.Command("softhsm2-util", args...)
	cmd.Env = append(os.Environ(), "SOFTHSM2_CONF="+conf)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("softhsm2-util %s: %w: %s", args[0], err, out)
	}
	return nil
}
