package protocol_test

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// testKey returns the same key for the same name, in every run.
func testKey(name string) crypto.Signer {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// secondKey is testKey of suite 2.
func secondKey(name string) crypto.Signer {
	seed := sha256.Sum256([]byte(name))
	key, err := protocol.DeriveSM2Key(seed[:], "test key of suite 2")
	if err != nil {
		panic(err)
	}
	return key
}

// bothKeys are the keys of one name, suite 1's first.
func bothKeys(name string) []crypto.Signer {
	return []crypto.Signer{testKey(name), secondKey(name)}
}

// unsigned is what was signed without the signature itself: SM2 signs with a
// fresh random number, so that only the rest is the same every time.
func unsigned(raw []byte) []byte { return raw[:len(raw)-64] }

func publicOf(s crypto.Signer) protocol.PublicKey {
	key, err := protocol.PublicOf(s)
	if err != nil {
		panic(err)
	}
	return key
}

// filled returns 32 bytes that are not all zero and differ by n.
func filled(n byte) (b [32]byte) {
	for i := range b {
		b[i] = n + byte(i)
	}
	return b
}

func drawDigest(t *rapid.T, name string) casework.Digest {
	b := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, name)
	b[0] |= 1 // never the zero value
	return casework.Digest(b)
}

func drawCommitment(t *rapid.T, name string) casework.Commitment {
	return casework.Commitment(drawDigest(t, name))
}

func drawID(t *rapid.T, name string) string {
	return hex.EncodeToString(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, name))
}

func drawName(t *rapid.T, name string) string {
	return rapid.StringN(1, 12, 40).Draw(t, name)
}

// drawEntry draws an entry of any kind that passes its own check.
func drawEntry(t *rapid.T) casework.Entry {
	e := casework.Entry{Chain: drawName(t, "chain"), Case: casework.CaseID(drawID(t, "case")), Seq: rapid.IntRange(1, casework.MaxSteps).Draw(t, "seq"),
		Kind: rapid.SampledFrom(casework.StepKinds()).Draw(t, "kind"), Time: time.UnixMilli(rapid.Int64Range(1, 1<<42).Draw(t, "time")).UTC(),
		Hall: casework.HallID(drawName(t, "hall")), Counter: casework.CounterID(drawName(t, "counter")), Clerk: casework.Pseudonym(drawName(t, "clerk"))}
	if e.Seq > 1 {
		e.Prev = drawDigest(t, "prev")
	}
	e.Body = drawBody(t, e.Kind)
	return e
}

func drawBody(t *rapid.T, kind casework.StepKind) casework.Body {
	switch kind {
	case casework.Opened:
		return casework.Body{Item: drawCommitment(t, "item"), Demands: casework.Demands{Signature: rapid.Bool().Draw(t, "signature"), Photo: casework.PhotoRule(rapid.IntRange(0, 2).Draw(t, "photo"))}}
	case casework.Authorized:
		if rapid.Bool().Draw(t, "by paper") {
			b := casework.Body{Item: drawCommitment(t, "item"), Method: casework.ByPaper, Originals: drawCommitment(t, "originals")}
			if rapid.Bool().Draw(t, "somebody acts") {
				b.Acting = drawCommitment(t, "acting")
			}
			return b
		}
		b := casework.Body{Item: drawCommitment(t, "item"), Grant: casework.GrantID(drawID(t, "grant")), Method: rapid.SampledFrom([]casework.Method{casework.ByCode, casework.ByQR}).Draw(t, "method")}
		if rapid.Bool().Draw(t, "somebody acts") {
			b.Acting = drawCommitment(t, "acting")
		}
		return b
	case casework.Retrieved:
		b := casework.Body{Item: drawCommitment(t, "item"), Grant: casework.GrantID(drawID(t, "grant"))}
		for range rapid.IntRange(1, 16).Draw(t, "licences") {
			b.Licences = append(b.Licences, casework.LicenceCommitment{Kind: drawCommitment(t, "kind"), Original: drawCommitment(t, "original")})
		}
		return b
	case casework.Confirmed:
		return casework.Body{Fields: drawCommitment(t, "fields"), Picture: drawCommitment(t, "picture")}
	case casework.Signed:
		return casework.Body{Confirmation: drawDigest(t, "confirmation"), Ink: drawCommitment(t, "ink")}
	case casework.Photographed:
		if rapid.Bool().Draw(t, "skipped") {
			return casework.Body{Reason: rapid.SampledFrom(casework.SkipReasons()).Draw(t, "reason")}
		}
		return casework.Body{Photo: drawCommitment(t, "photo")}
	case casework.Submitted:
		return casework.Body{Whole: drawDigest(t, "whole")}
	}
	return casework.Body{Reason: rapid.SampledFrom(casework.AbandonReasons()).Draw(t, "reason")}
}
