package staff

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// What a card signs begins so: it can be no signature of anything else.
const cardPurpose = "counterfoil clerk's card 1\x00"

// byCard asks the cards in the readers for one of the roster's. The PIN goes to no
// other card. Wrong PINs are the card's to count; it is never slowed here.
func (s *Staff) byCard(pin string) (protocol.RosterClerk, error) {
	none := protocol.RosterClerk{}
	r, err := s.current()
	if err != nil {
		return none, err
	}
	if s.o.Card == nil {
		return none, casework.Refuse(casework.CardMissing, "no reader is configured")
	}
	card, err := s.o.Card()
	if err != nil {
		return none, err
	}
	keys, err := card.Keys()
	if err != nil {
		return none, err
	}
	c, key, ok := holder(r, keys)
	if !ok {
		return none, casework.Refuse(casework.CardUnknown, "no card in the readers is somebody's of this hall")
	}
	challenge := make([]byte, 32)
	rand.Read(challenge) // never fails: crypto/rand ends the program instead
	message := append([]byte(cardPurpose+r.Hall+"\x00"), challenge...)
	sig, err := card.Prove(pin, key, message)
	switch {
	case err != nil:
		return c, err
	case !signed(key, message, sig):
		return c, casework.Refuse(casework.CardUnknown, "the card's signature does not hold")
	case c.Suspended:
		return c, casework.Refuse(casework.ClerkSuspended, "the hall lets the person work no more")
	}
	return c, nil
}

// holder returns the first person of the roster whose card is there.
func holder(r *protocol.Roster, keys [][]byte) (protocol.RosterClerk, []byte, bool) {
	for _, c := range r.Clerks {
		for _, card := range c.Cards {
			if slices.ContainsFunc(keys, func(k []byte) bool { return string(k) == string(card) }) {
				return c, card, true
			}
		}
	}
	return protocol.RosterClerk{}, nil, false
}

// signed reports whether a signature holds under a card's public key.
func signed(public, message, sig []byte) bool {
	key, err := x509.ParsePKIXPublicKey(public)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(message)
	switch k := key.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(k, message, sig)
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(k, sum[:], sig)
	case *rsa.PublicKey:
		return rsa.VerifyPSS(k, crypto.SHA256, sum[:], sig, &rsa.PSSOptions{SaltLength: sha256.Size}) == nil
	}
	return false
}
