package keep

import (
	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// secretSize is the length of a secret and of a master key, in bytes.
const secretSize = 32

// Secret is what the file keeps.
type Secret struct {
	Suite  protocol.Suite `cbor:"1,keyasint"`           // of the device key
	Device []byte         `cbor:"2,keyasint"`           // 32 bytes, from which the counter's keys are derived; of a key on a token the others alone
	Master []byte         `cbor:"3,keyasint,omitempty"` // 32 bytes: the journal's, where Device is not the counter's first
	Next   []byte         `cbor:"4,keyasint,omitempty"` // 32 bytes: will take Device's place once the hall has enrolled its key

	Handing []byte            `cbor:"5,keyasint,omitempty"` // how Device signed for Next, as protocol.SignKeyRequest wrote it
	Before  []protocol.Handed `cbor:"6,keyasint,omitempty"` // the keys before Device, the newest first

	NextWay    Way    `cbor:"7,keyasint,omitempty"` // how Next will be kept; "": as Device is, and nobody is asked
	NextToken  *Place `cbor:"8,keyasint,omitempty"` // where Next's device key is on a token
	NextPublic []byte `cbor:"9,keyasint,omitempty"` // that key, as protocol.PublicKey.Passed
}

// NextPlace returns where the next key is on a token; empty where it is on none.
func (s Secret) NextPlace() Place {
	if s.NextToken == nil {
		return Place{}
	}
	return *s.NextToken
}

func (s Secret) check() error {
	fits := func(b []byte, may bool) bool { return len(b) == secretSize || may && len(b) == 0 }
	if s.Suite.Check() != nil || !fits(s.Device, false) || !fits(s.Master, true) || !fits(s.Next, true) || (s.NextWay == Token) != (s.NextToken != nil) {
		return damaged("the secret has a wrong shape")
	}
	return nil
}

func damaged(why string) error { return casework.Refuse(casework.KeyDamaged, why) }
