package protocol

import (
	"crypto/rand"
	"encoding/hex"

	"counterfoil/app/casework"
)

// DigestOf returns the digest of b: SHA-256 in suite 1.
func DigestOf(b []byte) casework.Digest { return Suite1.Digest(b) }

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

// Commit returns HMAC-SHA-256(salt, content), the salted commitment of suite 1.
func Commit(salt casework.Salt, content []byte) casework.Commitment {
	return Suite1.Commit(salt, content)
}

// CommitItem returns the commitment of an item's code. The prefix keeps items
// and kinds apart under one salt.
func CommitItem(salt casework.Salt, code casework.ItemCode) casework.Commitment {
	return Commit(salt, ItemContent(code))
}

// ItemContent returns what CommitItem commits to.
func ItemContent(code casework.ItemCode) []byte { return append([]byte("item\x00"), code...) }

// CommitKind returns the commitment of a licence kind's name.
func CommitKind(salt casework.Salt, kind casework.LicenceKind) casework.Commitment {
	return Commit(salt, append([]byte("kind\x00"), kind...))
}

// WholeOf returns the digest of a whole case: over the digests of its entries
// in order.
func WholeOf(digests []casework.Digest) casework.Digest {
	var all []byte
	for _, d := range digests {
		all = append(all, d[:]...)
	}
	return DigestOf(all)
}
