package desk

import (
	"time"

	"counterfoil/app/casework"
)

// Checked is one thing that is looked at before a counter opens, and how it is.
type Checked struct {
	Of    casework.ShiftCheck
	Light Light // Absent ones are not listed
}

// Checks looks through a snapshot at all that a counter needs for a day, in the
// order of a page. A clock that nobody could be asked about is Unknown; entries that
// the ledger refused are Failed, others that wait are Waiting.
func Checks(s Snapshot, now time.Time) []Checked {
	var list []Checked
	add := func(of casework.ShiftCheck, l Light) {
		if l.State != Absent && (l.State != Unknown || of == casework.CheckClock || of == casework.CheckLedger || of == casework.CheckCentre) {
			list = append(list, Checked{Of: of, Light: l})
		}
	}
	add(casework.CheckPad, s.Pad)
	add(casework.CheckCamera, s.Camera)
	add(casework.CheckDocument, s.Document)
	add(casework.CheckScanner, s.Scanner)
	add(casework.CheckClock, clockLight(s.Shift.Clock))
	add(casework.CheckLedger, s.Ledger)
	add(casework.CheckCentre, s.Centre)
	add(casework.CheckQueue, queueLight(s.Queue, now))
	return list
}

func clockLight(c casework.Clock) Light {
	switch {
	case !c.Known:
		return Light{State: Unknown}
	case c.TooFarAhead():
		return Light{State: Failed, Reason: casework.ClockAhead}
	case c.Wrong():
		return Light{State: Failed}
	}
	return Light{State: Good}
}

// queueGrace is how long an entry may be on its way without anything being wrong.
const queueGrace = time.Minute

func queueLight(q casework.Queue, now time.Time) Light {
	switch {
	case q.Refused > 0:
		return Light{State: Failed}
	case q.Waiting > 0 && now.Sub(q.Oldest) > queueGrace:
		return Light{State: Waiting, Since: q.Oldest}
	}
	return Light{State: Good}
}

// lacking is what is not good now, for the record of an opening.
func (d *Desk) lacking() []casework.ShiftCheck {
	s := Snapshot{Pad: d.pad.light, Camera: d.camera.light, Document: d.document.light, Scanner: d.scanner, Queue: d.queue, Shift: d.viewShift()}
	if d.opt.Lights != nil {
		s.Ledger, s.Centre = d.opt.Lights()
	}
	var list []casework.ShiftCheck
	for _, c := range Checks(s, d.opt.Now()) {
		if c.Light.State != Good {
			list = append(list, c.Of)
		}
	}
	return list
}
