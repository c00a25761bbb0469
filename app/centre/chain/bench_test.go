package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// flood is how many entries a saturated ledger is measured with.
func flood() int {
	if n, err := strconv.Atoi(os.Getenv("COUNTERFOIL_FLOOD")); err == nil {
		return n
	}
	return 5000
}

// BenchmarkSaturation sends valid entries to the nodes' RPC as fast as they take
// them, until all are recorded: whole cases, the entries of a case in one call
// behind each other. All nodes and the sender share the machine.
func BenchmarkSaturation(b *testing.B) {
	for name, size := range map[string]int{"one": 1, "four": 4} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				c := newCity(time.Now())
				r := newRing(b, c, size)
				for _, raw := range c.founding(b) {
					r.submit(0, raw)
				}
				cases := casesOf(b, c, flood())
				registered := func(i int) [][]byte { return cases[i][:1] }
				r.send(len(cases), registered)
				before, height := r.disk(0), r.nodes[0].Height()
				b.StartTimer()
				start := time.Now()
				entries := r.send(len(cases), func(i int) [][]byte { return cases[i][1:] })
				took := time.Since(start)
				b.StopTimer()
				b.ReportMetric(float64(entries)/took.Seconds(), "entries/s")
				b.ReportMetric(float64(r.disk(0)-before)/float64(entries), "disk-B/entry")
				b.ReportMetric(float64(entries)/float64(r.nodes[0].Height()-height), "entries/block")
				for i := range r.nodes {
					r.stop(i)
				}
				b.StartTimer()
			}
		})
	}
}

// casesOf signs whole cases of about n entries, each behind its grant.
func casesOf(t testing.TB, c city, n int) [][][]byte {
	var cases [][][]byte
	for range n / len(whole()) {
		h := c.history(t)
		one := [][]byte{h.registered()}
		for _, kind := range whole() {
			one = append(one, h.write(kind))
		}
		cases = append(cases, one)
	}
	return cases
}

// send brings every case's transactions to a node and returns how many there
// were, when all are recorded.
func (r *ring) send(cases int, of func(int) [][]byte) int {
	r.t.Helper()
	var senders sync.WaitGroup
	next := make(chan int)
	for range 8 {
		senders.Go(func() {
			for i := range next {
				r.broadcast(i%len(r.nodes), of(i))
			}
		})
	}
	total := 0
	for i := range cases {
		total += len(of(i))
		next <- i
	}
	close(next)
	senders.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	for i := range cases {
		list := of(i)
		r.recorded(ctx, list[len(list)-1])
	}
	return total
}

// recorded waits until the first node has recorded a transaction.
func (r *ring) recorded(ctx context.Context, raw []byte) {
	r.t.Helper()
	digest := protocol.DigestOf(raw)
	done, leave := r.nodes[0].app.await(digest)
	defer leave()
	if at, err := r.nodes[0].app.recorded(digest); at > 0 || err != nil {
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
		r.t.Fatal("not recorded")
	}
}

// broadcast sends transactions in one call of JSON-RPC and checks the answers.
func (r *ring) broadcast(node int, txs [][]byte) {
	type call struct {
		Version string         `json:"jsonrpc"`
		ID      int            `json:"id"`
		Method  string         `json:"method"`
		Params  map[string]any `json:"params"`
	}
	var calls []call
	for i, raw := range txs {
		calls = append(calls, call{"2.0", i, "broadcast_tx_sync", map[string]any{"tx": raw}})
	}
	body, err := json.Marshal(calls)
	if err != nil {
		r.t.Error(err)
		return
	}
	for {
		res, err := http.Post(r.nodes[node].URL(), "application/json", bytes.NewReader(body))
		if err != nil {
			r.t.Error(err)
			return
		}
		raw, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if bytes.Contains(raw, []byte("mempool is full")) {
			continue
		}
		if n := bytes.Count(raw, []byte(`"code":0`)); n != len(txs) {
			r.t.Errorf("%d of %d taken: %.300s", n, len(txs), raw)
		}
		return
	}
}

// disk returns the bytes of a node's folder.
func (r *ring) disk(i int) int64 { return size(r.homes[i]) }

func size(dir string) (sum int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				sum += info.Size()
			}
		}
		return nil // what goes meanwhile does not count
	})
	return sum
}

// BenchmarkRules is what one entry costs the application alone, without a node:
// in a state of many cases.
func BenchmarkRules(b *testing.B) {
	c := newCity(time.Now())
	bench := newBench(b, c)
	cases := casesOf(b, c, 6000)
	for _, one := range cases {
		bench.block(one...)
	}
	h := c.history(b)
	bench.block(h.registered())
	raw := h.write(casework.Opened)
	for b.Loop() {
		bench.check = over(bench.tree)
		if r := bench.offered(raw); r.Code != protocol.LedgerTaken {
			b.Fatal(r.Log)
		}
	}
}
