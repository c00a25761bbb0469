package keep

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// lockSize is the length of the key that seals a secret, in bytes.
const lockSize = 32

// formatVersion is that of the file.
const formatVersion = 1

// head is the file: JSON, so that an administrator can see how the key is kept.
// Sum covers all the rest, so that damage is told from a wrong passphrase.
type head struct {
	Version int     `json:"counterfoil_key"`
	Way     Way     `json:"kept"`
	Public  []byte  `json:"public"`         // as protocol.PublicKey.Passed: shown without opening the file
	Lock    []byte  `json:"lock,omitempty"` // file: the key itself
	Cost    *Cost   `json:"argon2id,omitempty"`
	Salt    []byte  `json:"salt,omitempty"`  // passphrase, token
	Entry   string  `json:"entry,omitempty"` // keyring: the name of its entry
	Chip    *sealed `json:"tpm,omitempty"`
	Token   *Place  `json:"token,omitempty"`
	Nonce   []byte  `json:"nonce"`
	Secret  []byte  `json:"secret"`
	Sum     []byte  `json:"sum"` // SHA-256
}

// sealed is what only the TPM that made it opens.
type sealed struct {
	Public  []byte `json:"public"`
	Private []byte `json:"private"`
}

// read reads a file. Every bit of it counts.
func read(raw []byte) (h head, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if d.Decode(&h) != nil {
		return h, damaged("the file can't be read")
	}
	sum := h.Sum
	if h.Version != formatVersion {
		return h, casework.Refuse(casework.KeyDamaged, "the file is of another version")
	}
	if back, err := h.encode(); err != nil || !bytes.Equal(back, raw) || !bytes.Equal(sum, h.sum()) {
		return h, damaged("the file is not as it was written")
	}
	return h, nil
}

// encode returns the file's bytes, with the sum in its place.
func (h *head) encode() ([]byte, error) {
	h.Sum = h.sum()
	raw, err := json.MarshalIndent(h, "", "  ")
	return append(raw, '\n'), err
}

func (h head) sum() []byte {
	h.Sum = nil
	raw, _ := json.Marshal(h) // our own struct
	sum := sha256.Sum256(raw)
	return sum[:]
}

// bound is what stands in clear.
func (h head) bound() []byte {
	h.Sum, h.Secret = nil, nil
	raw, _ := json.Marshal(h)
	return raw
}

func (h *head) seal(lock []byte, s Secret) error {
	box, err := boxOf(lock)
	if err != nil {
		return err
	}
	plain, err := protocol.Marshal(s)
	if err != nil {
		return err
	}
	h.Nonce = random(box.NonceSize())
	h.Secret = box.Seal(nil, h.Nonce, plain, h.bound())
	return nil
}

func (h head) open(lock []byte) (s Secret, err error) {
	box, err := boxOf(lock)
	if err != nil || len(h.Nonce) != box.NonceSize() {
		return s, damaged("the file lacks a part")
	}
	plain, err := box.Open(nil, h.Nonce, h.Secret, h.bound())
	if err != nil {
		return s, damaged("the sealed secret does not open")
	}
	if protocol.Unmarshal(plain, &s) != nil {
		return s, damaged("the secret has a wrong shape")
	}
	return s, s.check()
}

func boxOf(lock []byte) (cipher.AEAD, error) {
	if len(lock) != lockSize {
		return nil, damaged("the key of the file has a wrong length")
	}
	block, err := aes.NewCipher(lock)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}
