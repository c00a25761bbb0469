package keep

import (
	"context"
	"crypto/ed25519"

	"counterfoil/app/casework"
	"counterfoil/devices/token"
)

// hold finds a key by its label, without a PIN, makes sure that it is the one that is
// meant, and then asks for the PIN. beside may be signed in to the same token already.
func (m Means) hold(ctx context.Context, at Place, public []byte, beside *Held) (*Held, error) {
	if at.Module == "" || at.Label == "" {
		return nil, casework.Refuse(casework.TokenUnnamed, "module or label is not said")
	}
	h := &Held{place: at}
	var err error
	if beside != nil && beside.place.Module == at.Module {
		h.token = beside.token
	} else if h.token, err = token.Open(at.Module); err != nil {
		return nil, inWords(err)
	}
	spot, err := h.token.Find(at.Label)
	if casework.KindOf(err) == casework.CardMissing && len(public) == 0 {
		spot, err = h.token.Room(at.Label)
	}
	if err != nil {
		return nil, inWords(err)
	}
	switch key, ok := spot.Public.(ed25519.PublicKey); {
	case spot.Public != nil && !ok:
		return nil, casework.Refuse(casework.TokenUnfit, "the key of this label is not Ed25519")
	case len(public) > 0 && !key.Equal(ed25519.PublicKey(public)):
		return nil, casework.Refuse(casework.TokenOther, "the key of this label is another one")
	}
	if h.token.Holds(spot) {
		h.signer, err = h.token.Hold("", spot)
		err = inWords(err)
	} else {
		h.signer, err = m.signIn(ctx, h.token, spot)
	}
	if err != nil {
		return nil, err
	}
	return h, nil
}

// signIn asks for the PIN until the token takes it. The token counts wrong ones, so
// each is a person's, and they are told before the last.
func (m Means) signIn(ctx context.Context, t *token.Token, spot token.Spot) (*token.Signer, error) {
	if m.Ask == nil {
		return nil, casework.Refuse(casework.TokenPINNeeded, "")
	}
	before := warned(spot, nil)
	for range tries {
		given, err := m.Ask(ctx, Question{PIN: true, Before: before})
		if err != nil {
			return nil, err
		}
		signer, err := t.Hold(string(given), spot)
		clear(given)
		if casework.KindOf(err) != casework.CardRefused {
			return signer, inWords(err)
		}
		if spot, err = t.Again(spot); err != nil {
			return nil, inWords(err)
		}
		before = warned(spot, inWords(casework.Refuse(casework.CardRefused, "")))
	}
	return nil, before
}

// warned is what a person is told before the next PIN.
func warned(spot token.Spot, before error) error {
	if spot.Last {
		return casework.Refuse(casework.TokenPINLast, "")
	}
	return before
}

// inWords says of the counter's own token what package token says of a card.
func inWords(err error) error {
	as := map[casework.RefusalKind]casework.RefusalKind{casework.CardMissing: casework.TokenMissing, casework.CardRefused: casework.TokenPINWrong, casework.CardLocked: casework.TokenLocked}
	if kind, ok := as[casework.KindOf(err)]; ok {
		return casework.Refuse(kind, "")
	}
	return err
}
