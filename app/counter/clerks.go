package counter

import (
	"context"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/phc"
	"counterfoil/app/staff"
	"counterfoil/devices/token"
)

// staff makes what the desk asks for people; nil where nobody signs in.
func (c *Counter) staff(ctx context.Context) (desk.Staff, error) {
	o := c.options
	if !o.Roster {
		return nil, nil
	}
	made := staff.Options{Chain: o.Chain, Hall: o.Hall, Centre: o.CentreKey, Log: c.Journal, Set: c.authority.SetPassword, Pseudonym: o.Identity.Pseudonym, Cost: phc.Production(), Now: o.Now}
	if o.Practice {
		made.Cost = phc.Practice()
	}
	if o.Cards != "" {
		made.Card = (&cardReader{module: o.Cards}).open
	}
	var err error
	c.Staff, err = staff.New(ctx, made)
	return c.Staff, err
}

// cardReader opens the cards' module when a card is first asked for: a counter starts
// without one, and a reader may be plugged in later.
type cardReader struct {
	module string
	mu     sync.Mutex
	token  *token.Token
}

func (r *cardReader) open() (staff.Card, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.token == nil {
		t, err := token.Open(r.module)
		if err != nil {
			return nil, err
		}
		r.token = t
	}
	return r.token, nil
}

// Often enough that a hall's counters never go by a roster that is older than its
// days while the centre can be reached, and seldom enough to cost nothing.
const rosterFresh = time.Hour

// followRoster keeps the hall's roster as the centre has it, by a long poll. One
// that nobody changed is fetched anew every hour and after an outage: its time says how long the
// counter may go by it.
func (c *Counter) followRoster(ctx context.Context) error {
	if c.Staff == nil {
		return nil
	}
	var whole time.Time // when the roster was last asked for whatever its edition
	for ctx.Err() == nil {
		after, _ := c.Staff.Standing()
		if time.Since(whole) > rosterFresh { // of this machine's own running clock: the other may be wrong
			after, whole = 0, time.Now()
		}
		raw, err := c.authority.Roster(ctx, after)
		switch {
		case casework.KindOf(err) == casework.RosterMissing:
			c.options.Log.Warn("the centre keeps no roster for this hall, and the settings ask clerks to sign in")
			wait(ctx, c.options.Pace.Health)
		case err != nil:
			whole = time.Time{}
			c.lookForCentre(ctx)
		case raw != nil:
			c.takeRoster(ctx, raw)
		}
	}
	return nil
}

// takeRoster keeps a roster. One that is refused is asked for again after a while:
// the one before stays.
func (c *Counter) takeRoster(ctx context.Context, raw []byte) {
	err := c.Staff.Take(ctx, raw)
	if err == nil {
		edition, _ := c.Staff.Standing()
		c.options.Log.Info("the hall's roster is kept", "edition", edition)
		return
	}
	if ctx.Err() == nil {
		c.options.Log.Error("the centre's roster is refused", "reason", casework.KindOf(err))
		wait(ctx, c.options.Pace.Health)
	}
}
