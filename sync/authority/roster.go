package authority

import (
	"context"
	"net/http"
	"strconv"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Roster waits for a roster of the counter's hall of a later edition, 0 at first,
// and returns it as it was signed; nil when none came in protocol.MaxWait seconds.
// RosterMissing: the centre keeps none for the hall, or knows of no rosters.
func (c *Client) Roster(ctx context.Context, after int64) ([]byte, error) {
	var b rosterBody
	k := call{method: http.MethodGet, path: protocol.PathRoster, good: []int{http.StatusOK, http.StatusNoContent, http.StatusNotFound}}
	status, err := c.do(ctx, k.waiting(strconv.FormatInt(after, 10)), func(status int) checked {
		if status == http.StatusOK {
			return &b
		}
		return nil
	})
	if status == http.StatusNotFound || casework.KindOf(err) == casework.Malformed { // what a service says of a path that it does not have
		return nil, casework.Refuse(casework.RosterMissing, "the centre keeps no roster for the hall")
	}
	s, err := clean(b.SignedRoster, err)
	return s.Roster, err
}

// SetPassword sets a clerk's own password and returns the roster that has it. The
// same again, after a failure, gets the same answer.
func (c *Client) SetPassword(ctx context.Context, p protocol.ClerkPassword) ([]byte, error) {
	var b rosterBody
	_, err := c.do(ctx, call{method: http.MethodPost, path: protocol.PathOwnPassword, body: p, good: []int{http.StatusOK}}, into(&b))
	s, err := clean(b.SignedRoster, err)
	return s.Roster, err
}
