package receipt

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"slices"
	"time"
)

// Verified is what a receipt proves.
type Verified struct {
	Digest [sha256.Size]byte // SHA-256 of the transaction, as blocks name it whatever suite signed it
	Height int64
	Time   time.Time         // weighted median of the signed precommit times, UTC
	Block  [sha256.Size]byte // the header's hash
}

// Seen is what a header proves.
type Seen struct {
	Height  int64
	Block   [sha256.Size]byte // the header's hash
	AppHash []byte            // of the state before this block's transactions
	Time    time.Time         // weighted median of the signed precommit times, UTC
}

// Verify checks that the receipt proves tx to be on the trusted chain. The
// error names the first check that fails, in the order of reading: form, path,
// and then as Header does.
func (v *Verifier) Verify(receipt, tx []byte) (Verified, error) {
	r, err := parse(receipt)
	if err != nil {
		return Verified{}, err
	}
	if err := r.Leads(tx); err != nil {
		return Verified{}, err
	}
	seen, err := v.Header(r.Sealed)
	if err != nil {
		return Verified{}, err
	}
	return Verified{Digest: sha256.Sum256(tx), Height: seen.Height, Time: seen.Time, Block: seen.Block}, nil
}

// Header checks that more than two thirds of the set of the header's height
// signed it: chain, form, set (ErrSet), signatures, power, and that it fits the
// links around it (ErrFork).
func (v *Verifier) Header(s Sealed) (Seen, error) {
	h := s.Header
	switch {
	case h.ChainID != v.trust.ChainID:
		return Seen{}, errors.New("the block is of another chain")
	case h.malformed() || s.Round < 0 || len(s.Parts.Hash) != 0 && len(s.Parts.Hash) != sha256.Size:
		return Seen{}, errors.New("the block's header is malformed")
	}
	at := v.at(h.Height)
	if !bytes.Equal(v.sets[at].hash[:], h.ValidatorsHash) {
		return Seen{}, ErrSet
	}
	block := h.hash()
	votes, err := v.sets[at].votes(s, block)
	if err != nil {
		return Seen{}, err
	}
	if err := v.fits(at, h, block); err != nil {
		return Seen{}, err
	}
	return Seen{Height: h.Height, Block: block, AppHash: h.AppHash, Time: median(votes)}, nil
}

// fits checks a well signed header against the links around it: at a link's
// height there is one block, and a header's time grows with every height.
func (v *Verifier) fits(at int, h Header, block [sha256.Size]byte) error {
	links := v.trust.Links
	switch {
	case at < len(links) && h.Height == links[at].Header.Height:
		if block != links[at].Header.hash() {
			return ErrFork
		}
	case at < len(links) && h.Time >= links[at].Header.Time, at > 0 && h.Time <= links[at-1].Header.Time:
		return errors.New("the block's time does not fit the heights around it")
	}
	return nil
}

// vote is a verified precommit.
type vote struct{ time, power int64 }

// votes verifies every signature that is there, and that those for this block
// hold more than two thirds of the set's power.
func (t set) votes(s Sealed, block [sha256.Size]byte) ([]vote, error) {
	if len(s.Signatures) != len(t.validators) {
		return nil, errors.New("there is not one place for each validator")
	}
	var votes []vote
	var power int64
	for i, sig := range s.Signatures {
		if sig == nil {
			continue
		}
		v := t.validators[i]
		if sig.Time < 0 || !ed25519.Verify(ed25519.PublicKey(v.Key), voteBytes(s, block, *sig), sig.Bytes) {
			return nil, errors.New("a validator's signature does not hold")
		}
		votes = append(votes, vote{sig.Time, v.Power})
		if !sig.Nil {
			power += v.Power
		}
	}
	if 3*power <= 2*t.power {
		return nil, errors.New("no more than two thirds of the power signed the block")
	}
	return votes, nil
}

// median returns the weighted median as CometBFT computes it for the next
// header: less than a third of the power, however it lies, cannot move it
// outside the honest validators' times.
func median(votes []vote) time.Time {
	slices.SortStableFunc(votes, func(a, b vote) int { return cmp.Compare(a.time, b.time) })
	var half int64
	for _, v := range votes {
		half += v.power
	}
	half /= 2
	for _, v := range votes {
		if half <= v.power {
			return time.Unix(0, v.time).UTC()
		}
		half -= v.power
	}
	return time.Time{} // not reached: the powers sum to at least half
}
