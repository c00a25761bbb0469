package rehearse

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"counterfoil/app/casework"
)

// Step is one line of a rehearsal. Times are milliseconds from the key, the
// touch or the answer that caused the step.
type Step struct {
	Case    casework.CaseID   `json:"case"`
	Seq     int               `json:"seq"`
	Kind    casework.StepKind `json:"kind"`
	Disk    float64           `json:"disk_ms"`
	Receipt *float64          `json:"receipt_ms"` // null: no verified receipt
	Height  int64             `json:"height"`
}

// Summary is the last line of a rehearsal.
type Summary struct {
	Cases    int     `json:"cases"`  // asked for
	Served   int     `json:"served"` // with every receipt
	Entries  int     `json:"entries"`
	Receipts int     `json:"receipts"` // verified
	Disk50   float64 `json:"disk_p50_ms"`
	Disk99   float64 `json:"disk_p99_ms"`
	Proof50  float64 `json:"receipt_p50_ms"`
	Proof99  float64 `json:"receipt_p99_ms"`
}

// lines writes what a rehearsal has to say and keeps count.
type lines struct {
	out    io.Writer
	json   bool
	served int
	disk   []float64
	proof  []float64
	failed error // of the writer
}

func (l *lines) add(steps []Step) {
	whole := len(steps) > 0
	for _, s := range steps {
		l.disk = append(l.disk, s.Disk)
		proof := "-"
		if s.Receipt != nil {
			l.proof = append(l.proof, *s.Receipt)
			proof = fmt.Sprintf("%.1f", *s.Receipt)
		}
		whole = whole && s.Receipt != nil
		l.write(s, fmt.Sprintf("%s %2d %-12s %8.1f ms to disk %8s ms to receipt  height %d", s.Case, s.Seq, s.Kind, s.Disk, proof, s.Height))
	}
	if whole && steps[len(steps)-1].Kind == casework.Submitted {
		l.served++
	}
}

// summary writes the last line. It returns an error unless every entry of every
// case has a verified receipt.
func (l *lines) summary(cases int) error {
	s := Summary{Cases: cases, Served: l.served, Entries: len(l.disk), Receipts: len(l.proof), Disk50: percentile(l.disk, 50),
		Disk99: percentile(l.disk, 99), Proof50: percentile(l.proof, 50), Proof99: percentile(l.proof, 99)}
	l.write(s, fmt.Sprintf("%d of %d cases, %d of %d entries with a verified receipt; to disk p50 %.1f ms, p99 %.1f ms; to receipt p50 %.1f ms, p99 %.1f ms",
		s.Served, s.Cases, s.Receipts, s.Entries, s.Disk50, s.Disk99, s.Proof50, s.Proof99))
	switch {
	case s.Served < s.Cases || s.Receipts < s.Entries:
		return fmt.Errorf("%d of %d cases have every receipt", s.Served, s.Cases)
	case l.failed != nil:
		return fmt.Errorf("writing the report: %w", l.failed)
	}
	return nil
}

func (l *lines) write(v any, text string) {
	if l.json {
		b, err := json.Marshal(v)
		if err != nil {
			l.failed = err
			return
		}
		text = string(b)
	}
	if _, err := fmt.Fprintln(l.out, text); err != nil {
		l.failed = err
	}
}

// percentile returns the smallest value that p percent of the list do not
// exceed; 0 for an empty list.
func percentile(list []float64, p int) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}
