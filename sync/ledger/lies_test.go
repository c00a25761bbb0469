package ledger_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
)

// watch sees what a client logs, and moves its clock.
type watch struct {
	ahead atomic.Int64

	mu  sync.Mutex
	log bytes.Buffer
}

func (w *watch) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

func (w *watch) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

func (w *watch) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

func (w *watch) client(trust receipt.Trust, nodes ...string) *ledger.Client {
	return ledger.New(ledger.Options{Nodes: nodes, Trust: trust, Now: w.now, Log: slog.New(slog.NewTextHandler(w, nil))})
}

// counted passes calls on while it counts them, and can be switched off.
type counted struct {
	calls, polls, entries, batches atomic.Int64 // of all kinds; for the height; with one entry; with several
	off                            atomic.Bool
}

func (c *counted) before(t testing.TB, real string) string {
	return serving(t, func(w http.ResponseWriter, r *http.Request) {
		c.calls.Add(1)
		if c.off.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		body, _ := io.ReadAll(r.Body)
		if bytes.HasPrefix(body, []byte("[")) {
			c.batches.Add(1)
		} else if bytes.Contains(body, []byte("broadcast_tx")) {
			c.entries.Add(1)
		} else if bytes.Contains(body, []byte("abci_query")) {
			c.polls.Add(1)
		}
		answer, err := http.Post(real, "application/json", bytes.NewReader(body))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		_, _ = io.Copy(w, answer.Body)
	})
}

// until waits for what happens beside the test.
func until(t testing.TB, what string, done func() bool) {
	t.Helper()
	tick, end := time.NewTicker(time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%s: never", what)
		}
	}
}

// lies are the ways in which a node in front of a real one lies, while on is set.
func lies(t testing.TB, city *city, on *atomic.Bool) map[string]string {
	other := found(t) // another ledger, other validators, the same chain id
	another := commit(t, city.client(city.node.URL()), city.write().next(casework.Opened))
	elsewhere := func(url string) []byte {
		r, err := http.Get(url)
		if err != nil {
			return nil
		}
		defer r.Body.Close()
		raw, _ := io.ReadAll(r.Body)
		return raw
	}
	lie := func(method string, change func([]byte) []byte) string {
		return between(t, city.node.URL(), func(m string, answer []byte) []byte {
			if m == method && on.Load() {
				return change(answer)
			}
			return answer
		})
	}
	replace := func(method, from, to string) string {
		return lie(method, func(answer []byte) []byte { return regexp.MustCompile(from).ReplaceAll(answer, []byte(to)) })
	}
	instead := func(method, url string) string {
		return lie(method, func([]byte) []byte { return elsewhere(url) })
	}
	return map[string]string{
		"an altered transaction":   replace("block", `"txs":\["0oR`, `"txs":["0oQ`),
		"a transaction left out":   replace("block", `"txs":\[[^]]*\]`, `"txs":[]`),
		"an altered path":          replace("tx", `"total":"1"(.*)"aunts":\[\]`, `"total":"2"${1}"aunts":["`+strings.Repeat("A", 43)+`="]`),
		"the proof of another":     instead("tx", city.node.URL()+"/tx?prove=true&hash=0x"+another.Entry.String()),
		"a forged header":          replace("commit", `"app_hash":"..`, `"app_hash":"00`),
		"another chain id":         replace("commit", `"chain_id":"`+testChain, `"chain_id":"`+testChain+"-x"),
		"another round":            replace("commit", `"round":0`, `"round":1`),
		"forged signatures":        replace("commit", `"signature":"....`, `"signature":"AAAA`),
		"no signature":             replace("commit", `"block_id_flag":2`, `"block_id_flag":1`),
		"a nil vote":               replace("commit", `"block_id_flag":2`, `"block_id_flag":3`),
		"another time of votes":    replace("commit", `"timestamp":"20`, `"timestamp":"21`),
		"foreign validators":       instead("commit", other.node.URL()+"/commit?height=1"),
		"the header of an old one": instead("commit", city.node.URL()+"/commit?height=1"),
	}
}

// recordedOnly are the lies about an entry that is recorded already.
func recordedOnly(name string) bool {
	return name == "an altered path" || name == "the proof of another"
}

func blockOnly(name string) bool {
	return name == "an altered transaction" || name == "a transaction left out"
}

