package main

import (
	"fmt"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger/bundle"
)

// describe writes a line about one entry: what holds (✓), what does not (✗),
// and what was therefore not checked (–).
func describe(l bundle.Line) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%3d %-13s", l.Seq, l.Kind)
	mark := "✓"
	for _, p := range bundle.Parts() {
		switch {
		case p == l.Failed:
			fmt.Fprintf(&s, " %s ✗ ", p)
			mark = "–"
		case p == bundle.Content && l.Destroyed:
			s.WriteString(" content destroyed ")
		case p == bundle.Content && mark == "✓":
			fmt.Fprintf(&s, " %s ✓ %-2d", p, l.Commitments)
		default:
			fmt.Fprintf(&s, " %s %s ", p, mark)
		}
	}
	if l.Failed == "" {
		fmt.Fprintf(&s, " height %d  %s", l.Height, l.OnChain.Format(time.RFC3339Nano))
		if late := l.OnChain.Sub(l.Time); late > lateAfter {
			fmt.Fprintf(&s, "  late by %s", late.Round(time.Second))
		}
	}
	if l.Kind == casework.Abandoned {
		s.WriteString("  (ended without submission)")
	}
	return s.String()
}

// lateAfter is from when on an entry counts as queued through an outage.
const lateAfter = time.Minute
