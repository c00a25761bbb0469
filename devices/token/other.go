//go:build !cgo

package token

import (
	"crypto"
	"io"

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

// Spot is a key on a card; there is none here.
type Spot struct {
	Label  string
	Public crypto.PublicKey
	Last   bool
}

// Find finds none here.
func (*Token) Find(string) (Spot, error) { return Spot{}, none() }

// Room has none here.
func (*Token) Room(string) (Spot, error) { return Spot{}, none() }

// Again looks at none here.
func (*Token) Again(s Spot) (Spot, error) { return s, none() }

// Holds holds none here.
func (*Token) Holds(Spot) bool { return false }

// Hold holds none here.
func (*Token) Hold(string, Spot) (*Signer, error) { return nil, none() }

// Signer is never there.
type Signer struct{}

// Close has nothing to close.
func (*Signer) Close() {}

// Public has none here.
func (*Signer) Public() crypto.PublicKey { return nil }

// Sign signs nothing here.
func (*Signer) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return nil, none() }

func none() error {
	return casework.Refuse(casework.CardMissing, "this program was built without the modules of cards")
}
