//go:build cgo

package token

import (
	"crypto"

	"github.com/miekg/pkcs11"

	"counterfoil/app/casework"
)

// Spot is a key on a card, or a card that has room for one. It is found without a
// PIN, so that none is given to a wrong card.
type Spot struct {
	Label  string
	Public crypto.PublicKey // nil: the key is to be made there
	Last   bool             // the card says that one more wrong PIN locks it

	key key // of one that is to be made: slot and label
}

// Find returns the key with a label. CardMissing: no card in the readers has it;
// CardLocked: its card has counted too many wrong PINs; TokenMany: several keys have
// the label, and a PIN must not be tried at the wrong one.
func (t *Token) Find(label string) (Spot, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, err := t.find(func(k key) bool { return k.label == label })
	if err != nil {
		return Spot{}, err
	}
	if len(found) > 1 {
		return Spot{}, casework.Refuse(casework.TokenMany, "several keys have this label")
	}
	return t.counted(Spot{Label: label, Public: found[0].public, key: found[0]})
}

// Room returns the only card in the readers, for a key that is to be made. CardMissing:
// there is none with a PIN of its own; TokenMany: there are several; CardLocked.
func (t *Token) Room(label string) (Spot, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slots, err := t.module.GetSlotList(true)
	if err != nil {
		return Spot{}, refusal(err)
	}
	var ready []uint
	for _, slot := range slots {
		info, err := t.module.GetTokenInfo(slot)
		if whole := uint(pkcs11.CKF_TOKEN_INITIALIZED | pkcs11.CKF_USER_PIN_INITIALIZED); err == nil && info.Flags&whole == whole {
			ready = append(ready, slot)
		}
	}
	switch len(ready) {
	case 0:
		return Spot{}, casework.Refuse(casework.CardMissing, "no card with a PIN is in the reader")
	case 1:
		return t.counted(Spot{Label: label, key: key{slot: ready[0], label: label}})
	}
	return Spot{}, casework.Refuse(casework.TokenMany, "several cards are in the readers, and none has the key")
}

// Again looks at the card's count of wrong PINs once more.
func (t *Token) Again(s Spot) (Spot, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counted(s)
}

func (t *Token) counted(s Spot) (Spot, error) {
	info, err := t.module.GetTokenInfo(s.key.slot)
	if err != nil {
		return s, refusal(err)
	}
	if info.Flags&pkcs11.CKF_USER_PIN_LOCKED != 0 {
		return s, refusal(pkcs11.Error(pkcs11.CKR_PIN_LOCKED))
	}
	s.Last = info.Flags&pkcs11.CKF_USER_PIN_FINAL_TRY != 0
	return s, nil
}
