package counter

import (
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
	case node.Trouble == ledger.Forged:
		l.State, l.Reason, l.Since = desk.Failed, casework.WrongReceipt, node.Since
	case out.Light == outbox.Reachable:
		l.State = desk.Good
	case out.Light == outbox.Failed:
		l.State, l.Reason = desk.Failed, out.Why
	default:
		l.State, l.Reason = desk.Waiting, out.Why
		if l.Reason == "" {
			l.Reason = casework.LedgerUnreachable
		}
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
