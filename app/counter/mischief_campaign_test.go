//go:build campaign

package counter_test

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"counterfoil/app/protocol"
)

// mischief is what a hostile centre or ledger node does with calls: it answers late,
// with an error, with nonsense, with what it answered somebody else, with a false
// refusal, or cuts the line before or after the call was carried out.
type mischief struct {
	mu   sync.Mutex
	rng  *rand.Rand
	last map[string][]byte // of each kind of call, an answer given before
	done atomic.Int64

	grants atomic.Int64 // answers with a grant that were altered
}

// anID is what tells two calls of one kind apart.
var anID = regexp.MustCompile(`[0-9a-f]{32,}`)

// before stands before the centre: it is the counter's other end, with the key that
// the counter pinned.
func (m *mischief) before(h *hall, own crypto.Signer, to string) string {
	server, err := protocol.ServerTLS(own)
	h.must(err)
	return m.serve(h, to, server)
}

// beforeNode stands before the ledger's node, which has no TLS.
func (m *mischief) beforeNode(h *hall, to string) string { return m.serve(h, to, nil) }

func (m *mischief) serve(h *hall, to string, with *tls.Config) string {
	onward, err := protocol.ClientTLS(h.near.Identity.Device, h.centre.CountersKey())
	h.must(err)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: onward}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.answer(w, r, client, to) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	if s.TLS = with; with != nil {
		s.StartTLS()
	} else {
		s.Start()
	}
	h.t.Cleanup(s.Close)
	return s.URL
}

func (m *mischief) draw(n int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rng.IntN(n)
}

func (m *mischief) answer(w http.ResponseWriter, r *http.Request, client *http.Client, to string) {
	what := m.draw(20)
	if what < 8 {
		m.done.Add(1)
	}
	switch what {
	case 0: // before anything is done
		panic(http.ErrAbortHandler)
	case 1:
		w.WriteHeader(500 + m.draw(5))
		_, _ = io.WriteString(w, "<html>sorry</html>")
		return
	case 2:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"reason":"code-unknown"}`)
		return
	case 3:
		time.Sleep(time.Duration(1+m.draw(60)) * time.Millisecond) // that is the fault
	}
	asked, _ := io.ReadAll(r.Body)
	onward, err := http.NewRequestWithContext(r.Context(), r.Method, to+r.URL.RequestURI(), bytes.NewReader(asked))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	onward.Header = r.Header.Clone()
	answer, err := client.Do(onward)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer answer.Body.Close()
	raw, _ := io.ReadAll(answer.Body)
	if what == 4 { // it was done, and nobody hears of it
		panic(http.ErrAbortHandler)
	}
	raw = m.lie(what, r.Method+anID.ReplaceAllString(r.URL.Path, "")+method(asked), raw)
	for name, values := range answer.Header {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(raw)
}

// lie alters an answer, or gives one that was given before.
func (m *mischief) lie(what int, call string, raw []byte) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.last[call]
	m.last[call] = raw
	switch {
	case len(raw) == 0:
	case what == 5:
		raw = bytes.Clone(raw)
		raw[m.rng.IntN(len(raw))] ^= 1 << m.rng.IntN(8)
		if strings.HasPrefix(call, "POST"+protocol.PathRedeem) {
			m.grants.Add(1)
		}
	case what == 6:
		raw = raw[:m.rng.IntN(len(raw))]
	case what == 7 && before != nil && !strings.HasPrefix(call, "POST"+protocol.PathRedeem): // whose grant it is only the centre can say
		raw = before
	}
	return raw
}

var rpcMethod = regexp.MustCompile(`"method":"[a-z_]+"`)

func method(body []byte) string { return string(rpcMethod.Find(body)) }
