// Package softkey is a passkey in software: the phone's half of a WebAuthn
// ceremony, with its authenticator and its browser. Tests and rehearsals sign in
// with it where no browser runs, and forge with it what no browser would send.
//
// It guards nothing: its private key lies in memory, and it verifies a user by
// being told so.
package softkey

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"

	"github.com/fxamacker/cbor/v2"
)

// Key is one passkey. Its exported fields may be changed between ceremonies.
type Key struct {
	Origin   string // that the browser claims to stand on
	Verified bool   // the authenticator says that it verified its user
	Count    uint32 // of signatures so far; 0 before the first

	private *ecdsa.PrivateKey
	id      []byte
	handle  []byte // of the user, from the making on
}

// New returns a passkey that is not made yet, on a browser that stands on origin.
func New(origin string) (*Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	k := &Key{Origin: origin, Verified: true, private: private, id: make([]byte, 16)}
	rand.Read(k.id) // never fails: crypto/rand ends the program instead
	return k, nil
}

// ID returns the passkey's id.
func (k *Key) ID() []byte { return k.id }

// text is bytes as they travel in JSON.
type text []byte

// MarshalText writes base64 for addresses, without padding.
func (t text) MarshalText() ([]byte, error) {
	return []byte(base64.RawURLEncoding.EncodeToString(t)), nil
}

// UnmarshalText reads it.
func (t *text) UnmarshalText(raw []byte) (err error) {
	*t, err = base64.RawURLEncoding.DecodeString(string(raw))
	return err
}

// asked is what a page asks a browser for.
type asked struct {
	PublicKey struct {
		Challenge text   `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID text `json:"id"`
		} `json:"user"`
	} `json:"publicKey"`
}

// answer is what the page's script sends back.
type answer struct {
	ID       text     `json:"id"`
	RawID    text     `json:"rawId"`
	Type     string   `json:"type"`
	Response response `json:"response"`
}

type response struct {
	ClientData  text `json:"clientDataJSON"`
	Attestation text `json:"attestationObject,omitempty"`
	Data        text `json:"authenticatorData,omitempty"`
	Signature   text `json:"signature,omitempty"`
	Handle      text `json:"userHandle,omitempty"`
}

// Create answers the options of a making.
func (k *Key) Create(options []byte) ([]byte, error) {
	var a asked
	if err := json.Unmarshal(options, &a); err != nil {
		return nil, err
	}
	k.handle = a.PublicKey.User.ID
	public, err := k.cose()
	if err != nil {
		return nil, err
	}
	data := k.data(a.PublicKey.RP.ID, 0x40) // with the credential
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(append(data, k.id...), public...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		return nil, err
	}
	client, err := k.client("webauthn.create", a.PublicKey.Challenge)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer{ID: k.id, RawID: k.id, Type: "public-key", Response: response{ClientData: client, Attestation: object}})
}

// Get answers the options of a sign-in or a confirmation.
func (k *Key) Get(options []byte) ([]byte, error) {
	var a asked
	if err := json.Unmarshal(options, &a); err != nil {
		return nil, err
	}
	client, err := k.client("webauthn.get", a.PublicKey.Challenge)
	if err != nil {
		return nil, err
	}
	k.Count++
	data := k.data(a.PublicKey.RPID, 0)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.private, sum[:])
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer{ID: k.id, RawID: k.id, Type: "public-key",
		Response: response{ClientData: client, Data: data, Signature: signature, Handle: k.handle}})
}

// data is the authenticator data (WebAuthn section 6.1) without the credential.
func (k *Key) data(rp string, flags byte) []byte {
	flags |= 0x01 // somebody was there
	if k.Verified {
		flags |= 0x04
	}
	hash := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), k.Count)
}

// cose is the public key (RFC 9053 section 7.1.1, ES256).
func (k *Key) cose() ([]byte, error) {
	point, err := k.private.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	return cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
}

func (k *Key) client(kind string, challenge text) ([]byte, error) {
	return json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": k.Origin, "crossOrigin": false})
}
