package centre

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// asks calls the phone's page as a stranger's browser does.
func (h *hall) asks(method, path string, body, into any) int {
	h.t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.c.PhoneURL()+path, bytes.NewReader(sent))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("X-Counterfoil", "1")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if raw2, ok := into.(*[]byte); ok {
		*raw2 = raw
	} else if into != nil && err == nil && answer.StatusCode == http.StatusOK {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return answer.StatusCode
}

// writes brings one more entry of a case to the ledger.
func (h *hall) writes(e casework.Entry) casework.Entry {
	h.t.Helper()
	e.Chain, e.Hall, e.Counter, e.Clerk, e.Time = h.c.Chain(), h.hall(), "12", "clerk", time.Now().UTC().Truncate(time.Millisecond)
	raw, digest, err := protocol.SignEntry(h.device, e)
	if err == nil {
		_, _, err = h.c.ledger.Submit(h.t.Context(), raw)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return casework.Entry{Case: e.Case, Seq: e.Seq + 1, Prev: digest}
}

// TestAStrangerGetsProofsAndWhoHoldsTheReceiptAlsoWhatWasRead asks a real centre
// with a real node.
func TestAStrangerGetsProofsAndWhoHoldsTheReceiptAlsoWhatWasRead(t *testing.T) {
	h := newHall(t)
	kase, salt := casework.CaseID(protocol.NewID()), protocol.NewSalt()
	path := "/phone/ledger/cases/" + string(kase)
	if status := h.asks("GET", path, nil, nil); status != 404 {
		t.Errorf("a case that is not there: %d", status)
	}
	g, err := h.redeem(h.code(), kase)
	if err != nil {
		t.Fatal(err)
	}
	next := h.writes(casework.Entry{Case: kase, Seq: 1, Kind: casework.Opened, Body: casework.Body{Item: protocol.Suite1.CommitItem(salt, g.Item)}})
	item := protocol.Suite1.CommitItem(g.Salt, g.Item)
	next.Kind, next.Body = casework.Authorized, casework.Body{Item: item, Grant: g.ID, Method: casework.ByCode}
	next = h.writes(next)
	open := protocol.OpenCase{Salt: salt[:], Item: g.Item}
	var read protocol.CaseRead
	if status := h.asks("POST", path+"/read", open, &read); status != 200 || len(read.Licences) != 0 || read.Salt != nil {
		t.Errorf("before anything was called up: %d %+v", status, read)
	}
	next.Kind, next.Body = casework.Retrieved, casework.Body{Item: item, Grant: g.ID}
	for _, n := range g.Needs {
		next.Body.Licences = append(next.Body.Licences, casework.LicenceCommitment{Kind: protocol.Suite1.CommitKind(g.Salt, n.Kind), Original: protocol.Suite1.Commit(salt, []byte("x"))})
	}
	h.writes(next)
	var list protocol.PhoneCase
	if status := h.asks("GET", path, nil, &list); status != 200 || len(list.Entries) != 3 || list.Entries[2].Kind != casework.Retrieved {
		t.Fatalf("the case: %d %+v", status, list)
	}
	if status := h.asks("POST", path+"/read", open, &read); status != 200 || len(read.Licences) != len(g.Needs) || !bytes.Equal(read.Salt, g.Salt[:]) || read.Licences[0].Name == "" {
		t.Errorf("what was read: %d %+v", status, read)
	}
	other := protocol.NewSalt()
	for words, wrong := range map[string]protocol.OpenCase{"another salt": {Salt: other[:], Item: g.Item}, "another item": {Salt: salt[:], Item: "SAMPLE-0099"}, "half a salt": {Salt: salt[:16], Item: g.Item}, "nothing": {}} {
		if status := h.asks("POST", path+"/read", wrong, nil); status != 404 {
			t.Errorf("%s: %d", words, status)
		}
	}
	var document []byte
	h.asks("GET", protocol.PathLedgerTrust, nil, &document)
	trust, err := receipt.ParseTrust(document)
	if err != nil {
		t.Fatal(err)
	}
	registered, _, err := state[protocol.GrantState](t.Context(), h.c.ledger, protocol.LedgerGrant+string(g.ID))
	if err != nil {
		t.Fatal(err)
	}
	for words, digest := range map[string]string{"an entry": list.Entries[2].Digest.String(), "a statement": hex.EncodeToString(registered.Statement)} {
		var p protocol.LedgerProven
		if status := h.asks("GET", "/phone/ledger/"+digest, nil, &p); status != 200 || protocol.DigestOf(p.Entry).String() != digest {
			t.Fatalf("%s: %d", words, status)
		}
		if _, err := trust.Verify(p.Receipt, p.Entry); err != nil {
			t.Errorf("%s: %v", words, err)
		}
	}
	for _, none := range []string{hex.EncodeToString(other[:]), "x", "00"} {
		if status := h.asks("GET", "/phone/ledger/"+none, nil, nil); status != 404 {
			t.Errorf("a proof of nothing: %d", status)
		}
	}
}
