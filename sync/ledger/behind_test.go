package ledger_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger"
)

// frozen passes calls on, but offers the newest block of the moment when it was
// frozen as the newest for ever.
func frozen(t testing.TB, real string, on *atomic.Bool) string {
	var mu sync.Mutex
	newest := map[string][]byte{}
	return passing(t, real, func(method string, params map[string]string, answer []byte) []byte {
		mu.Lock()
		defer mu.Unlock()
		if method != "status" && method != "abci_query" && (method != "commit" || params["height"] != "") {
			return answer
		}
		if newest[method] == nil || !on.Load() {
			newest[method] = answer
		}
		return newest[method]
	})
}

func TestAnOldBlockOfferedAsNewIsFoundOut(t *testing.T) {
	city := found(t)
	var on atomic.Bool
	stale := frozen(t, city.node.URL(), &on)
	var w watch
	c := w.client(city.trust(), stale, city.node.URL())
	commit(t, c, city.write().next(casework.Opened))
	if s := c.Health(context.Background()); !s.Reachable || s.Nodes[0].Trouble != ledger.None || s.Nodes[1].Trouble != ledger.None {
		t.Fatalf("before: %+v", s)
	}
	on.Store(true)
	one := city.write()
	r := commit(t, city.client(city.node.URL()), one.next(casework.Opened))
	until(t, "the block after it, which proves its state", func() bool { return city.node.Height() > r.Height })
	c.Health(context.Background())
	w.ahead.Add(int64(3 * time.Second))
	commit(t, c, one.next(casework.Authorized))
	if s := c.State(); s.Nodes[0].Trouble != ledger.Behind || !s.Reachable || s.Node != city.node.URL() {
		t.Fatalf("%+v", s)
	}
	if text := w.text(); strings.Count(text, "trouble=behind") != 1 {
		t.Fatal(text)
	}
}

func TestAnOldHeadIsFoundOutByTheHeadsOfOthers(t *testing.T) {
	old, new := play(t, 1, "abcd"), play(t, 1, "abcd")
	for range 3 {
		old.grow("")
		new.grow("")
	}
	for range 100 { // a second of the chain's time each
		new.grow("")
	}
	c := ledger.New(ledger.Options{Nodes: []string{old.serve(), new.serve()}, Trust: old.trust(), Settle: time.Millisecond})
	if s := c.Health(context.Background()); s.Nodes[0].Trouble != ledger.Behind || s.Nodes[1].Trouble != ledger.None || !s.Reachable {
		t.Fatalf("%+v", s)
	}
	for range 100 {
		old.grow("")
	}
	if s := c.Health(context.Background()); s.Nodes[0].Trouble != ledger.None || s.Nodes[0].Height != 103 {
		t.Fatalf("when it has caught up: %+v", s)
	}
}

// TestABlockOnItsWayIsNoLie: what is asked of the node a second time waits until it
// has caught up.
func TestABlockOnItsWayIsNoLie(t *testing.T) {
	late, early := play(t, 1, "abcd"), play(t, 1, "abcd")
	late.grow("")
	for range 100 {
		early.grow("")
	}
	behind := late.serve()
	asked, grown := make(chan struct{}), make(chan struct{})
	again := sync.OnceFunc(func() { close(asked); <-grown })
	calls := map[string]int{}
	var mu sync.Mutex
	slow := serving(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(answering(r, func(method string, _ map[string]string, call []byte) []byte {
			mu.Lock()
			calls[method]++
			second := calls[method] > 1
			mu.Unlock()
			if second {
				again()
			}
			answer, err := http.Post(behind, "application/json", bytes.NewReader(call))
			if err != nil {
				return nil
			}
			defer answer.Body.Close()
			raw, _ := io.ReadAll(answer.Body)
			return bytes.Replace(raw, []byte(`"id":`), []byte(`"id":1,"was":`), 1)
		}))
	})
	c := ledger.New(ledger.Options{Nodes: []string{slow, early.serve()}, Trust: late.trust(), Settle: time.Millisecond, Request: time.Minute})
	done := make(chan ledger.State)
	go func() { done <- c.Health(context.Background()) }()
	<-asked
	for range 99 {
		late.grow("")
	}
	close(grown)
	if s := <-done; s.Nodes[0].Trouble != ledger.None {
		t.Fatalf("%+v", s)
	}
}

// hanging is a node that never answers.
func hanging(t testing.TB, calls *atomic.Int64) string {
	released := make(chan struct{})
	url := serving(t, func(_ http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		select {
		case <-released:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(released) })
	return url
}

// TestANodeThatHangsIsNotWaitedForAndAskedOnce: a call to it would last for an hour.
func TestANodeThatHangsIsNotWaitedForAndAskedOnce(t *testing.T) {
	city := found(t)
	var calls atomic.Int64
	hung := hanging(t, &calls)
	c := ledger.New(ledger.Options{Nodes: []string{hung, city.node.URL()}, Trust: city.trust(), Request: time.Hour, Block: time.Hour})
	one := city.write()
	commit(t, c, one.next(casework.Opened))
	until(t, "the node is slow", func() bool { return c.State().Nodes[0].Trouble == ledger.Slow })
	if s := c.State(); !s.Reachable || s.Trouble != ledger.None {
		t.Errorf("%+v", s)
	}
	before := calls.Load()
	commit(t, c, one.next(casework.Authorized))
	commit(t, c, city.write().next(casework.Opened))
	if calls.Load() != before {
		t.Error("a slow node is asked first again")
	}
}
