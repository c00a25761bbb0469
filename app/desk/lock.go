package desk

import (
	"context"
	"time"

	"counterfoil/app/casework"
)

// Words in the operator log for what locked a counter.
const (
	lockedByKey  = "key"
	lockedByIdle = "idle"
)

// Touched says that the clerk did something: a key, the pointer. It waits for
// nothing. Intents of a case say it by themselves; the citizen's pen does not: the
// clerk may have left meanwhile.
func (d *Desk) Touched() { d.keeper.last.Store(int64(time.Since(d.keeper.began))) }

// Lock hides the case at the counter until somebody says who they are. It is
// done whatever the disk says. The case waits:
//
//   - The citizen's screen shows a neutral "please wait", without the item's name. A
//     form, half a signature or a QR must not lie open before a public hall while
//     nobody looks after it, and a citizen who waits sees that nothing was lost.
//   - A form that was being read is read again from its first page, a signature that
//     was begun is begun anew, and the camera is closed: the photo is asked for again.
//   - What the citizen has already given on the phone is kept on disk when it comes,
//     since it was given once; but nothing is sent for the case: no licence is called
//     up and no QR renewed.
func (d *Desk) Lock(byKey bool) error {
	return d.ask(context.Background(), func(answer func(error)) {
		word := lockedByIdle
		if byKey {
			word = lockedByKey
		}
		err := d.closed()
		switch {
		case d.opt.Staff == nil:
			err = notNow("nobody signs in here")
		case casework.KindOf(err) == casework.CounterLocked:
			err = nil
		case err == nil:
			d.lock(word)
		}
		answer(err)
	})
}

func (d *Desk) lock(word string) {
	of := deed{what: casework.OpLock, note: word}
	if d.at != nil {
		of.id = d.at.id
	}
	_ = d.noteOf(d.keeper.clerk.Number, of, "")
	d.keeper.locked = true
	d.withhold()
}

// withhold takes everything about citizens off the screens.
func (d *Desk) withhold() {
	k := &d.keeper
	k.asks, k.read, k.searches, k.exported, d.problem = nil, "", false, "", nil
	d.endTrial()
	if s := d.at; s != nil {
		s.halt()
		if s.over() {
			d.clear()
		}
	}
	if names, ok := d.opt.Journal.(Forgets); ok {
		names.ForgetNames()
	}
}

// halt takes back what the citizen was asked and has not answered yet: it is
// asked anew when the case goes on.
func (s *sitting) halt() {
	s.asking.digits = ""
	s.confirm, s.ink, s.declined = confirming{}, inking{}, false
	if s.stage == StagePhoto || s.stage == StageCrop {
		s.stage, s.still = StageConsent, nil
	}
}

// lookIdle locks the counter when the clerk has done nothing for as long as the
// hall says. It returns when to look again. The clock is the program's own, which
// nobody sets back.
func (d *Desk) lookIdle() time.Duration {
	if d.closed() != nil {
		return d.opt.LockAfter // whoever signs in later is looked after in time
	}
	quiet := time.Since(d.keeper.began) - time.Duration(d.keeper.last.Load())
	if left := d.opt.LockAfter - quiet; left > 0 {
		return left
	}
	d.lock(lockedByIdle)
	return d.opt.LockAfter
}
