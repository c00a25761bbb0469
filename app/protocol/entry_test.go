package protocol_test

import (
	"bytes"
	"crypto"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestAnEntryComesBackAsItWasSigned(t *testing.T) {
	keys := bothKeys("counter")
	rapid.Check(t, func(t *rapid.T) {
		key, e := rapid.SampledFrom(keys).Draw(t, "suite"), drawEntry(t)
		raw, digest, err := protocol.SignEntry(key, e)
		if err != nil {
			t.Fatal(err)
		}
		got, env, err := protocol.OpenEntry(raw)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("signed %+v, opened %+v", e, got)
		}
		if env.Verify(publicOf(key)) != nil || env.Key != publicOf(key).ID() || digest != publicOf(key).Suite.Digest(raw) || digest != protocol.DigestOf(raw) || !bytes.Equal(env.Raw, raw) {
			t.Fatal("the envelope is not the signer's")
		}
		again, _, err := protocol.SignEntry(key, got)
		if err != nil || !bytes.Equal(unsigned(again), unsigned(raw)) {
			t.Fatal("one content has two encodings")
		}
	})
}

func TestAChangedByteNeverVerifies(t *testing.T) {
	keys := bothKeys("counter")
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom(keys).Draw(t, "suite")
		raw, _, err := protocol.SignEntry(key, drawEntry(t))
		if err != nil {
			t.Fatal(err)
		}
		changed := bytes.Clone(raw)
		changed[rapid.IntRange(0, len(raw)-1).Draw(t, "place")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		if _, env, err := protocol.OpenEntry(changed); err == nil && env.Verify(publicOf(key)) == nil {
			t.Fatal("a changed entry verifies")
		}
	})
}

// TestAnyChangedByteOfAnyEntryBreaksTheChain changes every byte of a whole case,
// one at a time, and checks it as the verifier does.
func TestAnyChangedByteOfAnyEntryBreaksTheChain(t *testing.T) {
	for _, key := range bothKeys("counter") {
		breaks(t, key)
	}
}

func breaks(t *testing.T, key crypto.Signer) {
	t.Helper()
	raws := wholeCase(t, key)
	if err := follow(raws, publicOf(key)); err != nil {
		t.Fatal("the case does not hold unchanged:", err)
	}
	for i, raw := range raws {
		for place := range raw {
			changed := bytes.Clone(raw)
			changed[place] ^= 1 << (place % 8)
			if _, env, err := protocol.OpenEntry(changed); err != nil || env.Verify(publicOf(key)) != nil {
				continue // broken by itself
			}
			broken := append([][]byte{}, raws...)
			broken[i] = changed
			if follow(broken, publicOf(key)) == nil {
				t.Fatalf("entry %d, byte %d: the chain still holds", i+1, place)
			}
		}
	}
	for i := range raws {
		if i < len(raws)-1 && follow(append(append([][]byte{}, raws[:i]...), raws[i+1:]...), publicOf(key)) == nil {
			t.Errorf("entry %d can be left out", i+1)
		}
	}
}

// wholeCase signs the entries of one case, from the opening to the submission.
func wholeCase(t *testing.T, key crypto.Signer) [][]byte {
	t.Helper()
	var c casework.Standing
	var raws [][]byte
	var digests []casework.Digest
	for i, kind := range []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed, casework.Photographed, casework.Submitted} {
		e := goldenEntry(kind)
		e.Seq, e.Prev, e.Time = i+1, c.Head, time.UnixMilli(1763870400000+int64(i)*1000).UTC()
		if kind == casework.Signed {
			e.Body.Confirmation = c.Confirmation
		}
		if kind == casework.Submitted {
			e.Body.Whole = publicOf(key).Suite.WholeOf(digests)
		}
		raw, digest, err := protocol.SignEntry(key, e)
		if err == nil {
			c, err = c.Next(e, digest)
		}
		if err != nil {
			t.Fatal(err)
		}
		raws, digests = append(raws, raw), append(digests, digest)
	}
	return raws
}

// follow checks a case's entries: each one's signature, the rules, the whole.
func follow(raws [][]byte, key protocol.PublicKey) error {
	var c casework.Standing
	var digests []casework.Digest
	for _, raw := range raws {
		e, env, err := protocol.OpenEntry(raw)
		if err != nil {
			return err
		}
		if err := env.Verify(key); err != nil {
			return err
		}
		if e.Kind == casework.Submitted && e.Body.Whole != env.Suite.WholeOf(digests) {
			return casework.Refuse(casework.WrongWhole, "")
		}
		d := protocol.DigestOf(raw)
		if c, err = c.Next(e, d); err != nil {
			return err
		}
		digests = append(digests, d)
	}
	return nil
}

func TestAnotherKeyDoesNotVerify(t *testing.T) {
	raw, _, err := protocol.SignEntry(testKey("counter"), goldenEntry(casework.Opened))
	if err != nil {
		t.Fatal(err)
	}
	_, env, err := protocol.OpenEntry(raw)
	if err != nil {
		t.Fatal(err)
	}
	if err := env.Verify(publicOf(testKey("other"))); casework.KindOf(err) != casework.KeyUnknown {
		t.Error("another key:", err)
	}
	for words, key := range map[string]protocol.PublicKey{
		"no suite":    {Bytes: publicOf(testKey("counter")).Bytes},
		"suite 2":     {Suite: 2, Bytes: publicOf(testKey("counter")).Bytes},
		"a short key": {Suite: protocol.Suite1, Bytes: []byte{1, 2, 3}},
	} {
		if env.Verify(key) == nil {
			t.Error(words, "verifies")
		}
	}
}

func TestAnEntryThatItsOwnCheckRefusesIsNeverSigned(t *testing.T) {
	e := goldenEntry(casework.Opened)
	e.Body.Item = casework.Commitment{}
	if _, _, err := protocol.SignEntry(testKey("counter"), e); casework.KindOf(err) != casework.Malformed {
		t.Error("signed:", err)
	}
}

func TestAStatementIsNoEntryAndAnEntryNoStatement(t *testing.T) {
	key := testKey("counter")
	entry, _, err := protocol.SignEntry(key, goldenEntry(casework.Opened))
	if err != nil {
		t.Fatal(err)
	}
	statement, _, err := protocol.SignStatement(key, protocol.RevokeGrant("chain", casework.GrantID(protocol.NewID()), time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := protocol.OpenEntry(statement); casework.KindOf(err) != casework.Malformed {
		t.Error("a statement opens as an entry:", err)
	}
	if _, _, err := protocol.OpenStatement(entry); casework.KindOf(err) != casework.Malformed {
		t.Error("an entry opens as a statement:", err)
	}
	if _, _, err := protocol.OpenEntry(make([]byte, protocol.MaxBytes+1)); casework.KindOf(err) != casework.Malformed {
		t.Error("an entry without end:", err)
	}
}