func TestEachLieIsFoundOutNamedLoggedOnceAndTheNodeLeft(t *testing.T) {
	city := found(t)
	var on atomic.Bool
	all := lies(t, city, &on)
	on.Store(true)
	told := 0
	for name, liar := range all {
		for _, recorded := range []bool{false, true} {
			if recorded && blockOnly(name) || !recorded && recordedOnly(name) {
				continue
			}
			told++
			t.Run(name, func(t *testing.T) {
				var w watch
				var calls counted
				liar := calls.before(t, liar)
				c := w.client(city.trust(), liar, city.node.URL())
				one := city.write()
				raw := one.next(casework.Opened)
				if recorded {
					commit(t, city.client(city.node.URL()), raw)
				}
				r := commit(t, c, raw)
				if _, err := city.trust().Verify(r.Raw, raw); err != nil {
					t.Fatal(err)
				}
				bad, ok := c.State().Liar()
				if s := c.State(); !ok || bad.Address != liar || bad.Trouble != ledger.Forged || !s.Reachable || s.Node != city.node.URL() {
					t.Fatalf("state %+v", s)
				}
				before := calls.entries.Load()
				commit(t, c, one.next(casework.Authorized))
				commit(t, c, city.write().next(casework.Opened))
				if after := calls.entries.Load(); before != 1 || after != 1 {
					t.Errorf("it is given %d entries, and %d more after its lie", before, after-before)
				}
				if n := strings.Count(w.text(), `msg="a ledger node is left" node=`+liar+" trouble=forged"); n != 1 {
					t.Errorf("logged %d times: %s", n, w.text())
				}
			})
		}
	}
	t.Logf("%d lies of %d kinds over HTTP, each found out, named and logged once", told, len(all))
}

func TestANodeAloneThatLiesGetsNoReceiptThrough(t *testing.T) {
	city := found(t)
	var on atomic.Bool
	all := lies(t, city, &on)
	on.Store(true)
	recorded := city.write().next(casework.Opened) // alone in its block, before the liars bring more
	commit(t, city.client(city.node.URL()), recorded)
	for name, liar := range all {
		raw := city.write().next(casework.Opened)
		if recordedOnly(name) {
			raw = recorded
		}
		c := city.client(liar)
		for range 2 { // the second time nobody is asked
			if _, err := c.Commit(context.Background(), raw); casework.KindOf(err) != casework.WrongReceipt || ledger.Permanent(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if s := c.State(); s.Reachable || s.Trouble != ledger.Forged {
			t.Errorf("%s: state %+v", name, s)
		}
	}
	t.Logf("%d kinds of lies by the only node, no receipt taken", len(all))
}

func TestANodeThatLiedIsUsedAgainWhenItWasGoodForAWhile(t *testing.T) {
	city := found(t)
	var on atomic.Bool
	liar := lies(t, city, &on)["forged signatures"]
	var w watch
	c := w.client(city.trust(), liar)
	raw := city.write().next(casework.Opened)
	on.Store(true)
	if _, err := c.Commit(context.Background(), raw); casework.KindOf(err) != casework.WrongReceipt {
		t.Fatal(err)
	}
	w.ahead.Add(int64(9 * time.Minute))
	if s := c.Health(context.Background()); s.Reachable || s.Nodes[0].Trouble != ledger.Forged {
		t.Fatalf("it still lies: %+v", s)
	}
	on.Store(false)
	w.ahead.Add(int64(9 * time.Minute))
	if s := c.Health(context.Background()); s.Reachable || s.Nodes[0].Trouble != ledger.Forged {
		t.Fatalf("nine minutes after its last lie: %+v", s)
	}
	w.ahead.Add(int64(2 * time.Minute))
	if s := c.Health(context.Background()); !s.Reachable || s.Nodes[0].Trouble != ledger.None {
		t.Fatalf("eleven minutes after its last lie: %+v", s)
	}
	commit(t, c, raw)
	if text := w.text(); strings.Count(text, "is left") != 1 || strings.Count(text, "is used again") != 1 {
		t.Fatal(text)
	}
}

func TestANodeOfAnotherChainIsNamedByItself(t *testing.T) {
	city := found(t)
	p := play(t, 1, "abcd")
	foreign := between(t, p.serve(), func(_ string, answer []byte) []byte {
		return bytes.ReplaceAll(answer, []byte(testChain), []byte("elsewhere"))
	})
	p.grow("")
	var w watch
	c := w.client(city.trust(), foreign, city.node.URL())
	if s := c.Health(context.Background()); !s.Reachable || s.Nodes[0].Trouble != ledger.Foreign || s.Nodes[1].Height < 1 {
		t.Fatalf("%+v", s)
	}
	fresh := w.client(city.trust(), foreign, city.node.URL())
	commit(t, fresh, city.write().next(casework.Opened))
	if bad, _ := fresh.State().Liar(); bad.Address != foreign || bad.Trouble != ledger.Foreign {
		t.Fatalf("%+v", fresh.State())
	}
}
