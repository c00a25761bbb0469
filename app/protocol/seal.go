package protocol

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"

	"github.com/emmansun/gmsm/sm4"

	"counterfoil/app/casework"
)

// KeySize returns the length of the keys that AEAD takes, in bytes: 32 for
// AES-256, 16 for SM4.
func (s Suite) KeySize() int {
	if s == Suite2 {
		return sm4.BlockSize // SM4's key is as long as its block (GB/T 32907 §4)
	}
	return 32
}

// AEAD returns the suite's seal for what lies on a disk: AES-256-GCM or
// SM4-GCM (RFC 8998 §2). Every seal begins with its own random nonce of 96
// bits, so Seal and Open take a nil nonce; NonceSize is 0 and Overhead 28. One
// key must not seal more than 2^32 times (NIST SP 800-38D §8.3).
func (s Suite) AEAD(key []byte) (cipher.AEAD, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if len(key) != s.KeySize() {
		return nil, casework.Refuse(casework.Malformed, "a sealing key of a wrong length")
	}
	if s == Suite2 {
		block, err := sm4.NewCipher(key)
		if err != nil {
			return nil, err
		}
		gcm, err := cipher.NewGCM(block)
		return randomNonce{gcm}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// randomNonce is for SM4 what cipher.NewGCMWithRandomNonce, which takes AES
// alone, is for AES: the nonce stands before the sealed bytes.
type randomNonce struct{ gcm cipher.AEAD }

// NonceSize is a cipher.AEAD's.
func (r randomNonce) NonceSize() int { return 0 }

// Overhead is a cipher.AEAD's.
func (r randomNonce) Overhead() int { return r.gcm.NonceSize() + r.gcm.Overhead() }

// Seal is a cipher.AEAD's. The plaintext may lie anywhere, also in dst: the
// sealed bytes are made apart from it.
func (r randomNonce) Seal(dst, nonce, plaintext, additional []byte) []byte {
	if len(nonce) != 0 {
		panic("protocol: a nonce passed to a seal that draws its own")
	}
	box := make([]byte, r.gcm.NonceSize(), r.Overhead()+len(plaintext))
	rand.Read(box) // never fails: crypto/rand ends the program instead
	return append(dst, r.gcm.Seal(box, box, plaintext, additional)...)
}

// Open is a cipher.AEAD's.
func (r randomNonce) Open(dst, nonce, sealed, additional []byte) ([]byte, error) {
	if len(nonce) != 0 {
		panic("protocol: a nonce passed to a seal that carries its own")
	}
	size := r.gcm.NonceSize()
	if len(sealed) < r.Overhead() {
		return nil, casework.Refuse(casework.Malformed, "shorter than an empty seal")
	}
	plain, err := r.gcm.Open(nil, sealed[:size], sealed[size:], additional)
	if err != nil {
		return nil, err
	}
	return append(dst, plain...), nil
}
