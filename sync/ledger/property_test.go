package ledger_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/sync/ledger"
)

// TestWhateverTheOthersAreOneHonestNodeIsEnough draws lists of nodes of every
// kind with one honest among them.
func TestWhateverTheOthersAreOneHonestNodeIsEnough(t *testing.T) {
	city := found(t)
	var on, still atomic.Bool
	kinds := lies(t, city, &on)
	on.Store(true)
	kinds["dead"] = "http://127.0.0.1:1"
	kinds["hanging"] = hanging(t, new(atomic.Int64))
	kinds["failing"] = serving(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	kinds["babbling"] = serving(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "[]") })
	kinds["frozen"] = frozen(t, city.node.URL(), &still)
	kinds["honest"] = city.node.URL()
	var names []string
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(rt *rapid.T) {
		still.Store(rapid.Bool().Draw(rt, "frozen"))
		chosen := rapid.SliceOfN(rapid.SampledFrom(names), 0, 4).Draw(rt, "others")
		chosen = slices.Insert(chosen, rapid.IntRange(0, len(chosen)).Draw(rt, "place"), "honest")
		var nodes []string
		for _, name := range chosen {
			nodes = append(nodes, kinds[name])
		}
		c := ledger.New(ledger.Options{Nodes: nodes, Trust: city.trust(), Request: 2 * time.Second, Block: 200 * time.Millisecond,
			Hedge: 20 * time.Millisecond, Witness: 20 * time.Millisecond})
		w, newest := city.write(), int64(0)
		for _, kind := range steps()[:rapid.IntRange(1, 2).Draw(rt, "entries")] {
			raw := w.next(kind)
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			r, err := c.Commit(ctx, raw)
			for err != nil && !ledger.Permanent(err) && ctx.Err() == nil { // as the outbox does
				r, err = c.Commit(ctx, raw)
			}
			cancel()
			if err != nil {
				rt.Fatalf("%v: %v", chosen, err)
			}
			v, err := city.trust().Verify(r.Raw, raw)
			if err != nil || v.Digest != r.Entry || v.Height != r.Height {
				rt.Fatalf("%v: %+v, %v", chosen, v, err)
			}
			newest = max(newest, r.Height)
			if honest := commit(t, city.client(city.node.URL()), raw); honest.Height != r.Height {
				rt.Fatalf("%v: it stands at %d and %d", chosen, honest.Height, r.Height)
			}
		}
		for _, digest := range w.digests {
			if n := city.times(digest, newest); n != 1 {
				rt.Fatalf("%v: an entry stands %d times", chosen, n)
			}
		}
	})
}
