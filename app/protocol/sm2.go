package protocol

import (
	"crypto"
	"crypto/ecdsa"
	"encoding/asn1"
	"hash"
	"io"
	"math/big"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/veraison/go-cose"

	"counterfoil/app/casework"
)

// algorithmSM2 is SM2 with SM3 in a COSE header. No number is registered for
// it; the numbers below -65536 are for private use (RFC 9053 §8, "COSE
// Algorithms").
const algorithmSM2 cose.Algorithm = -65537

// sm2PublicSize is the length of a public key: 0x04, x and y. Other encodings
// of the same point are refused, so that one key has one identifier.
const sm2PublicSize = 65

// sm2SignatureSize is the length of a signature: r and s, 32 bytes each, big
// endian, as GB/T 32918.2 §6.1 and RFC 9053 §2.1 put the two together.
const sm2SignatureSize = 64

func newSM3() hash.Hash { return sm3.New() }

// NewSM2Key makes the private key of suite 2 from 32 secret bytes, its number d
// in big endian. It refuses the few numbers that are none: 0 and those from n-1
// on (GB/T 32918.1 §6.1); of bytes that are evenly drawn that is one in 2^32.
func NewSM2Key(secret []byte) (crypto.Signer, error) {
	key, err := sm2.NewPrivateKey(secret)
	if err != nil {
		return nil, casework.Refuse(casework.Malformed, "not the number of an SM2 key")
	}
	return key, nil
}

// DeriveSM2Key makes the private key of suite 2 that belongs to a secret and a
// label: HKDF-SM3 gives 320 bits, which are brought into 1 to n-2 as FIPS 186-5
// A.2.1 does it, so that every secret has a key and no number is likelier than
// another by more than 2^-64.
func DeriveSM2Key(secret []byte, label string) (crypto.Signer, error) {
	wide, err := Suite2.Derive(secret, label, 40)
	if err != nil {
		return nil, err
	}
	n, one := sm2.P256().Params().N, big.NewInt(1)
	d := new(big.Int).Mod(new(big.Int).SetBytes(wide), new(big.Int).Sub(n, big.NewInt(2)))
	return NewSM2Key(d.Add(d, one).FillBytes(make([]byte, 32)))
}

func sm2Public(pub *ecdsa.PublicKey) (PublicKey, error) {
	if pub.Curve != sm2.P256() {
		return PublicKey{}, casework.Refuse(casework.UnsupportedSuite, "the signer is on another curve than SM2's")
	}
	point, err := sm2.PublicKeyToECDH(pub)
	if err != nil {
		return PublicKey{}, casework.Refuse(casework.Malformed, "the key is no point of the curve")
	}
	return PublicKey{Suite: Suite2, Bytes: point.Bytes()}, nil
}

// sm2Signature is what crypto.Signer gives (GB/T 35276 §7.3, DER).
type sm2Signature struct{ R, S *big.Int }

// sm2Signer signs for COSE. The key sees the digest e of GB/T 32918.2 §6.1
// alone, so that one in a token fits.
type sm2Signer struct {
	key crypto.Signer
	pub *ecdsa.PublicKey
}

func newSM2Signer(key crypto.Signer) (cose.Signer, error) {
	pub, ok := key.Public().(*ecdsa.PublicKey)
	if !ok {
		return nil, casework.Refuse(casework.UnsupportedSuite, "the signer is not SM2")
	}
	return sm2Signer{key: key, pub: pub}, nil
}

// Algorithm is a cose.Signer's.
func (s sm2Signer) Algorithm() cose.Algorithm { return algorithmSM2 }

// Sign is a cose.Signer's.
func (s sm2Signer) Sign(rand io.Reader, content []byte) ([]byte, error) {
	e, err := sm2.CalculateSM2Hash(s.pub, content, nil) // nil: the default user id
	if err != nil {
		return nil, err
	}
	der, err := s.key.Sign(rand, e, crypto.Hash(0))
	if err != nil {
		return nil, err
	}
	var sig sm2Signature
	if rest, err := asn1.Unmarshal(der, &sig); err != nil || len(rest) != 0 || !sig.fits() {
		return nil, casework.Refuse(casework.BadSignature, "the key gave no SM2 signature")
	}
	out := make([]byte, sm2SignatureSize)
	sig.R.FillBytes(out[:32])
	sig.S.FillBytes(out[32:])
	return out, nil
}

func (s sm2Signature) fits() bool {
	n := sm2.P256().Params().N
	return s.R.Sign() > 0 && s.S.Sign() > 0 && s.R.Cmp(n) < 0 && s.S.Cmp(n) < 0
}

type sm2Verifier struct{ pub *ecdsa.PublicKey }

func newSM2Verifier(key []byte) (cose.Verifier, error) {
	if len(key) != sm2PublicSize {
		return nil, casework.Refuse(casework.Malformed, "the key has a wrong length")
	}
	pub, err := sm2.NewPublicKey(key)
	if err != nil {
		return nil, casework.Refuse(casework.Malformed, "the key is no point of the curve")
	}
	return sm2Verifier{pub}, nil
}

// Algorithm is a cose.Verifier's.
func (v sm2Verifier) Algorithm() cose.Algorithm { return algorithmSM2 }

// Verify is a cose.Verifier's.
func (v sm2Verifier) Verify(content, signature []byte) error {
	if len(signature) != sm2SignatureSize {
		return cose.ErrVerification
	}
	sig := sm2Signature{R: new(big.Int).SetBytes(signature[:32]), S: new(big.Int).SetBytes(signature[32:])}
	der, err := asn1.Marshal(sig)
	if err != nil || !sig.fits() || !sm2.VerifyASN1WithSM2(v.pub, nil, content, der) {
		return cose.ErrVerification
	}
	return nil
}
