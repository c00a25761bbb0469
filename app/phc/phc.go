// Package phc makes and checks what is kept of a password: Argon2id (RFC 9106) as
// a PHC string, $argon2id$v=19$m=65536,t=3,p=1$salt$hash. The centre makes them,
// a counter checks them offline, and both must read the same.
//
// It must not keep, print or log a password, and knows nothing of whose it is.
package phc

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"counterfoil/app/casework"
)

// Cost is what one hash costs.
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// Production is RFC 9106 §4's second choice with one lane: some 150 ms and 64 MiB
// on a counter's machine.
func Production() Cost { return Cost{Memory: 64 << 10, Passes: 3, Threads: 1} }

// Bounds of a verifier that is taken from elsewhere: checking one must not take a
// counter's memory or minutes.
const (
	maxMemory  = 256 << 10 // KiB
	maxPasses  = 10
	maxThreads = 4
	saltBytes  = 16
	hashBytes  = 32
)

// MaxPassword bounds a password, in bytes: longer ones are refused unhashed.
const MaxPassword = 256

// Practice costs little: the password of practice is told to everybody.
func Practice() Cost { return Cost{Memory: 8 << 10, Passes: 1, Threads: 1} }

// Hash returns the verifier of a password, with a salt of its own.
func Hash(password string, c Cost) string {
	salt := random(saltBytes)
	return c.write(salt, c.hash(password, salt))
}

// Decoy returns a verifier that no password is of. To find that out costs what any
// other does, so that a number that is nobody's takes as long as a wrong password.
func Decoy(c Cost) string { return c.write(random(saltBytes), random(hashBytes)) }

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}

func (c Cost) write(salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

// Holds reports whether the password is the one that the verifier is of. A
// verifier that Parse refuses holds for none.
func Holds(verifier, password string) bool {
	c, salt, want, err := parse(verifier)
	if err != nil || len(password) > MaxPassword {
		return false
	}
	return subtle.ConstantTimeCompare(c.hash(password, salt), want) == 1
}

// Check refuses what is no verifier of ours, or costs more than a counter may be
// asked for (Malformed).
func Check(verifier string) error {
	_, _, _, err := parse(verifier)
	return err
}

func (c Cost) hash(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, hashBytes)
}

func parse(verifier string) (c Cost, salt, hash []byte, err error) {
	bad := casework.Refuse(casework.Malformed, "not a verifier of a password")
	part := strings.Split(verifier, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, bad
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); err != nil ||
		part[3] != fmt.Sprintf("m=%d,t=%d,p=%d", c.Memory, c.Passes, c.Threads) {
		return c, nil, nil, bad
	}
	if c.Passes < 1 || c.Passes > maxPasses || c.Threads < 1 || c.Threads > maxThreads || c.Memory < 8*uint32(c.Threads) || c.Memory > maxMemory {
		return c, nil, nil, bad
	}
	if salt = exactly(part[4], saltBytes); salt == nil {
		return c, nil, nil, bad
	}
	if hash = exactly(part[5], hashBytes); hash == nil {
		return c, nil, nil, bad
	}
	return c, salt, hash, nil
}

// exactly decodes n bytes in their one spelling; nil for anything else. Line breaks,
// which Go's decoder passes over, make a text longer.
func exactly(text string, n int) []byte {
	b64 := base64.RawStdEncoding.Strict()
	raw, err := b64.DecodeString(text)
	if err != nil || len(raw) != n || len(text) != b64.EncodedLen(n) {
		return nil
	}
	return raw
}
