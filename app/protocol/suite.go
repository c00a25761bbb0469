package protocol

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"

	"github.com/veraison/go-cose"

	"counterfoil/app/casework"
)

// Suite names a whole bundle of algorithms and belongs to an enrolled key.
// There is no negotiation: an unknown suite is refused.
type Suite int

const (
	// Suite1 is Ed25519 (RFC 8032), SHA-256, HMAC-SHA-256 and AES-256-GCM.
	Suite1 Suite = 1
	// Suite2 is SM2 (GB/T 32918.2, with SM3 and the default user id of GB/T
	// 35276), SM3 (GB/T 32905), HMAC-SM3 and SM4-GCM (GB/T 32907, RFC 8998 §2).
	Suite2 Suite = 2
)

// Check refuses a suite that this version does not know.
func (s Suite) Check() error {
	if s != Suite1 && s != Suite2 {
		return casework.Refuse(casework.UnsupportedSuite, "the suite is unknown")
	}
	return nil
}

// hash makes the suite's hash. A suite that is not known hashes as suite 1:
// whoever lets one in has been refused by Check before.
func (s Suite) hash() hash.Hash {
	if s == Suite2 {
		return newSM3()
	}
	return sha256.New()
}

// suiteOf returns the suite whose algorithm stands in a protected header (RFC 9052
// §3.1).
func suiteOf(alg cose.Algorithm) (Suite, bool) {
	switch alg {
	case cose.AlgorithmEdDSA:
		return Suite1, true
	case algorithmSM2:
		return Suite2, true
	}
	return 0, false
}

// Digest returns the suite's digest of b: SHA-256 or SM3, 32 bytes each.
func (s Suite) Digest(b []byte) casework.Digest {
	h := s.hash()
	h.Write(b)
	return casework.Digest(h.Sum(nil))
}

// Commit returns the salted commitment of content: HMAC (RFC 2104) with the
// suite's hash, the salt as its key. An unsalted hash of a name or a number
// would be personal data: all 10^8 codes can be hashed in seconds.
func (s Suite) Commit(salt casework.Salt, content []byte) casework.Commitment {
	mac := hmac.New(s.hash, salt[:])
	mac.Write(content)
	return casework.Commitment(mac.Sum(nil))
}

// Derive returns n bytes that belong to a secret and a label: HKDF (RFC 5869)
// with the suite's hash, without a salt.
func (s Suite) Derive(secret []byte, label string, n int) ([]byte, error) {
	return hkdf.Key(s.hash, secret, nil, label, n)
}

// KeyID identifies a public key: the first 16 bytes of its suite's digest of
// its bytes, as 32 hex digits.
type KeyID string

// PublicKey is an enrolled key with its suite.
type PublicKey struct {
	Suite Suite  `json:"suite" cbor:"1,keyasint"`
	Bytes []byte `json:"bytes" cbor:"2,keyasint"` // Ed25519: 32 bytes; SM2: 65, 0x04, x and y (GB/T 32918.1 §4.2.8)
	// Connection is the Ed25519 key, 32 bytes, by which a counter of suite 2 proves
	// itself in TLS, whose library has no SM suites. It comes and goes with the
	// counter's key and signs nothing else. All other keys have none.
	Connection []byte `json:"connection,omitempty" cbor:"3,keyasint,omitempty"`
}

// ID returns the key's identifier; Connection has no part in it.
func (k PublicKey) ID() KeyID {
	sum := k.Suite.Digest(k.Bytes)
	return KeyID(hex.EncodeToString(sum[:16]))
}

// Check refuses a key whose suite is unknown, whose length is wrong, or that is
// no point of the SM2 curve, and a connection key where none belongs.
func (k PublicKey) Check() error {
	if n := len(k.Connection); n != 0 && (k.Suite != Suite2 || n != ed25519.PublicKeySize) {
		return casework.Refuse(casework.Malformed, "a connection key that does not belong to the key")
	}
	_, err := k.verifier()
	return err
}

// CheckCounter refuses a key that can't be a counter's: besides what Check
// refuses, one of suite 2 without a connection key.
func (k PublicKey) CheckCounter() error {
	if k.Suite == Suite2 && len(k.Connection) == 0 {
		return casework.Refuse(casework.Malformed, "a counter's key of suite 2 lacks its connection key")
	}
	return k.Check()
}

// ConnectionID identifies the key that the counter shows in TLS: the connection
// key, or in suite 1 the key itself.
func (k PublicKey) ConnectionID() KeyID {
	if len(k.Connection) == 0 {
		return k.ID()
	}
	return PublicKey{Suite: Suite1, Bytes: k.Connection}.ID()
}

// PublicOf returns the public half of a signer: an Ed25519 key is of suite 1, a
// key on the SM2 curve of suite 2.
func PublicOf(s crypto.Signer) (PublicKey, error) {
	switch pub := s.Public().(type) {
	case ed25519.PublicKey:
		return PublicKey{Suite: Suite1, Bytes: pub}, nil
	case *ecdsa.PublicKey:
		return sm2Public(pub)
	}
	return PublicKey{}, casework.Refuse(casework.UnsupportedSuite, "the signer is of no known suite")
}

// CounterKey returns the key that a counter is enrolled by: the public halves of
// the key that signs its entries and, in suite 2, of the one for its connection.
func CounterKey(device, connection crypto.Signer) (PublicKey, error) {
	k, err := PublicOf(device)
	if err != nil || k.Suite == Suite1 {
		return k, err
	}
	line, err := PublicOf(connection)
	if err != nil || line.Suite != Suite1 {
		return k, casework.Refuse(casework.UnsupportedSuite, "the connection key is not Ed25519")
	}
	k.Connection = line.Bytes
	return k, k.CheckCounter()
}

// KeyOf reads a public key as people pass it on. Its length tells what it is: 32
// bytes are Ed25519, 65 are SM2, 97 are SM2 with a counter's connection key.
func KeyOf(b []byte) (PublicKey, error) {
	k := PublicKey{Suite: Suite1, Bytes: b}
	switch len(b) {
	case sm2PublicSize:
		k.Suite = Suite2
	case sm2PublicSize + ed25519.PublicKeySize:
		k = PublicKey{Suite: Suite2, Bytes: b[:sm2PublicSize], Connection: b[sm2PublicSize:]}
	}
	return k, k.Check()
}

// Passed returns the key as KeyOf reads it.
func (k PublicKey) Passed() []byte { return append(slices.Clone(k.Bytes), k.Connection...) }

func (k PublicKey) verifier() (cose.Verifier, error) {
	if err := k.Suite.Check(); err != nil {
		return nil, err
	}
	if k.Suite == Suite2 {
		return newSM2Verifier(k.Bytes)
	}
	if len(k.Bytes) != ed25519.PublicKeySize {
		return nil, casework.Refuse(casework.Malformed, "the key has a wrong length")
	}
	return cose.NewVerifier(cose.AlgorithmEdDSA, ed25519.PublicKey(k.Bytes))
}

func (s Suite) signer(key crypto.Signer) (cose.Signer, error) {
	if s == Suite2 {
		return newSM2Signer(key)
	}
	return cose.NewSigner(cose.AlgorithmEdDSA, key)
}
