package chain

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
)

// growth is how many entries the ledger grows by in BenchmarkGrowth.
func growth() int {
	if n, err := strconv.Atoi(os.Getenv("COUNTERFOIL_GROWTH")); err == nil {
		return n
	}
	return 20_000
}

// BenchmarkGrowth lets a ledger of one node grow, case by case with a grant
// each, and reports what 100,000 entries take of the disk, by what they are kept
// in, the memory in use and the whole process's at the end, and how long the
// node takes to start on it.
func BenchmarkGrowth(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		c := newCity(time.Now())
		o := c.options(b.TempDir())
		o.Snapshot = 2000
		n := startNode(b, o)
		r := &ring{city: c, t: b, nodes: []*Node{n}, homes: []string{o.Home}}
		for _, raw := range c.founding(b) {
			submit(b, n, raw)
		}
		total, left := growth(), growth()
		b.StartTimer()
		for left > 0 {
			cases := casesOf(b, c, max(len(whole()), min(left, 6000)))
			r.send(len(cases), func(i int) [][]byte { return cases[i][:1] })
			left -= r.send(len(cases), func(i int) [][]byte { return cases[i][1:] })
		}
		b.StopTimer()
		b.ReportMetric(float64(n.Height()), "blocks")
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapInuse)/1e6, "MB-heap")
		b.ReportMetric(resident()/1e6, "MB-process")
		if err := n.Stop(); err != nil {
			b.Fatal(err)
		}
		per := 1e5 / float64(total) / 1e6
		b.ReportMetric(float64(r.disk(0))*per, "MB/100k")
		for what, name := range map[string]string{"blocks": "data/blockstore.db", "states": "data/state.db", "tree": "data/application.db", "places": "data/places.db", "wal": "data/cs.wal", "snapshots": "snapshots"} {
			b.ReportMetric(float64(size(o.Home+"/node/"+name))*per, "MB/100k-"+what)
		}
		start := time.Now()
		n = startNode(b, o)
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "start-ms")
		submit(b, n, c.history(b).write(casework.Opened))
		if err := n.Stop(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// resident returns the process's memory as the kernel counts it, in bytes.
func resident() float64 {
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, err := strconv.ParseFloat(strings.Fields(string(raw))[1], 64)
	if err != nil {
		return 0
	}
	return pages * float64(os.Getpagesize())
}
