// Package conform finds out from outside whether a city's own service does what
// the interface for counters says (centre's openapi.json): it calls it as a
// counter would, in the ordinary and in the mistaken way, and tells of each rule
// whether it holds.
//
// It knows the wire alone and must not share the client that counters use: that
// client forgives what another one would not. It leaves a withdrawn request, a
// wrong code counted against its counter, and a few bytes of evidence behind;
// with a code also a grant, which the citizen can unbind. No code, no field of a
// licence and no key ever stands in a result.
package conform

import (
	"context"
	"crypto"
	"errors"
	"fmt"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Options say which service, and as whom to call it. All but the optional ones
// must be set.
type Options struct {
	Address string             // https://host:port
	Server  protocol.PublicKey // the service's key, which is pinned
	Chain   string             // chain id of the ledger that it must name
	Device  crypto.Signer      // key of a counter that is enrolled for nothing else
	Hall    casework.HallID    // of that counter
	Item    casework.ServiceItem
	Other   casework.ItemCode // another item of the service

	Kind   func(casework.LicenceKind) (casework.KindInfo, bool)
	Issuer func(name string) (protocol.PublicKey, bool) // an issuer's key

	// Code asks a citizen for a code that was made for Item at Hall. Optional:
	// without it the rules about codes that are good, and all after them, are told
	// as not tried.
	Code func(context.Context) (string, error)
	// Unbind asks that citizen to unbind the grant, and returns when they say that
	// they did. Optional as Code.
	Unbind func(context.Context) error
}

// State is what is known of a rule.
type State string

// The states.
const (
	Holds    State = "holds"
	Broken   State = "broken"
	NotTried State = "not tried"
)

// Result is one rule and whether it holds.
type Result struct {
	Rule  string `json:"rule"` // a sentence, fixed
	State State  `json:"state"`
	Why   string `json:"why,omitempty"` // what came instead, or why it was not tried
}

// Run tries every rule in turn and reports each. It returns an error when the
// service can't be called at all, or when ctx ends.
func Run(ctx context.Context, o Options, report func(Result)) error {
	v, err := newVisit(o)
	if err != nil {
		return err
	}
	defer v.close()
	for _, r := range rules() {
		err := r.try(ctx, v)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var skipped notTried
		switch {
		case err == nil:
			report(Result{Rule: r.says, State: Holds})
		case errors.As(err, &skipped):
			report(Result{Rule: r.says, State: NotTried, Why: string(skipped)})
		default:
			report(Result{Rule: r.says, State: Broken, Why: err.Error()})
		}
	}
	return nil
}

// rule is something that must hold.
type rule struct {
	says string
	try  func(context.Context, *visit) error
}

// rules is all of them, in an order in which the later ones may use what the
// earlier ones got.
func rules() []rule {
	var all []rule
	for _, part := range [][]rule{callers(), bodies(), requests(), wrong(), granted(), kept(), rosters()} {
		all = append(all, part...)
	}
	return all
}

// notTried is why a rule could not be tried.
type notTried string

func (n notTried) Error() string { return string(n) }

func wrongly(format string, args ...any) error { return fmt.Errorf(format, args...) }
