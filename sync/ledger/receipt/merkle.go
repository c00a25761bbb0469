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

// largestPower returns how many of n leaves, two or more, the left subtree holds:
// the largest power of two that is smaller than n.
func largestPower(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

// merkleRoot returns the root over leaves.
func merkleRoot(leaves [][]byte) [sha256.Size]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leafHash(leaves[0])
	}
	split := largestPower(len(leaves))
	left, right := merkleRoot(leaves[:split]), merkleRoot(leaves[split:])
	return innerHash(left[:], right[:])
}

// PathOf returns the path of the i-th of a block's transactions.
func PathOf(txs [][]byte, i int) []Sibling { return PathsOf(txs)[i] }

// PathsOf returns the paths of all transactions of a block: each node of the
// tree is hashed once, however many they are.
func PathsOf(txs [][]byte) [][]Sibling {
	leaves, paths := make([][sha256.Size]byte, len(txs)), make([][]Sibling, len(txs))
	for i, tx := range txs {
		digest := sha256.Sum256(tx)
		leaves[i], paths[i] = leafHash(digest[:]), []Sibling{}
	}
	if len(txs) > 0 {
		grow(paths, leaves)
	}
	return paths
}

// grow appends to each path what lies beside it up to the root over leaves, and
// returns the root.
func grow(paths [][]Sibling, leaves [][sha256.Size]byte) [sha256.Size]byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	split := largestPower(len(leaves))
	left, right := grow(paths[:split], leaves[:split]), grow(paths[split:], leaves[split:])
	for i := range paths {
		if i < split {
			paths[i] = append(paths[i], Sibling{Right: right[:]})
		} else {
			paths[i] = append(paths[i], Sibling{Left: left[:]})
		}
	}
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
