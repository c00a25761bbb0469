package protocol

import (
	"crypto"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"github.com/veraison/go-cose"

	"counterfoil/app/casework"
)

// Suite names a whole bundle of algorithms and belongs to an enrolled key.
// There is no negotiation: an unknown suite is refused.
type Suite int

// Suite1 is Ed25519, SHA-256 and AES-256-GCM.
const Suite1 Suite = 1

// KeyID identifies a public key: the first 16 bytes of the SHA-256 of its 32
// bytes, as 32 hex digits.
type KeyID string

// PublicKey is an enrolled key with its suite.
type PublicKey struct {
	Suite Suite  `json:"suite" cbor:"1,keyasint"`
	Bytes []byte `json:"bytes" cbor:"2,keyasint"` // Ed25519: 32 bytes
}

// ID returns the key's identifier.
func (k PublicKey) ID() KeyID {
	sum := sha256.Sum256(k.Bytes)
	return KeyID(hex.EncodeToString(sum[:16]))
}

// Check refuses a key whose suite is unknown or whose length is wrong.
func (k PublicKey) Check() error {
	if k.Suite != Suite1 {
		return casework.Refuse(casework.UnsupportedSuite, "the key's suite is unknown")
	}
	if len(k.Bytes) != ed25519.PublicKeySize {
		return casework.Refuse(casework.Malformed, "the key has a wrong length")
	}
	return nil
}

// PublicOf returns the public half of a signer. Only Ed25519 is known to this
// version.
func PublicOf(s crypto.Signer) (PublicKey, error) {
	pub, ok := s.Public().(ed25519.PublicKey)
	if !ok {
		return PublicKey{}, casework.Refuse(casework.UnsupportedSuite, "the signer is not Ed25519")
	}
	return PublicKey{Suite: Suite1, Bytes: pub}, nil
}

func (k PublicKey) verifier() (cose.Verifier, error) {
	if err := k.Check(); err != nil {
		return nil, err
	}
	return cose.NewVerifier(cose.AlgorithmEdDSA, ed25519.PublicKey(k.Bytes))
}

// DigestOf returns the digest of b: SHA-256 in suite 1.
func DigestOf(b []byte) casework.Digest { return sha256.Sum256(b) }

// NewSalt returns 32 random bytes.
func NewSalt() casework.Salt {
	var s casework.Salt
	rand.Read(s[:]) // never fails: crypto/rand ends the program instead
	return s
}

// NewID returns 16 random bytes as 32 hex digits, for a case or a grant.
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Commit returns HMAC-SHA-256(salt, content), the salted commitment of suite 1.
// An unsalted hash of a name or a number would be personal data: all 10^8 codes
// can be hashed in seconds.
func Commit(salt casework.Salt, content []byte) casework.Commitment {
	mac := hmac.New(sha256.New, salt[:])
	mac.Write(content)
	return casework.Commitment(mac.Sum(nil))
}

// CommitItem returns the commitment of an item's code. The prefix keeps items
// and kinds apart under one salt.
func CommitItem(salt casework.Salt, code casework.ItemCode) casework.Commitment {
	return Commit(salt, ItemContent(code))
}

// ItemContent returns what CommitItem commits to.
func ItemContent(code casework.ItemCode) []byte { return append([]byte("item\x00"), code...) }

// CommitKind returns the commitment of a licence kind's name.
func CommitKind(salt casework.Salt, kind casework.LicenceKind) casework.Commitment {
	return Commit(salt, append([]byte("kind\x00"), kind...))
}

// WholeOf returns the digest of a whole case: over the digests of its entries
// in order.
func WholeOf(digests []casework.Digest) casework.Digest {
	h := sha256.New()
	for _, d := range digests {
		h.Write(d[:])
	}
	return casework.Digest(h.Sum(nil))
}
