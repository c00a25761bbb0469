package centre

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"counterfoil/app/casework"
)

// keys are the centre's secrets. Each is 32 bytes in a file of its own that
// only its owner may read, made on the first start.
type keys struct {
	server    ed25519.PrivateKey // towards counters
	authority ed25519.PrivateKey // signs what becomes of grants
	secret    []byte             // codes, links, pseudonyms
	evidence  *ecdh.PrivateKey   // what counters seal their copies to
	admins    map[casework.HallID]ed25519.PrivateKey
	chain     string
}

func openKeys(dir, chain string, practice bool, halls []casework.HallID) (k keys, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return k, err
	}
	seed := func(name string) []byte {
		var b []byte
		if err == nil {
			b, err = seedFile(filepath.Join(dir, name))
		}
		if err != nil {
			return make([]byte, ed25519.SeedSize) // never used: err is returned
		}
		return b
	}
	k.server = ed25519.NewKeyFromSeed(seed("server.key"))
	k.authority = ed25519.NewKeyFromSeed(seed("authority.key"))
	k.secret = seed("codes.key")
	sealing := seed("evidence.key")
	k.admins = map[casework.HallID]ed25519.PrivateKey{}
	for _, h := range halls {
		k.admins[h] = ed25519.NewKeyFromSeed(seed("admin-" + hex.EncodeToString([]byte(h)) + ".key"))
	}
	if err != nil {
		return k, err
	}
	if k.evidence, err = ecdh.X25519().NewPrivateKey(sealing); err != nil {
		return k, err
	}
	k.chain, err = chainFile(filepath.Join(dir, "chain"), chain, practice)
	return k, err
}

// seedFile reads 32 secret bytes, making them if there is no file. A file that
// can't be read is an error and never replaced: what it protected would be lost.
func seedFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		seed := make([]byte, ed25519.SeedSize)
		rand.Read(seed) // never fails: crypto/rand ends the program instead
		return seed, keep(path, []byte(base64.StdEncoding.EncodeToString(seed)+"\n"))
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

// chainFile returns the chain id, which is chosen on the first start and then
// stays. Practice makes one of its own, so that it can't be taken for a real
// ledger.
func chainFile(path, want string, practice bool) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		found := string(bytes.TrimSpace(text))
		if want != "" && want != found {
			return "", fmt.Errorf("this home belongs to the chain %s", found)
		}
		return found, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if want == "" {
		var b [4]byte
		rand.Read(b[:])
		want = "counterfoil-" + hex.EncodeToString(b[:])
		if practice {
			want = "practice-" + hex.EncodeToString(b[:])
		}
	}
	return want, keep(path, []byte(want+"\n"))
}

// keep writes a file whole or not at all.
func keep(path string, content []byte) error {
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
