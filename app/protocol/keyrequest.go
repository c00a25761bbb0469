package protocol

import (
	"crypto"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"time"

	"counterfoil/app/casework"
)

// KeyRequest is what a counter asks its hall's administrator: to enrol a key. It is
// signed by that key, which proves that the counter has it; a request to take a new
// key in the place of another is signed by that one, too. It never goes to the
// ledger.
type KeyRequest struct {
	Version  int       `cbor:"1,keyasint"`
	Hall     string    `cbor:"2,keyasint"`
	Counter  string    `cbor:"3,keyasint"`
	Key      PublicKey `cbor:"4,keyasint"`
	At       int64     `cbor:"5,keyasint"`           // Unix milliseconds, the counter's clock
	Replaces string    `cbor:"6,keyasint,omitempty"` // id of the key that this one will take the place of
}

// The types of a request and of what the key before signs of it.
const (
	TypeKeyRequest Type = "application/vnd.counterfoil.key-request.v1+cbor"
	TypeRotation   Type = "application/vnd.counterfoil.key-rotation.v1+cbor"
)

// armour is what a request looks like on its way: people send it by mail or carry
// it on a stick (RFC 7468).
const armour = "COUNTERFOIL KEY REQUEST"

// maxRequest bounds a request's file, in bytes.
const maxRequest = 8 << 10

// NewKeyRequest returns a request of a counter; whoever signs it names the key.
func NewKeyRequest(hall casework.HallID, counter casework.CounterID, at time.Time) KeyRequest {
	return KeyRequest{Version: Version, Hall: string(hall), Counter: string(counter), At: at.UnixMilli()}
}

// SignKeyRequest signs r with the key that it names and, where it replaces one, with
// that key, and returns the text of its file.
func SignKeyRequest(r KeyRequest, key, before crypto.Signer) ([]byte, error) {
	payload, err := Marshal(r)
	if err != nil {
		return nil, err
	}
	raw, err := Seal(key, TypeKeyRequest, payload)
	if err == nil && r.Replaces != "" {
		raw, err = Seal(before, TypeRotation, raw)
	}
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: armour, Bytes: raw}), nil
}

// OpenKeyRequest reads a request's file and checks that the key it names signed it.
// Of a rotation it returns what the key before signed; whether that holds, only
// who knows that key can say: see KeyRequest.ReplacedBy. Refusal: request-invalid.
func OpenKeyRequest(text []byte) (KeyRequest, Envelope, error) {
	var r KeyRequest
	invalid := func(why string) (KeyRequest, Envelope, error) {
		return KeyRequest{}, Envelope{}, casework.Refuse(casework.RequestInvalid, why)
	}
	block, rest := pem.Decode(text)
	if len(text) > maxRequest || block == nil || block.Type != armour || len(block.Headers) > 0 || strings.TrimSpace(string(rest)) != "" {
		return invalid("the file is no request")
	}
	env, err := Unseal(block.Bytes)
	if err != nil {
		return invalid("the request can't be read")
	}
	var outer Envelope
	if env.Type == TypeRotation {
		outer = env
		if env, err = Unseal(outer.Payload); err != nil {
			return invalid("the request can't be read")
		}
	}
	if env.Type != TypeKeyRequest || Unmarshal(env.Payload, &r) != nil || r.Version != Version {
		return invalid("the request is of another kind or version")
	}
	if !named(r.Hall) || !named(r.Counter) || r.Key.CheckCounter() != nil || env.Verify(r.Key) != nil {
		return invalid("the request does not prove its key")
	}
	if (r.Replaces != "") != (outer.Type != "") || r.Replaces != "" && string(outer.Key) != r.Replaces {
		return invalid("the request does not prove the key that it replaces")
	}
	return r, outer, nil
}

// ReplacedBy checks, with the key before as the hall knows it, that it signed the
// request for its successor; outer is what OpenKeyRequest returned.
func (r KeyRequest) ReplacedBy(before PublicKey, outer Envelope) error {
	if string(before.ID()) != r.Replaces || outer.Verify(before) != nil {
		return casework.Refuse(casework.RequestInvalid, "the key before did not sign for its successor")
	}
	return nil
}

// Handed is a key of before that signed for its successor.
type Handed struct {
	Key     PublicKey `cbor:"1,keyasint"`
	Request []byte    `cbor:"2,keyasint"` // the successor's, as SignKeyRequest made it
}

// MaxHanded is how many keys of before are followed.
const MaxHanded = 64

// FollowHanded checks that each key of before, the newest first, signed for the one
// behind it, up to key. Who holds key is then whom those before named.
func FollowHanded(key PublicKey, before []Handed) error {
	if len(before) > MaxHanded {
		return casework.Refuse(casework.Malformed, "too many keys of before")
	}
	for _, h := range before {
		r, outer, err := OpenKeyRequest(h.Request)
		if err == nil && r.Key.ID() != key.ID() {
			err = casework.Refuse(casework.RequestInvalid, "a key of before signed for another successor")
		}
		if err == nil {
			err = r.ReplacedBy(h.Key, outer)
		}
		if err != nil {
			return err
		}
		key = h.Key
	}
	return nil
}

// Fingerprint is what two people compare on the telephone: the key's digest in
// groups of four digits, twelve groups, which is more than anybody can make a key
// to fit.
func (k PublicKey) Fingerprint() string {
	sum := k.Suite.Digest(k.Passed())
	digits := strings.ToUpper(hex.EncodeToString(sum[:24]))
	var groups []string
	for ; len(digits) > 0; digits = digits[4:] {
		groups = append(groups, digits[:4])
	}
	return strings.Join(groups, " ")
}
