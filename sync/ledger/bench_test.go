package ledger_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
)

// BenchmarkStepToVerifiedReceipt takes one step after the other of one clerk:
// from the signed bytes to the verified receipt, on a one-validator node.
func BenchmarkStepToVerifiedReceipt(b *testing.B) {
	city := found(b)
	client := city.client(city.node.URL())
	commit(b, client, city.write().next(casework.Opened))
	var took []time.Duration
	w, left := city.write(), steps()
	for b.Loop() {
		if len(left) == 0 {
			w, left = city.write(), steps()
		}
		raw := w.next(left[0])
		left = left[1:]
		start := time.Now()
		commit(b, client, raw)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
	b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
}

// BenchmarkManyAtOnce brings a backlog of first entries, 512 of them under way at
// any time, to a one-validator node.
func BenchmarkManyAtOnce(b *testing.B) {
	city := found(b)
	client := city.client(city.node.URL())
	raws := make(chan []byte, b.N)
	for range b.N {
		raws <- city.write().next(casework.Opened)
	}
	close(raws)
	b.ResetTimer()
	var all sync.WaitGroup
	for range 512 {
		all.Go(func() {
			for raw := range raws {
				if _, err := client.Commit(context.Background(), raw); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
