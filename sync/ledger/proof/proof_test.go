package proof_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/chain"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/proof"
)

// proved is an answer of a real node with the application hash that proves it.
type proved struct {
	path                  string
	value, proof, appHash []byte
}

func key(b byte) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = b
	return ed25519.NewKeyFromSeed(seed)
}

func get(t testing.TB, address string, into any) {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
}

// answers asks a real node for a record that is there and for one that is not.
func answers(t testing.TB) []proved {
	t.Helper()
	public := func(k ed25519.PrivateKey) protocol.PublicKey {
		return protocol.PublicKey{Suite: protocol.Suite1, Bytes: k.Public().(ed25519.PublicKey)}
	}
	n, err := chain.Start(context.Background(), chain.Options{Home: t.TempDir(), Chain: "proofs", Authority: public(key(1)),
		Admins: map[casework.HallID]protocol.PublicKey{"dongcheng": public(key(2))}, RPC: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Stop() })
	for i := range byte(20) {
		raw, _, err := protocol.SignStatement(key(2), protocol.EnrolKey("proofs", "dongcheng", casework.CounterID(strconv.Itoa(int(i))), public(key(10+i)), time.Now()))
		if err == nil {
			_, _, err = n.Submit(context.Background(), raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var list []proved
	for _, path := range []string{protocol.LedgerKey + string(public(key(12)).ID()), protocol.LedgerKey + "00000000000000000000000000000000"} {
		var q struct {
			Result struct {
				Response struct {
					Value    []byte `json:"value"`
					Height   int64  `json:"height,string"`
					ProofOps struct {
						Ops []struct {
							Type string `json:"type"`
							Data []byte `json:"data"`
						} `json:"ops"`
					} `json:"proofOps"`
				} `json:"response"`
			} `json:"result"`
		}
		get(t, n.URL()+"/abci_query?prove=true&path="+url.QueryEscape(strconv.Quote(path)), &q)
		r := q.Result.Response
		if len(r.ProofOps.Ops) != 1 || r.ProofOps.Ops[0].Type != protocol.LedgerProof {
			t.Fatalf("%s: %+v", path, r)
		}
		var h struct {
			Result struct {
				Header struct {
					AppHash string `json:"app_hash"`
				} `json:"header"`
			} `json:"result"`
		}
		get(t, n.URL()+"/header?height="+strconv.FormatInt(r.Height+1, 10), &h)
		a := proved{path: path, value: r.Value, proof: r.ProofOps.Ops[0].Data}
		if len(a.value) == 0 {
			a.value = nil
		}
		var err error
		if a.appHash, err = hex.DecodeString(h.Result.Header.AppHash); err != nil {
			t.Fatal(err)
		}
		list = append(list, a)
	}
	return list
}

func TestARecordAndItsAbsenceAreProvedAndNothingElse(t *testing.T) {
	for _, a := range answers(t) {
		if err := proof.Verify(a.appHash, a.path, a.value, a.proof); err != nil {
			t.Fatalf("%s: %v", a.path, err)
		}
		if err := proof.Verify(a.appHash, a.path+"0", a.value, a.proof); err == nil && a.value != nil {
			t.Error("for another path")
		}
		other := []byte{0xa0}
		if a.value != nil {
			other = nil
		}
		if proof.Verify(a.appHash, a.path, other, a.proof) == nil {
			t.Error("what is there is proved absent, or the reverse")
		}
		for i := range a.appHash {
			bad := bytes.Clone(a.appHash)
			bad[i] ^= 1
			if proof.Verify(bad, a.path, a.value, a.proof) == nil {
				t.Fatalf("byte %d of the application hash may be changed", i)
			}
		}
		for i := range a.value {
			bad := bytes.Clone(a.value)
			bad[i] ^= 1
			if proof.Verify(a.appHash, a.path, bad, a.proof) == nil {
				t.Fatalf("byte %d of the record may be changed", i)
			}
		}
		for i := range a.proof {
			bad := bytes.Clone(a.proof)
			bad[i] ^= 1
			other := []byte(nil)
			if a.value == nil {
				other = []byte{0xa0}
			}
			if proof.Verify(a.appHash, a.path, []byte{0xa0}, bad) == nil || proof.Verify(a.appHash, a.path, other, bad) == nil {
				t.Fatalf("with byte %d of the proof changed it proves something else", i)
			}
		}
		if proof.Verify(a.appHash, a.path, a.value, nil) == nil || proof.Verify(a.appHash, a.path, a.value, a.proof[:len(a.proof)-1]) == nil {
			t.Error("no proof, or half of one, proves")
		}
	}
}

// FuzzVerify: nothing proves a record that is not there, nor that one which is
// there is not.
func FuzzVerify(f *testing.F) {
	list := answers(f)
	for _, a := range list {
		f.Add(a.proof)
	}
	forged := []byte{0xa0}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, a := range list {
			if proof.Verify(a.appHash, a.path, forged, raw) == nil {
				t.Fatal("another record is proved")
			}
			if a.value != nil && proof.Verify(a.appHash, a.path, nil, raw) == nil {
				t.Fatal("a record that is there is proved absent")
			}
		}
	})
}
