package audit_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"

	"counterfoil/app/casework"
)

// question is a call to a node.
type question struct {
	Version string         `json:"jsonrpc"`
	ID      int            `json:"id"`
	Method  string         `json:"method"`
	Params  map[string]any `json:"params"`
}

// path returns what a query is about; empty for another call.
func (q question) path() string {
	path, _ := q.Params["path"].(string)
	return path
}

// between is a node that passes calls on and changes answers.
func (c *city) between(change func(q question, answer []byte) []byte) string {
	return c.proxy(func(q question) question { return q }, change)
}

// proxy changes calls, too. A batch passes as it is.
func (c *city) proxy(ask func(question) question, change func(q question, answer []byte) []byte) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var q question
		single := json.Unmarshal(body, &q) == nil
		if single {
			q = ask(q)
			body, _ = json.Marshal(q)
		}
		answer, err := http.Post(c.node.URL(), "application/json", bytes.NewReader(body))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		raw, _ := io.ReadAll(answer.Body)
		if single {
			raw = change(q, raw)
		}
		_, _ = w.Write(raw)
	}))
	c.t.Cleanup(s.Close)
	return s.URL
}

// forgetful is a node that finds no entry or statement by its digest.
func (c *city) forgetful(digests ...casework.Digest) string {
	lost := map[string]bool{}
	for _, d := range digests {
		lost[base64.StdEncoding.EncodeToString(d[:])] = true
	}
	return c.between(func(q question, answer []byte) []byte {
		if hash, _ := q.Params["hash"].(string); q.Method != "tx" || !lost[hash] {
			return answer
		}
		return []byte(`{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error","data":"tx not found"}}`)
	})
}
