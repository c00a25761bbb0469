package receipt

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"reflect"
	"testing"

	"github.com/cometbft/cometbft/state"
	"pgregory.net/rapid"
)

func TestAReceiptAgreesWithCometBFT(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawn{rt}
		validators, txs := c.between("validators", 1, 7), c.between("txs", 1, 9)
		b := makeBlock(t, c, validators, txs, c.between("signers", 0, validators), c.between("nil", 0, 1) == 1)
		i := c.between("which", 0, txs-1)
		raw := b.receipt(t, i)
		v, err := b.trust.Verify(raw, b.txs[i])
		if theirs := b.set.VerifyCommit(b.header.ChainID, b.commit.BlockID, b.header.Height, b.commit); (err == nil) != (theirs == nil) {
			rt.Fatalf("we say %v, CometBFT says %v", err, theirs)
		}
		if err != nil {
			return
		}
		median, err := state.MedianTime(b.commit, b.set)
		if err != nil || !v.Time.Equal(median) {
			rt.Fatalf("time %v, CometBFT's median %v", v.Time, median)
		}
		if v.Height != b.header.Height || v.Digest != sha256.Sum256(b.txs[i]) {
			rt.Fatalf("verified %+v", v)
		}
		for j, tx := range b.txs {
			if _, err := b.trust.Verify(raw, tx); j != i && err == nil {
				rt.Fatal("the receipt is good for another transaction")
			}
		}
	})
}

func TestHeaderSetAndVoteBytesAreCometBFTs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := makeBlock(t, drawn{rt}, 4, 3, 2, true)
		r, err := parse(b.receipt(t, 0))
		if err != nil {
			rt.Fatal(err)
		}
		hash := r.Header.hash()
		set, err := newSet(b.trust.Validators)
		if err != nil || !bytes.Equal(hash[:], b.header.Hash()) || !bytes.Equal(set.hash[:], b.set.Hash()) {
			rt.Fatal("another header or validators hash")
		}
		for i, s := range r.Signatures {
			if ours := voteBytes(r.Sealed, hash, *s); !bytes.Equal(ours, b.commit.VoteSignBytes(b.header.ChainID, int32(i))) {
				rt.Fatalf("another vote %d", i)
			}
		}
	})
}

func TestThePathsOfABlockAreCometBFTs(t *testing.T) {
	for n := 1; n <= 40; n++ {
		txs := make([][]byte, n)
		for i := range txs {
			txs[i] = []byte{byte(i), byte(n)}
		}
		if got, want := PathsOf(txs), theirPaths(txs); !reflect.DeepEqual(got, want) {
			t.Fatalf("of %d transactions: %v, want %v", n, got, want)
		}
		if !reflect.DeepEqual(PathOf(txs, n/2), theirPaths(txs)[n/2]) {
			t.Fatalf("of %d transactions: another path of the middle one", n)
		}
	}
	if len(PathsOf(nil)) != 0 {
		t.Error("an empty block has paths")
	}
}

func TestTheTrustIsStrict(t *testing.T) {
	b := makeBlock(t, fixed(3), 4, 1, 4, false)
	good, err := b.trust.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ParseTrust(good); err != nil || again.ChainID != b.trust.ChainID || len(again.Validators) != 4 {
		t.Fatalf("the good one: %v", err)
	}
	replace := func(from, to string) []byte { return bytes.Replace(good, []byte(from), []byte(to), 1) }
	key := b.trust.Validators[0].Key
	text, _ := key.MarshalText()
	second, _ := b.trust.Validators[1].Key.MarshalText()
	for name, raw := range map[string][]byte{
		"nothing": nil, "a space": append(good, ' '), "an unknown field": replace(`{"chain_id"`, `{"more":1,"chain_id"`),
		"capitals": replace(string(text), string(bytes.ToUpper(text))), "no power": replace(`"power":4`, `"power":0`),
		"too much power": replace(`"power":4`, `"power":9000000000000000000`), "a key twice": replace(string(second), string(text)),
		"a short key": replace(string(text), string(text[2:])), "no chain": []byte(`{"chain_id":"","validators":[]}`),
	} {
		if _, err := ParseTrust(raw); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := (Trust{}).Verify(b.receipt(t, 0), b.txs[0]); err == nil {
		t.Error("the empty trust trusts")
	}
	if len(key) != ed25519.PublicKeySize {
		t.Error("key length")
	}
}
