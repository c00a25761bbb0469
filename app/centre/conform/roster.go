package conform

import (
	"context"
	"net/http"
	"strconv"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// rosters are the rules of a service that keeps who may work at its counters.
func rosters() []rule {
	keeps := func(try func(context.Context, *visit) error) func(context.Context, *visit) error {
		return func(ctx context.Context, v *visit) error {
			a, err := v.do(ctx, call{method: http.MethodGet, path: protocol.PathRoster + "?after=0"})
			if err != nil {
				return err
			}
			if p, _ := problemOf(a); a.status == http.StatusNotFound || p.Reason == casework.Malformed {
				return notTried("it keeps no roster for the hall")
			}
			return try(ctx, v)
		}
	}
	return []rule{
		{"a roster is of the caller's hall and signed by the service's own key", keeps(func(ctx context.Context, v *visit) error {
			_, err := v.roster(ctx)
			return err
		})},
		{"a roster that the counter has is not sent again", keeps(func(ctx context.Context, v *visit) error {
			r, err := v.roster(ctx)
			if err != nil {
				return err
			}
			return v.good(ctx, call{method: http.MethodGet, path: protocol.PathRoster + "?after=" + strconv.FormatInt(r.Edition, 10)}, http.StatusNoContent, nil)
		})},
		{"an own password is not set by who does not know the one before", keeps(func(ctx context.Context, v *visit) error {
			p := protocol.ClerkPassword{Number: "nobody0", Before: "none", Verifier: "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
			return v.refused(ctx, call{method: http.MethodPost, path: protocol.PathOwnPassword, body: p}, casework.ClerkRefused, casework.ClerkSlowed)
		})},
	}
}

// roster asks for the whole roster and checks it as a counter does.
func (v *visit) roster(ctx context.Context) (protocol.Roster, error) {
	var s protocol.SignedRoster
	if err := v.good(ctx, call{method: http.MethodGet, path: protocol.PathRoster + "?after=0"}, http.StatusOK, &s); err != nil {
		return protocol.Roster{}, err
	}
	r, env, err := protocol.OpenRoster(s.Roster)
	switch {
	case err != nil:
		return r, wrongly("it is not a signed roster: %s", casework.KindOf(err))
	case env.Verify(v.o.Server) != nil:
		return r, wrongly("it is not signed by the service's own key")
	case r.Chain != v.o.Chain, casework.HallID(r.Hall) != v.o.Hall:
		return r, wrongly("it is of another chain or hall")
	}
	return r, nil
}
