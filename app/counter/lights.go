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

func (c *Counter) ledgerLight() desk.Light {
	out, node := c.outbox.State(), c.ledger.State()
	l := desk.Light{Name: node.Node, Since: out.Since}
	switch {
	case out.Light == outbox.Failed:
		l.State, l.Reason = desk.Failed, out.Why
	case node.Trouble == ledger.Forged:
		l.State, l.Reason, l.Since = desk.Failed, casework.WrongReceipt, node.Since
	case out.Light == outbox.Waiting:
		l.State, l.Reason = desk.Waiting, out.Why
	case node.Reachable:
		l.State, l.Since = desk.Good, node.Since
	case node.Trouble != ledger.None:
		l.State, l.Since = desk.Waiting, node.Since
	}
	if l.Reason == "" && l.State == desk.Waiting {
		l.Reason = casework.LedgerUnreachable
	}
	return l
}

func (c *Counter) centreLight() desk.Light {
	s := c.authority.State()
	l := desk.Light{Name: c.options.Centre, Since: s.Since}
	switch {
	case !s.Asked:
	case s.Good:
		l.State = desk.Good
	case s.Reason == casework.CounterNotEnrolled:
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
