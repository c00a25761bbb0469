package casework_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

// history is what the walk knows of a case without asking the code: the steps
// that were taken, in order.
type history struct {
	demands casework.Demands
	kinds   []casework.StepKind
}

func (h history) has(kind casework.StepKind) bool { return slices.Contains(h.kinds, kind) }

// since reports whether kind was taken after the last confirmation.
func (h history) since(kind casework.StepKind) bool {
	for _, k := range slices.Backward(h.kinds) {
		if k == kind {
			return true
		}
		if k == confirmed {
			return false
		}
	}
	return false
}

// allowed is the table of the design in other words: which step may follow.
func (h history) allowed(kind casework.StepKind, skip bool) bool {
	if h.has(submitted) || h.has(abandoned) {
		return false
	}
	switch kind {
	case opened:
		return len(h.kinds) == 0
	case authorized, byPaper:
		return h.has(opened) && !h.has(retrieved) && !h.has(byPaper)
	case retrieved:
		return h.has(authorized) && !h.has(retrieved) && !h.has(byPaper)
	case confirmed:
		return h.has(retrieved) || h.has(byPaper)
	case signed:
		return h.has(confirmed) && !h.since(signed)
	case photographed:
		return h.has(confirmed) && !h.has(photographed) && h.demands.Photo != casework.PhotoNone &&
			(!skip || h.demands.Photo == casework.PhotoOptional) && (!h.demands.Signature || h.since(signed))
	case submitted:
		return h.has(confirmed) && (!h.demands.Signature || h.since(signed)) && (h.demands.Photo == casework.PhotoNone || h.has(photographed))
	case abandoned:
		return h.has(opened)
	}
	return false
}

// TestNoSequenceOfStepsReachesAForbiddenState walks at random and compares every
// answer with the table in other words.
func TestNoSequenceOfStepsReachesAForbiddenState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := history{demands: casework.Demands{Signature: rapid.Bool().Draw(t, "signature"), Photo: casework.PhotoRule(rapid.IntRange(0, 2).Draw(t, "photo"))}}
		var c casework.Standing
		usual := rapid.SliceOfN(rapid.SampledFrom(append(casework.StepKinds(), byPaper)), 0, 30).Draw(t, "steps")
		for i, kind := range usual {
			if rapid.IntRange(0, 3).Draw(t, "help") > 0 { // most walks would end at once
				kind = helpful(h, kind)
			}
			e := entry(c, kind)
			skip := kind == photographed && rapid.Bool().Draw(t, "skip")
			if kind == opened {
				e.Body.Demands = h.demands
			}
			if skip {
				e.Body = casework.Body{Reason: casework.NoCamera}
			}
			next, err := c.Next(e, digest(i+1))
			if want := h.allowed(kind, skip); (err == nil) != want {
				t.Fatalf("after %v, %s (skip %v, %+v): allowed %v, got %v", h.kinds, kind, skip, h.demands, want, err)
			}
			if err != nil {
				if next != c {
					t.Fatal("a refused step changed the case")
				}
				continue
			}
			h.kinds = append(h.kinds, kind)
			c = next
			if c.Paper != h.has(byPaper) {
				t.Fatalf("by paper: %v after %v", c.Paper, h.kinds)
			}
			if c.Seq != len(h.kinds) || c.State.Ended() != (kind == submitted || kind == abandoned) {
				t.Fatalf("the case stands at %+v after %v", c, h.kinds)
			}
		}
	})
}

// helpful returns a step that is allowed but does not end the case, where there
// is one.
func helpful(h history, kind casework.StepKind) casework.StepKind {
	for _, k := range []casework.StepKind{opened, retrieved, photographed, signed, confirmed, kind, authorized} {
		if kind != submitted && kind != abandoned && h.allowed(k, false) {
			return k
		}
	}
	return kind
}

// TestAnyChangeOfAStepsPlaceIsRefused takes a right step and moves it.
func TestAnyChangeOfAStepsPlaceIsRefused(t *testing.T) {
	c, err := walk(optional, opened, authorized, retrieved, confirmed)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		e := entry(c, signed)
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			e.Seq += rapid.IntRange(1, 300).Draw(t, "by")
		case 1:
			e.Prev[rapid.IntRange(0, 31).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		case 2:
			e.Time = e.Time.Add(-time.Duration(rapid.Int64Range(1001, 1e9).Draw(t, "ms")) * time.Millisecond)
		case 3:
			e.Body.Confirmation[rapid.IntRange(0, 31).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		}
		if _, err := c.Next(e, digest(3)); err == nil {
			t.Fatalf("%+v continues %+v", e, c)
		}
	})
}
