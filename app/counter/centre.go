package counter

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// receiptLink returns the address that the last screen's QR opens; empty until
// the centre was reached once.
func (c *Counter) receiptLink(id casework.CaseID) string {
	select {
	case <-c.greeted:
		return c.about.Phone + "v/" + string(id)
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
		if !wait(ctx, greetEvery) {
			return nil
		}
	}
}

const (
	greetEvery  = 2 * time.Second
	askAgain    = 3 * time.Second  // after a failed poll
	healthEvery = 10 * time.Second // while nothing is sent
	sendAgain   = time.Minute      // after evidence could not be sent
)

// followRevocations tells the desk of every grant that a citizen unbound, by a
// long poll; after a failure it asks again from where it was.
func (c *Counter) followRevocations(ctx context.Context) error {
	next := 0
	for ctx.Err() == nil {
		list, err := c.authority.Revocations(ctx, next)
		if err != nil {
			wait(ctx, askAgain)
			continue
		}
		done := true
		for _, id := range list.Revoked {
			if err := c.Desk.Revoked(ctx, id); err != nil {
				c.options.Log.Error("a revocation could not be carried out yet", "reason", casework.KindOf(err))
				done = false
			}
		}
		if !done {
			wait(ctx, askAgain)
			continue
		}
		next = list.Next
	}
	return nil
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

// About returns what the centre says of itself, once it was reached.
func (c *Counter) About(ctx context.Context) (protocol.About, error) {
	select {
	case <-c.greeted:
		return c.about, nil
	case <-ctx.Done():
		return protocol.About{}, casework.Refuse(casework.CentreUnreachable, "the centre did not answer")
	}
}
