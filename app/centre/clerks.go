package centre

import (
	"context"
	"net/http"
	"strconv"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/centre/roster"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
)

// openRosters begins with who may work at the halls' counters.
func (c *Centre) openRosters(ctx context.Context) error {
	has := func(hall casework.HallID) bool {
		_, ok := c.o.Catalogue.Hall(hall)
		return ok
	}
	cost := phc.Production()
	if c.o.Practice {
		cost = phc.Practice()
	}
	c.rosters = roster.New(roster.Options{Store: c.store, Chain: c.keys.chain, Key: c.keys.server, Hall: has, Cost: cost, Now: c.o.Now})
	if !c.o.Practice {
		return nil
	}
	for _, h := range c.o.Catalogue.Halls() {
		if err := c.rosters.Practise(ctx, h.ID); err != nil {
			return err
		}
	}
	return nil
}

// OrderClerk changes a hall's roster.
func (c *Centre) OrderClerk(ctx context.Context, o protocol.ClerkOrder) (protocol.ClerkOrdered, error) {
	return c.rosters.Order(ctx, o)
}

func (c *Centre) getRoster(r *http.Request, who authorization.Caller) (int, any, error) {
	after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil || after < 0 {
		return 0, nil, casework.Refuse(casework.Malformed, "after is a number from 0")
	}
	raw, err := c.rosters.Follow(r.Context(), who.Hall, after, waitOf(r))
	if raw == nil {
		return http.StatusNoContent, nil, err
	}
	return http.StatusOK, protocol.SignedRoster{Roster: raw}, err
}

func (c *Centre) postOwnPassword(r *http.Request, who authorization.Caller) (int, any, error) {
	var in protocol.ClerkPassword
	if err := read(r, &in); err != nil {
		return 0, nil, err
	}
	raw, err := c.rosters.SetPassword(r.Context(), who, in)
	return http.StatusOK, protocol.SignedRoster{Roster: raw}, err
}

func (c *Centre) getClerks(r *http.Request, _ authorization.Caller) (int, any, error) {
	list, err := c.rosters.List(r.Context(), casework.HallID(r.URL.Query().Get("hall")))
	return http.StatusOK, list, err
}

func (c *Centre) postClerk(r *http.Request, _ authorization.Caller) (int, any, error) {
	var in protocol.ClerkOrder
	if err := read(r, &in); err != nil {
		return 0, nil, err
	}
	done, err := c.OrderClerk(r.Context(), in)
	return http.StatusOK, done, err
}
