package protocol

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"

	"counterfoil/app/casework"
)

// DigestOf returns the identity of signed bytes, on the ledger and everywhere: the
// digest of the suite whose algorithm their header names. Of what is no signed
// thing of suite 2 it is SHA-256, so that every byte string has one identity.
//
// CometBFT calls the same bytes by their SHA-256 whatever they are: its Merkle
// trees and so the receipts stand on that.
func DigestOf(raw []byte) casework.Digest { return SuiteOf(raw).Digest(raw) }

// SuiteOf reads the suite off the first bytes of a COSE_Sign1 in the one encoding
// that Unseal takes: tag 18, an array of four, a byte string, and in it a map of
// three whose first is the algorithm (RFC 8949 §4.2.1). What is none is of suite
// 1. It verifies nothing.
func SuiteOf(raw []byte) Suite {
	rest, ok := bytes.CutPrefix(raw, []byte{0xd2, 0x84})
	if !ok || len(rest) < 3 {
		return Suite1
	}
	switch head := rest[0]; {
	case 0x40 <= head && head < 0x58: // up to 23 bytes
		rest = rest[1:]
	case head == 0x58:
		rest = rest[2:]
	case head == 0x59:
		rest = rest[3:]
	}
	if bytes.HasPrefix(rest, []byte{0xa3, 0x01, 0x3a, 0x00, 0x01, 0x00, 0x00}) { // 1: -65537
		return Suite2
	}
	return Suite1
}

// NewSalt returns 32 random bytes.
func NewSalt() casework.Salt {
	var s casework.Salt
	rand.Read(s[:]) // never fails: crypto/rand ends the program instead
	return s
}

// NewID returns 16 random bytes as 32 hex digits, for a case or a grant.
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// CommitItem returns the commitment of an item's code. The prefix keeps items
// and kinds apart under one salt.
func (s Suite) CommitItem(salt casework.Salt, code casework.ItemCode) casework.Commitment {
	return s.Commit(salt, ItemContent(code))
}

// ItemContent returns what CommitItem commits to.
func ItemContent(code casework.ItemCode) []byte { return append([]byte("item\x00"), code...) }

// CommitKind returns the commitment of a licence kind's name.
func (s Suite) CommitKind(salt casework.Salt, kind casework.LicenceKind) casework.Commitment {
	return s.Commit(salt, append([]byte("kind\x00"), kind...))
}

// WholeOf returns the digest of a whole case: over the digests of its entries in
// order, by the suite of the entry that says it.
func (s Suite) WholeOf(digests []casework.Digest) casework.Digest {
	h := s.hash()
	for _, d := range digests {
		h.Write(d[:])
	}
	return casework.Digest(h.Sum(nil))
}
