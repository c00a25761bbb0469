package desk

import (
	"time"

	"counterfoil/app/casework"
)

// ShiftSummary is what a closing leaves, for a file or a printer: the numbers of
// cases, kinds of steps, times and reason codes. Nothing in it is a citizen's.
type ShiftSummary struct {
	Hall    string // as people call it
	Counter string
	Made    time.Time
	Last    casework.ShiftChange // the last opening or closing
	Left    Leftover             // as it was at Made
}
