package desk

import (
	"context"
	"slices"
	"time"

	"counterfoil/app/casework"
)

// Guarded is an act that a hall may want somebody's word for.
type Guarded string

// The acts that can be guarded.
const (
	GuardSubmit  Guarded = "submit"
	GuardAbandon Guarded = "abandon"
	GuardExport  Guarded = "export"
	GuardPaper   Guarded = "paper" // an authorization by paper originals
)

// Guards returns every act that can be guarded.
func Guards() []Guarded { return []Guarded{GuardSubmit, GuardAbandon, GuardExport, GuardPaper} }

// Asks is an act that waits for a word.
type Asks struct {
	What   Guarded
	Second bool // a second person's word; else the clerk's own, again
}

// proofLife is how long the clerk's own word holds while the second person's is
// waited for.
const proofLife = 2 * time.Minute

// asked is an act that waits for a word. It is done at most once.
type asked struct {
	what     Guarded
	s        *sitting // at the counter when it was asked for
	id       casework.CaseID
	own      bool      // the hall wants the clerk's own word
	presence bool      // that word is still to come
	second   bool      // the second person's is
	proved   time.Time // when the clerk's own was given
	do       func(answer func(error))
}

func (a *asked) needs() error {
	if a.presence {
		return casework.Refuse(casework.PresenceNeeded, string(a.what))
	}
	return casework.Refuse(casework.SecondNeeded, string(a.what))
}

// guarded does an act at once, or keeps it until the words are given that the hall
// wants: the answer is then presence-needed or second-needed, and the snapshot says
// Asks. It is called when nothing else is against the act.
func (d *Desk) guarded(what Guarded, id casework.CaseID, answer func(error), do func(answer func(error))) {
	a := &asked{what: what, s: d.at, id: id, own: slices.Contains(d.opt.Presence, what), second: slices.Contains(d.opt.Second, what), do: do}
	a.presence = a.own
	if d.opt.Staff == nil || !a.own && !a.second {
		do(answer)
		return
	}
	d.keeper.asks = a
	answer(a.needs())
}

// Prove gives the word that the snapshot Asks for, and then does the act: the
// answer is the act's. Where a second person's word is wanted too, it is
// second-needed first. The clerk's own word is only that clerk's, and the second
// person's somebody else's who may stand in (second-unfit). A word counts for one
// act, and the clerk's own for two minutes: after that it is asked for again.
func (d *Desk) Prove(ctx context.Context, p casework.Presence) error {
	return d.ask(ctx, func(answer func(error)) {
		d.Touched()
		a := d.keeper.asks
		err := d.closed()
		if err == nil && a == nil {
			err = notNow("nothing waits for a word")
		}
		if err != nil {
			answer(err)
			return
		}
		what := casework.OpSecond
		if a.presence {
			what = casework.OpPresence
		}
		d.check(p, what, a.id, answer, func(c casework.Clerk, answer func(error)) { d.proven(a, c, answer) })
	})
}

// proven takes the word of a person who is there.
func (d *Desk) proven(a *asked, c casework.Clerk, answer func(error)) {
	k := &d.keeper
	if k.asks != a || d.closed() != nil {
		answer(notNow("nothing waits for this word any more"))
		return
	}
	if a.presence {
		if c.Number != k.clerk.Number {
			d.unfit(a, casework.OpPresence, casework.PresenceNeeded)
			answer(a.needs())
			return
		}
		a.presence, a.proved = false, time.Now()
		if a.second {
			answer(a.needs())
			return
		}
		d.fulfil(a, "", answer)
		return
	}
	switch {
	case c.Number == k.clerk.Number || !c.Role.May(casework.SecondPerson):
		d.unfit(a, casework.OpSecond, casework.SecondUnfit)
		answer(d.said(casework.Refuse(casework.SecondUnfit, string(a.what))))
	case a.own && time.Since(a.proved) > proofLife:
		a.presence = true
		answer(a.needs())
	default:
		d.fulfil(a, c.Number, answer)
	}
}

// unfit notes that a word was of the wrong person.
func (d *Desk) unfit(a *asked, what casework.Operation, why casework.RefusalKind) {
	_ = d.note(deed{what: what, note: string(a.what), id: a.id}, why)
}

// fulfil does the act, with the second person's number in its line of the log.
func (d *Desk) fulfil(a *asked, second string, answer func(error)) {
	d.keeper.asks, d.keeper.second = nil, second
	s, of, step := d.at, deed{what: casework.OpExport, id: a.id}, casework.StepKind("")
	switch a.what {
	case GuardSubmit:
		step = casework.Submitted
	case GuardAbandon:
		step = casework.Abandoned
	case GuardPaper:
		step = casework.Authorized
	}
	if step != "" {
		of = deed{what: casework.OpStep, note: string(step), id: a.id}
	}
	a.do(func(err error) {
		d.noteRefused(of, s, err)
		if step != "" {
			err = d.refused(s, step, err)
		}
		answer(err)
	})
	d.keeper.second = ""
}

// Unask lets the act be that waits for a word.
func (d *Desk) Unask() {
	_ = d.ask(context.Background(), func(answer func(error)) {
		d.keeper.asks, d.problem = nil, nil
		answer(nil)
	})
}

// waitsForWord returns what waits for a word, of the case that it was asked for in.
func (d *Desk) waitsForWord() *Asks {
	a := d.keeper.asks
	if a == nil || a.s != d.at || a.what != GuardExport && a.s.over() {
		d.keeper.asks = nil
		return nil
	}
	return &Asks{What: a.what, Second: !a.presence}
}
