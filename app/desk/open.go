package desk

import (
	"context"
	"fmt"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Open opens a case for a service item and asks the centre for a QR request at
// once, so that both ways of authorizing stand side by side. Refusals:
// counter-closed; clock-ahead while the ledger would take no entry;
// ledger-stopped while the outbox is older than the limit; not-now while a case
// is open; wrong-item for a code that the catalogue does not have.
func (d *Desk) Open(ctx context.Context, code casework.ItemCode) error {
	return d.intent(ctx, casework.Opened, func(answer func(error)) { answer(d.open(code)) })
}

func (d *Desk) open(code casework.ItemCode) error {
	if d.at != nil && !d.at.over() {
		return notNow("a case is open")
	}
	if err := d.takesCases(); err != nil {
		return err
	}
	item, ok := d.opt.Catalogue.Item(code)
	if !ok {
		return casework.Refuse(casework.WrongItem, "the catalogue has no such item")
	}
	if err := d.mayBegin(); err != nil {
		return err
	}
	if err := d.ledgerKeepsUp(); err != nil {
		return err
	}
	day := d.day()
	n, err := d.opt.Journal.NextNumber(d.ctx, day)
	if err != nil {
		return err
	}
	number := casework.CaseNumber(fmt.Sprintf("%s-%s-%04d", day, d.opt.Counter, n))
	s := d.newSitting(casework.CaseID(protocol.NewID()), About{Number: number, Item: code, Day: day}, item, d.opt.Now())
	opening, commitment := d.seal("item", "text/plain", protocol.ItemContent(code))
	s.opening = opening.Salt
	if err := d.record(s, casework.Opened, d.stamp(s), casework.Body{Item: commitment, Demands: item.Demands}, opening); err != nil {
		s.cancel()
		return err
	}
	d.clear()
	d.endTrial()
	d.at, s.stage = s, StageAuthorize
	d.probeCameras()
	d.openByItself(s)
	return nil
}

// ledgerKeepsUp refuses new cases when what was written has been waiting for
// the ledger longer than the limit.
func (d *Desk) ledgerKeepsUp() error {
	q, err := d.opt.Journal.Queue(d.ctx)
	if err != nil {
		return err
	}
	d.queue = q
	if !q.Oldest.IsZero() && d.opt.Now().Sub(q.Oldest) > d.opt.LedgerLimit {
		return casework.Refuse(casework.LedgerStopped, "the outbox is older than the limit")
	}
	return nil
}

// mayBegin refuses to begin with a case for what the counter has found out.
func (d *Desk) mayBegin() error {
	if d.opt.Stopped == nil {
		return nil
	}
	if why := d.opt.Stopped(); why != "" {
		return casework.Refuse(why, "the counter has found out that it must not go on")
	}
	return nil
}

// pause waits for a while; it returns false when ctx ends first.
func pause(ctx context.Context, wait time.Duration) bool { return replugged(ctx, wait, nil) }

// plugged receives when a device came or went; nil where nobody tells.
func (d *Desk) plugged(ctx context.Context) <-chan struct{} {
	if d.opt.Plugged == nil {
		return nil
	}
	return d.opt.Plugged(ctx)
}

// replugged waits for as long, or until a device comes or goes. It is false when
// ctx has ended.
func replugged(ctx context.Context, wait time.Duration, plugged <-chan struct{}) bool {
	t := time.NewTimer(wait)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			return true
		case _, open := <-plugged:
			if open {
				return true
			}
			plugged = nil // nobody tells any more
		case <-ctx.Done():
			return false
		}
	}
}
