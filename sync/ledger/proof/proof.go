// Package proof verifies what a ledger's state says against the application hash
// of a header: that a record stands under a path, or that none does.
//
// The state is an IAVL tree, and a proof is an ICS 23 commitment proof by the
// specification of such trees (github.com/cosmos/ics23). Whether the application
// hash can be believed is for package receipt. There is no network here and no
// clock.
package proof

import (
	"errors"

	ics23 "github.com/cosmos/ics23/go"
)

// MaxBytes bounds a proof: a tree of 2^40 records has paths of 60 steps of some
// fifty bytes, and absence takes two of them.
const MaxBytes = 64 << 10

// ErrProof says that a proof does not prove what it is given for.
var ErrProof = errors.New("the proof does not lead from the record to the ledger's state")

// Verify returns nil when raw proves that value stands under path in the state
// of that application hash; with a nil value, that nothing does.
func Verify(appHash []byte, path string, value, raw []byte) error {
	var p ics23.CommitmentProof
	if len(raw) == 0 || len(raw) > MaxBytes || p.Unmarshal(raw) != nil {
		return ErrProof
	}
	holds := false
	if value == nil {
		holds = ics23.VerifyNonMembership(ics23.IavlSpec, appHash, &p, []byte(path))
	} else {
		holds = ics23.VerifyMembership(ics23.IavlSpec, appHash, &p, []byte(path), value)
	}
	if !holds {
		return ErrProof
	}
	return nil
}
