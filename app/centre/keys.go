package centre

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"counterfoil/app/casework"
	"counterfoil/app/centre/keyfile"
	"counterfoil/app/protocol"
)

// keys are the centre's secrets. Each is 32 bytes in a file of its own that
// only its owner may read, made on the first start.
type keys struct {
	server    ed25519.PrivateKey // towards counters
	authority ed25519.PrivateKey // signs what becomes of grants
	secret    []byte             // codes, links, pseudonyms
	evidence  *ecdh.PrivateKey   // what counters seal their copies to
	evidence2 crypto.Signer      // the same for counters of suite 2
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
			b, err = keyfile.Seed(filepath.Join(dir, name))
		}
		if err != nil {
			return make([]byte, ed25519.SeedSize) // never used: err is returned
		}
		return b
	}
	k.server = ed25519.NewKeyFromSeed(seed("server.key"))
	k.authority = ed25519.NewKeyFromSeed(seed(authorityFile))
	k.secret = seed("codes.key")
	sealing, sealing2 := seed("evidence.key"), seed("evidence-sm2.key")
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
	if k.evidence2, err = protocol.DeriveSM2Key(sealing2, EvidenceLabel); err != nil {
		return k, err
	}
	k.chain, err = chainFile(filepath.Join(dir, "chain"), chain, practice)
	return k, err
}

// EvidenceLabel is what the SM2 key that opens sealed copies of suite 2 is derived
// by from the 32 bytes in keys/evidence-sm2.key (protocol.DeriveSM2Key).
const EvidenceLabel = "counterfoil evidence key of suite 2 v1"

// AuthorityKey returns the key under which the centre of this home puts grants on
// the ledger, making it if it is not there: the halls that found a ledger need
// its public half before the centre's first start.
func AuthorityKey(home string) (ed25519.PrivateKey, error) {
	dir := filepath.Join(home, "keys")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return keyfile.Key(filepath.Join(dir, authorityFile))
}

const authorityFile = "authority.key"

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
	return want, keyfile.Write(path, []byte(want+"\n"))
}
