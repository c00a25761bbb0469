//go:build !cgo

package token

import (
	"crypto"

	"counterfoil/app/casework"
)

// Token is never there in a program that was built without cgo: a maker's module
// is a shared library.
type Token struct{}

// Open opens nothing here.
func Open(string) (*Token, error) { return nil, none() }

// Keys has none here.
func (*Token) Keys() ([][]byte, error) { return nil, none() }

// Prove proves nothing here.
func (*Token) Prove(_ string, _, _ []byte) ([]byte, error) { return nil, none() }

// Signer has none here.
func (*Token) Signer(_, _ string) (crypto.Signer, error) { return nil, none() }

func none() error {
	return casework.Refuse(casework.CardMissing, "this program was built without the modules of cards")
}
