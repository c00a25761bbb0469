package counter

import (
	"context"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/sync/ledger"
	"counterfoil/sync/outbox"
)

// lights says in the desk's words how the ledger and the centre are.
func (c *Counter) lights() (chain, centre desk.Light) {
	return c.ledgerLight(), c.centreLight()
}

// ledgerLight is good while some node serves. A node that lied is named all the
// same, with what it did as the reason: it needs a person, and the counter does not.
func (c *Counter) ledgerLight() desk.Light {
	out, now := c.outbox.State(), c.ledger.State()
	l := desk.Light{Name: now.Node, Since: out.Since}
	switch {
	case c.stopped() != "":
		l.State, l.Reason = desk.Failed, c.stopped()
	case out.Light == outbox.Failed:
		l.State, l.Reason = desk.Failed, out.Why
	case !now.Reachable && now.Trouble.Lie():
		l.State, l.Reason, l.Since = desk.Failed, lied(now.Trouble), now.Since
	case out.Light == outbox.Waiting:
		l.State, l.Reason = desk.Waiting, out.Why
	case now.Reachable:
		l.State, l.Since = desk.Good, now.Since
		if liar, ok := now.Liar(); ok {
			l.Name, l.Reason, l.Since = liar.Address, lied(liar.Trouble), liar.Since
		}
	case now.Trouble != ledger.None:
		l.State, l.Since = desk.Waiting, now.Since
	}
	if l.Reason == "" && l.State == desk.Waiting {
		l.Reason = casework.LedgerUnreachable
	}
	return l
}

// lied is the published reason for a lie.
func lied(t ledger.Trouble) casework.RefusalKind {
	switch t {
	case ledger.Forked:
		return casework.LedgerForked
	case ledger.Foreign:
		return casework.WrongChain
	}
	return casework.WrongReceipt
}

func (c *Counter) centreLight() desk.Light {
	s := c.authority.State()
	l := desk.Light{Name: c.options.Centre, Since: s.Since}
	switch {
	case !s.Asked:
	case s.Good:
		l.State = desk.Good
	case s.Reason == casework.CounterNotEnrolled, s.Reason == casework.TokenGone: // a person must do something
		l.State, l.Reason = desk.Failed, s.Reason
	default:
		l.State, l.Reason = desk.Waiting, s.Reason
	}
	return l
}

// askLedger looks after the ledger while there is nothing to send, so that the
// status line tells the truth before the first step of the day, too.
func (c *Counter) askLedger(ctx context.Context) error {
	for {
		queue, err := c.Journal.Queue(ctx)
		if err == nil && queue.Waiting == 0 {
			c.ledger.Health(ctx)
		}
		if !wait(ctx, c.options.Pace.Health) {
			return nil
		}
	}
}
