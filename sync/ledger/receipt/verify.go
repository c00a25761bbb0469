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
	Digest [sha256.Size]byte // SHA-256 of the transaction: the entry's identity
	Height int64
	Time   time.Time // weighted median of the signed precommit times, UTC
}

// Verify checks that the receipt proves tx to be on the trusted chain. The
// error names the first check that fails, in the order of reading: form, path,
// chain, validator set, signatures, power.
func (t Trust) Verify(receipt, tx []byte) (Verified, error) {
	if err := t.check(); err != nil {
		return Verified{}, err
	}
	r, err := parse(receipt)
	if err != nil {
		return Verified{}, err
	}
	digest := sha256.Sum256(tx)
	root, err := climb(digest[:], r.Path)
	if err != nil {
		return Verified{}, err
	}
	set := t.hash()
	switch {
	case !bytes.Equal(root[:], r.Header.DataHash):
		return Verified{}, errors.New("the path does not lead from the entry to the block")
	case r.Header.ChainID != t.ChainID:
		return Verified{}, errors.New("the block is of another chain")
	case !bytes.Equal(set[:], r.Header.ValidatorsHash):
		return Verified{}, errors.New("the block names another set of validators than the trusted one")
	case r.Header.Height < 1 || r.Header.Time < 0 || r.Round < 0:
		return Verified{}, errors.New("the block's height, time or round is out of range")
	}
	votes, err := t.votes(r)
	if err != nil {
		return Verified{}, err
	}
	return Verified{Digest: digest, Height: r.Header.Height, Time: median(votes)}, nil
}

// vote is a verified precommit.
type vote struct{ time, power int64 }

// votes verifies every signature that is there, and that those for this block
// hold more than two thirds of the set's power.
func (t Trust) votes(r Receipt) ([]vote, error) {
	if len(r.Signatures) != len(t.Validators) {
		return nil, errors.New("there is not one place for each validator")
	}
	block := r.Header.hash()
	var votes []vote
	var power int64
	for i, s := range r.Signatures {
		if s == nil {
			continue
		}
		v := t.Validators[i]
		if s.Time < 0 || !ed25519.Verify(ed25519.PublicKey(v.Key), voteBytes(r, block, *s), s.Bytes) {
			return nil, errors.New("a validator's signature does not hold")
		}
		votes = append(votes, vote{s.Time, v.Power})
		if !s.Nil {
			power += v.Power
		}
	}
	if 3*power <= 2*t.total() {
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
