package ledger_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger"
)

// between is a node that passes calls on to a real one and changes answers.
func between(t testing.TB, real string, change func(method string, answer []byte) []byte) string {
	t.Helper()
	return passing(t, real, func(method string, _ map[string]string, answer []byte) []byte { return change(method, answer) })
}

// passing is between for those who want to know what was asked.
func passing(t testing.TB, real string, change func(method string, params map[string]string, answer []byte) []byte) string {
	t.Helper()
	return serving(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(answering(r, func(method string, params map[string]string, call []byte) []byte {
			answer, err := http.Post(real, "application/json", bytes.NewReader(call))
			if err != nil {
				return nil
			}
			defer answer.Body.Close()
			raw, _ := io.ReadAll(answer.Body)
			return change(method, params, bytes.Replace(raw, []byte(`"id":`), []byte(`"id":1,"was":`), 1))
		}))
	})
}

func serving(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestWhatIsWrongWithANodeIsToldApart(t *testing.T) {
	city := found(t)
	released := make(chan struct{})
	defer close(released)
	say := func(status int, text string) string {
		return serving(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); _, _ = io.WriteString(w, text) })
	}
	taken := func(then string) string {
		return serving(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write(answering(r, func(method string, _ map[string]string, _ []byte) []byte {
				switch method {
				case "broadcast_tx_sync":
					return []byte(`{"jsonrpc":"2.0","id":1,"result":{"code":1}}`)
				case "abci_query":
					return []byte(`{"jsonrpc":"2.0","id":1,"result":{"response":{"height":"0"}}}`)
				case "status":
					return []byte(`{"jsonrpc":"2.0","id":1,"result":{"node_info":{"network":"` + testChain + `"}}}`)
				}
				return []byte(then)
			}))
		})
	}
	raw := city.write().next(casework.Opened)
	for name, row := range map[string]struct {
		node string
		want ledger.Trouble
	}{
		"nobody there": {"http://127.0.0.1:1", ledger.Unreachable},
		"silence": {serving(t, func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-released:
			case <-r.Context().Done():
			}
		}), ledger.Unreachable},
		"500":                  {say(500, "sorry"), ledger.Failing},
		"502 in HTML":          {say(502, "<html>"), ledger.Failing},
		"an RPC error":         {say(200, `{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error","data":"mempool is full"}}`), ledger.Failing},
		"garbage":              {say(200, "\x00garbage"), ledger.Garbled},
		"404":                  {say(404, "{}"), ledger.Garbled},
		"another JSON":         {say(200, `{"result":[1,2]}`), ledger.Garbled},
		"no result":            {say(200, `{}`), ledger.Garbled},
		"endless":              {say(200, strings.Repeat("a", 5<<20)), ledger.Garbled},
		"a redirection":        {say(302, ""), ledger.Garbled},
		"a refusal of no kind": {say(200, `{"result":{"code":7,"log":"no"}}`), ledger.Garbled},
		"an endless refusal":   {say(200, `{"result":{"code":2,"codespace":"case-ended","log":"`+strings.Repeat("a", 1000)+`"}}`), ledger.Garbled},
		"another chain's":      {say(200, `{"result":{"code":2,"codespace":"wrong-chain","log":"no"}}`), ledger.Foreign},
		"no block":             {taken(`{"error":{"code":-32603,"message":"Internal error","data":"tx (00) not found"}}`), ledger.Slow},
		"a path of nonsense":   {taken(`{"result":{"height":"3","proof":{"proof":{"total":"1","index":"5","aunts":[]}},"signed_header":{}}}`), ledger.Garbled},
		"a block of nothing":   {taken(`{"result":{"height":"3","proof":{"proof":{"total":"1","index":"0","aunts":[]}},"signed_header":{}}}`), ledger.Forged},
	} {
		t.Run(name, func(t *testing.T) {
			patience := time.Minute
			if name == "silence" {
				patience = time.Second
			}
			client := ledger.New(ledger.Options{Nodes: []string{row.node}, Trust: city.trust(), Request: patience, Block: 100 * time.Millisecond})
			_, err := client.Commit(context.Background(), raw)
			if s := client.State(); err == nil || ledger.Permanent(err) || s.Trouble != row.want || s.Reachable {
				t.Fatalf("%v, state %+v", err, s)
			}
			want := casework.LedgerUnreachable
			if row.want == ledger.Forged {
				want = casework.WrongReceipt
			}
			if casework.KindOf(err) != want {
				t.Fatalf("kind %q", casework.KindOf(err))
			}
			both := ledger.New(ledger.Options{Nodes: []string{row.node, city.node.URL()}, Trust: city.trust(), Request: 2 * time.Second, Block: time.Second})
			commit(t, both, raw)
		})
	}
}
