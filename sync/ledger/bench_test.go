package ledger_test

import (
	"slices"
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
