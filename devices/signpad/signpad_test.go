package signpad

import (
	"image"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

func TestAClockIsUnwrappedWhateverThePauses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Clock
		host := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		now := rapid.Uint64Range(0, 1<<40).Draw(t, "start")
		c.At(uint16(now), host)
		total := time.Duration(0)
		for range rapid.IntRange(1, 40).Draw(t, "reports") {
			step := rapid.OneOf(rapid.Uint64Range(1, 20), rapid.Uint64Range(1, 400_000)).Draw(t, "ms")
			late := time.Duration(rapid.IntRange(-2000, 2000).Draw(t, "host late by ms")) * time.Millisecond
			now += step
			total += time.Duration(step) * time.Millisecond
			host = host.Add(time.Duration(step) * time.Millisecond)
			if got := c.At(uint16(now), host.Add(late)); got != total {
				t.Fatalf("got %v, want %v", got, total)
			}
			c.host = host
		}
	})
}

func TestASequenceIsUnwrappedAndNeverRunsBack(t *testing.T) {
	var c Counter
	for i, want := range []struct {
		n  uint16
		at int
		ok bool
	}{{65533, 0, true}, {65534, 1, true}, {65535, 2, true}, {0, 3, true}, {4, 7, true}, {4, 7, false}, {3, 7, false}, {5, 8, true}} {
		if at, ok := c.At(want.n); at != want.at || ok != want.ok {
			t.Errorf("step %d: got %d %v, want %d %v", i, at, ok, want.at, want.ok)
		}
	}
}

func TestJumpsInTheSequenceAreCountedAsLost(t *testing.T) {
	samples := []casework.PenSample{{Seq: 4}, {Seq: 5}, {Seq: 9}, {Seq: -1}, {Seq: 10}, {Seq: 12}}
	if got := Lost(samples); got != 4 {
		t.Fatalf("got %d, want 4", got)
	}
}

func TestThePensCornersAreTheDisplaysCorners(t *testing.T) {
	id := casework.PadIdentity{Width: 800, Height: 480, MaxX: 10800, MaxY: 6480}
	for _, c := range []struct {
		s    casework.PenSample
		want image.Point
	}{
		{casework.PenSample{}, image.Pt(0, 0)},
		{casework.PenSample{X: 10800, Y: 6480}, image.Pt(799, 479)},
		{casework.PenSample{X: 5400, Y: 3240}, image.Pt(400, 240)},
	} {
		if got := Pixel(id, c.s); got != c.want {
			t.Errorf("%v lies at %v, want %v", c.s, got, c.want)
		}
	}
	if got := Pixel(casework.PadIdentity{}, casework.PenSample{X: 5}); got != image.Pt(0, 0) {
		t.Errorf("a pad without a size: %v", got)
	}
}
