package desk

import (
	"context"
	"time"

	"counterfoil/app/casework"
)

// Leftover is what a counter leaves waiting, computed anew whenever it is asked for.
type Leftover struct {
	Waiting    []casework.WaitingCase // not wholly on the ledger; the refused ones first, then the oldest
	Unfinished []UnfinishedCase       // neither ended nor abandoned, oldest first
	Evidence   int                    // ended cases of which the centre has no sealed copy yet
}

// UnfinishedCase is a case that waits for a person, as far as a list shows it.
type UnfinishedCase struct {
	ID     casework.CaseID
	Number casework.CaseNumber
	Item   casework.ItemCode
	Step   casework.StepKind // the last that was done
	Opened time.Time
	Mine   bool // opened by whoever works here now
}

// Counts returns the numbers that a closing keeps.
func (l Leftover) Counts() casework.Left {
	c := casework.Left{Cases: len(l.Waiting), Unfinished: len(l.Unfinished), Evidence: l.Evidence}
	for _, w := range l.Waiting {
		c.Steps += w.Steps
		if w.Refusal != "" {
			c.Refused++
		}
	}
	return c
}

// Leftover returns what waits here now, to whoever may read records. A damaged case
// is left out of the unfinished ones: the clerk is told of it at the start.
func (d *Desk) Leftover(ctx context.Context) (Leftover, error) {
	who := d.opt.Pseudonym
	err := d.permit(ctx, deed{what: casework.OpRead, note: "shift"}, casework.ReadRecords, func() bool {
		who = d.keeper.clerk.Pseudonym
		return false
	})
	if err != nil {
		return Leftover{}, err
	}
	return d.leftover(ctx, who)
}

func (d *Desk) leftover(ctx context.Context, who casework.Pseudonym) (Leftover, error) {
	j := d.opt.Journal
	waiting, err := j.Waiting(ctx)
	if err != nil {
		return Leftover{}, asRefusal(err)
	}
	evidence, err := j.EvidenceWaiting(ctx)
	if err != nil {
		return Leftover{}, asRefusal(err)
	}
	open, err := j.Unfinished(ctx)
	if err != nil && casework.KindOf(err) != casework.JournalDamaged {
		return Leftover{}, asRefusal(err)
	}
	l := Leftover{Waiting: waiting, Evidence: evidence}
	for _, r := range open {
		l.Unfinished = append(l.Unfinished, UnfinishedCase{ID: r.ID, Number: r.Number, Item: r.Item,
			Step: r.Steps[len(r.Steps)-1].Kind, Opened: r.Opened, Mine: r.Clerk == who})
	}
	return l, nil
}

// SendAgain is a person's decision to send again what the ledger refused of a case,
// once the reason is gone. Where nothing is refused any more nothing is done, and
// nothing noted.
func (d *Desk) SendAgain(ctx context.Context, id casework.CaseID) error {
	of := deed{what: casework.OpSendAgain, id: id}
	return d.doing(ctx, of, "", func(answer func(error)) {
		answer(d.opt.Journal.Reopen(context.WithoutCancel(d.ctx), id, d.lines(of)...))
	})
}

// NoteSeen keeps that whoever works here has seen what the ledger refused of a case:
// it still waits.
func (d *Desk) NoteSeen(ctx context.Context, id casework.CaseID) error {
	of := deed{what: casework.OpSeen, id: id}
	return d.doing(ctx, of, "", func(answer func(error)) {
		answer(d.opt.Journal.Seen(context.WithoutCancel(d.ctx), id, d.keeper.clerk.Number, d.opt.Now(), d.lines(of)...))
	})
}
