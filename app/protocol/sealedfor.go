package protocol

import (
	"crypto"
	"crypto/rand"

	"github.com/emmansun/gmsm/sm2"

	"counterfoil/app/casework"
)

// sealedFor is content that one reader alone can open: a fresh SM4 key under the
// reader's SM2 key, and the content under that.
type sealedFor struct {
	Version int    `cbor:"1,keyasint"`
	Key     []byte `cbor:"2,keyasint"` // SM2 ciphertext of the key, 16 bytes (GB/T 32918.4), as SM2Cipher of GB/T 35276 §7.2
	Box     []byte `cbor:"3,keyasint"` // nonce, ciphertext, tag of SM4-GCM
}

// SealFor seals content to a reader's SM2 key; nobody without its private half,
// the sealer neither, can open it. info says what it is for and is needed to open
// it. It is to suite 2 what HPKE (RFC 9180), which has no SM algorithms, is to
// suite 1.
func SealFor(reader PublicKey, info string, content []byte) ([]byte, error) {
	if reader.Suite != Suite2 {
		return nil, casework.Refuse(casework.UnsupportedSuite, "the reader's key is not SM2")
	}
	if err := reader.Check(); err != nil {
		return nil, err
	}
	pub, err := sm2.NewPublicKey(reader.Bytes)
	if err != nil {
		return nil, err
	}
	key := make([]byte, Suite2.KeySize())
	rand.Read(key) // never fails: crypto/rand ends the program instead
	out := sealedFor{Version: Version}
	if out.Key, err = sm2.EncryptASN1(rand.Reader, pub, key); err != nil {
		return nil, err
	}
	seal, err := Suite2.AEAD(key)
	if err != nil {
		return nil, err
	}
	out.Box = seal.Seal(nil, nil, content, boundTo(info, out.Key))
	return Marshal(out)
}

// OpenFor opens what SealFor sealed to the public half of key. What was altered,
// is for another reader, or for something else than info is refused as malformed,
// without saying which.
func OpenFor(key crypto.Decrypter, info string, sealed []byte) ([]byte, error) {
	refused := casework.Refuse(casework.Malformed, "not sealed to this key for this")
	var in sealedFor
	if Unmarshal(sealed, &in) != nil || in.Version != Version {
		return nil, refused
	}
	inner, err := key.Decrypt(rand.Reader, in.Key, nil)
	if err != nil {
		return nil, refused
	}
	seal, err := Suite2.AEAD(inner)
	if err != nil {
		return nil, refused
	}
	content, err := seal.Open(nil, nil, in.Box, boundTo(info, in.Key))
	if err != nil {
		return nil, refused
	}
	return content, nil
}

// boundTo ties the sealed content to its purpose and to its own key: the info ends
// at a zero byte, which none has.
func boundTo(info string, key []byte) []byte { return append(append([]byte(info), 0), key...) }
