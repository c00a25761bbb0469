// Package audit follows a case on the ledger and reconciles a counter's day, for
// somebody who trusts the validators and nobody else.
//
// Every record of the ledger's state comes with a proof against a signed header,
// every entry with a receipt; a list is whole when its length and its running
// digest are what the state says. What a counter or a hall tells is compared with
// that, never believed. The package writes down what it finds and mends nothing;
// it sees commitments, and no content of a case.
package audit

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger"
)

// LateAfter is how much later than its own time an entry may stand on the ledger
// and still count as brought at once.
const LateAfter = 5 * time.Minute

// auditor reads the ledger for one piece of work.
type auditor struct {
	from *ledger.Client
	keys map[string]keyView
	at   ledger.Answer // the newest answer: the state that the work stands on
}

func newAuditor(ctx context.Context, from *ledger.Client) *auditor {
	from.Health(ctx) // how new the nodes are
	return &auditor{from: from, keys: map[string]keyView{}}
}

// late reports whether an entry was queued for long.
func late(own, onChain time.Time) bool { return onChain.Sub(own) > LateAfter }

// record reads a record and reports whether it is there.
func record[T any](ctx context.Context, a *auditor, path string) (v T, there bool, err error) {
	answer, err := a.from.Read(ctx, path)
	if err != nil {
		return v, false, err
	}
	if answer.Height > a.at.Height {
		a.at = answer
	}
	if answer.Value == nil {
		return v, false, nil
	}
	return v, true, decode(answer.Value, &v)
}

// unknown says that the ledger has nothing of that name.
func unknown(what string) error { return casework.Refuse(casework.WrongCase, what) }
