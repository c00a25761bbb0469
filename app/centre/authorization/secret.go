package authorization

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"

	"counterfoil/app/casework"
)

// secret makes everything that must not be guessed or forged, under keys
// derived from the centre's one.
type secret struct{ code, near, link, pseudonym, centre []byte }

func newSecret(key []byte) secret {
	derive := func(use string) []byte { return sum(key, []byte("counterfoil authorization 1 "+use)) }
	return secret{derive("code"), derive("near"), derive("link"), derive("pseudonym"), derive("centre")[:4]}
}

func sum(key, content []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(content)
	return m.Sum(nil)
}

// codes is how many eight-digit codes there are.
const codes = 100_000_000

// newDigits returns eight digits, each as likely as any.
func newDigits() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(codes))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%08d", n), nil
}

// wellFormed reports whether s is eight ASCII digits.
func wellFormed(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(s) == 8
}

func (k secret) codeMAC(digits string) []byte { return sum(k.code, []byte(digits)) }

// masked returns the keyed hashes of the 28 forms of a code that have two
// digits masked. Two codes share one exactly when they differ in at most two
// places.
func (k secret) masked(digits string) [][]byte {
	var list [][]byte
	for i := range digits {
		for j := i + 1; j < len(digits); j++ {
			form := []byte(digits)
			form[i], form[j] = '*', '*'
			list = append(list, sum(k.near, form))
		}
	}
	return list
}

// pseudonymOf stands for a holder in one grant alone.
func (k secret) pseudonymOf(holder string, grant casework.GrantID) casework.Pseudonym {
	return casework.Pseudonym(hex.EncodeToString(sum(k.pseudonym, []byte(string(grant)+"\x00"+holder))[:16]))
}

// A token is the request's id (16 bytes), the centre that issued it (4), and
// an HMAC over both (16), in base64: short enough for a coarse QR.
const (
	tokenID     = 16
	tokenCentre = 4
	tokenBytes  = tokenID + tokenCentre + 16
)

// token returns the token of a request.
func (k secret) token(id string) string {
	raw, _ := hex.DecodeString(id)
	body := append(raw, k.centre...)
	return base64.RawURLEncoding.EncodeToString(append(body, sum(k.link, body)[:16]...))
}

// open returns the request's id, or why the token is none of ours. A token has one
// spelling: line breaks, which Go's decoder passes over, make it longer.
func (k secret) open(token string) (string, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenBytes || len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return "", casework.Refuse(casework.LinkAltered, "the link is not whole")
	}
	body := raw[:tokenID+tokenCentre]
	if !hmac.Equal(body[tokenID:], k.centre) {
		return "", casework.Refuse(casework.NotIssuedHere, "the link is of another centre")
	}
	if !hmac.Equal(raw[len(body):], sum(k.link, body)[:16]) {
		return "", casework.Refuse(casework.LinkAltered, "the link was changed")
	}
	return hex.EncodeToString(raw[:tokenID]), nil
}
