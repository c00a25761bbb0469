package counter

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/authority"
)

// receiptLink returns the address that the last screen's QR opens; empty until
// the centre was reached once. Behind "#" stands the salt that opens the item, so
// that whoever scans the code needs no account: a browser sends that part to
// nobody, and the page shows it to the centre only to ask what was read.
func (c *Counter) receiptLink(id casework.CaseID, opening casework.Salt) string {
	select {
	case <-c.greeted:
		return c.about.Phone + "v/" + string(id) + "#" + protocol.ReceiptFragment(opening)
	default:
		return ""
	}
}

// greetCentre asks the centre who it is until it answers, and refuses one that
// writes to another chain.
func (c *Counter) greetCentre(ctx context.Context) error {
	for {
		about, err := c.authority.About(ctx)
		switch {
		case err == nil && about.Chain != c.options.Chain:
			c.options.Log.Error("the centre belongs to another chain", "chain", about.Chain)
		case err == nil:
			c.about = about
			close(c.greeted)
			return nil
		}
		if !wait(ctx, c.options.Pace.Greet) {
			return nil
		}
	}
}

func (o Options) authority() (*authority.Client, error) {
	return authority.New(authority.Options{Address: o.Centre, Server: o.CentreKey, Device: o.Identity.connection(), Now: o.Now})
}

// Ask returns what the centre says of itself, before a counter is started. A
// program that may only work at a practice centre asks first: whether a counter
// is one for practice can't be changed once it runs.
func Ask(ctx context.Context, o Options) (protocol.About, error) {
	client, err := o.authority()
	if err != nil {
		return protocol.About{}, err
	}
	about, err := client.About(ctx)
	if err == nil && about.Chain != o.Chain {
		err = casework.Refuse(casework.WrongChain, "the centre belongs to another chain than the settings name")
	}
	return about, err
}

// followRevocations tells the desk of every grant that a citizen unbound, by a
// long poll, and the centre that what was held of it is wiped; after a failure it
// asks again from where it was. Where it was is kept nowhere: after a new start
// the centre tells all of them again, so that what a power cut came before, or a
// journal that was restored brought back, is wiped, and said so, all the same.
func (c *Counter) followRevocations(ctx context.Context) error {
	next := 0
	for ctx.Err() == nil {
		list, err := c.authority.Revocations(ctx, next)
		if err != nil {
			c.lookForCentre(ctx)
			continue
		}
		if !c.wipe(ctx, list.Revoked) {
			wait(ctx, c.options.Pace.Poll)
			continue
		}
		next = list.Next
	}
	return nil
}

// wipe carries revocations out and then says so. It reports whether each is on
// disk here and the centre has heard of it.
func (c *Counter) wipe(ctx context.Context, revoked []casework.GrantID) bool {
	done := true
	var wiped []casework.GrantID
	for _, id := range revoked { // all of them before the centre is called: it may be slow
		if err := c.Desk.Revoked(ctx, id); err != nil {
			c.options.Log.Error("a revocation could not be carried out yet", "reason", casework.KindOf(err))
			done = false
			continue
		}
		wiped = append(wiped, id)
	}
	for _, id := range wiped {
		switch err := c.authority.Wiped(ctx, id); casework.KindOf(err) {
		case "":
			done = done && err == nil
		case casework.CentreUnreachable, casework.CentreFailing, casework.CentreGarbled, casework.CounterNotEnrolled, casework.KeySuspended, casework.LedgerUnreachable, casework.TokenGone:
			return false
		default: // a service that does not take it, or no longer knows the grant: asking again changes nothing
			c.options.Log.Warn("the centre does not take that a grant's content is wiped", "reason", casework.KindOf(err))
		}
	}
	return done
}

// lookForCentre asks a short question until it is answered. A long poll would
// say that the centre is back only when it ends, half a minute later, and the
// status line would be wrong for as long.
func (c *Counter) lookForCentre(ctx context.Context) {
	for wait(ctx, c.options.Pace.Poll) {
		if _, err := c.authority.About(ctx); err == nil {
			return
		}
	}
}

// wait returns false when ctx ended first.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
