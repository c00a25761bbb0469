package receipt

import (
	"crypto/sha256"
	"errors"
	"math/bits"
)

// CometBFT's Merkle trees are those of RFC 6962 §2.1: a leaf is hashed behind
// the byte 0, an inner node behind the byte 1, so neither can pass for the other.

func leafHash(leaf []byte) [sha256.Size]byte {
	return sha256.Sum256(append([]byte{0}, leaf...))
}

func innerHash(left, right []byte) [sha256.Size]byte {
	b := append([]byte{1}, left...)
	return sha256.Sum256(append(b, right...))
}

// merkleRoot returns the root over leaves: the left subtree holds the largest
// power of two that is smaller than the number of leaves.
func merkleRoot(leaves [][]byte) [sha256.Size]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leafHash(leaves[0])
	}
	split := 1 << (bits.Len(uint(len(leaves)-1)) - 1)
	left, right := merkleRoot(leaves[:split]), merkleRoot(leaves[split:])
	return innerHash(left[:], right[:])
}

// climb returns the root that a leaf and its siblings lead to.
func climb(leaf []byte, path []Sibling) ([sha256.Size]byte, error) {
	h := leafHash(leaf)
	for _, s := range path {
		switch {
		case len(s.Left) == sha256.Size && len(s.Right) == 0:
			h = innerHash(s.Left, h[:])
		case len(s.Right) == sha256.Size && len(s.Left) == 0:
			h = innerHash(h[:], s.Right)
		default:
			return h, errors.New("a step of the path is not one hash")
		}
	}
	return h, nil
}
