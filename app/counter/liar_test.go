package counter_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// TestANodeThatForgesIsNamedWhileTheCounterWorks gives the counter a node that
// changes what it passes on, and an honest one behind it.
func TestANodeThatForgesIsNamedWhileTheCounterWorks(t *testing.T) {
	h := newHall(t)
	h.must(h.counter.Close())
	real := h.centre.LedgerURL()
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := http.Post(real, "application/json", r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		raw, _ := io.ReadAll(answer.Body)
		_, _ = w.Write(bytes.ReplaceAll(raw, []byte(`"app_hash":"`), []byte(`"app_hash":"00`)))
	}))
	t.Cleanup(liar.Close)
	h.near.Nodes = []string{liar.URL, real}
	h.start()
	h.choose()
	h.authorized()
	h.settled()
	h.until("the liar is named, and the light is good", func(s desk.Snapshot) bool {
		return s.Ledger.State == desk.Good && s.Ledger.Name == liar.URL && s.Ledger.Reason == casework.WrongReceipt
	})
	if n := strings.Count(h.log.String(), `msg="a ledger node is left" node=`+liar.URL+" trouble=forged"); n != 1 {
		t.Errorf("it is logged %d times", n)
	}
}
