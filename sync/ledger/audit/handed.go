package audit

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Handed is the centre's own record of the licences that it handed out to a
// counter, from the beginning of the day on until At: a case may be opened on one
// day and have its licences retrieved on the next.
type Handed struct {
	At   time.Time
	List []protocol.HandedOut
}

// settle is how long a retrieval may be on its way from the centre's answer to
// the ledger.
const settle = LateAfter

// handed compares the centre's record with the retrievals on the ledger.
func (a *auditor) handed(ctx context.Context, d *Day, h Handed) error {
	d.Handed = true
	given := map[casework.GrantID]bool{}
	for _, r := range h.List {
		given[r.Grant] = true
	}
	retrieved := map[casework.GrantID]bool{}
	for _, c := range d.List {
		if !slices.Contains(c.Steps, casework.Retrieved) {
			continue
		}
		retrieved[c.grant] = true
		if !given[c.grant] {
			d.find(NotOnRecord, c.Case, 0)
		}
	}
	for _, r := range h.List {
		if retrieved[r.Grant] || protocol.DayOf(r.Time) != d.Day || h.At.Sub(r.Time) < settle {
			continue
		}
		there, err := a.retrieved(ctx, r.Grant)
		if err != nil {
			return err
		}
		if !there {
			d.find(HandedOut, r.Case, 0)
		}
	}
	return nil
}

// retrieved reports whether the ledger has a retrieval by a grant, in a case of
// whatever day.
func (a *auditor) retrieved(ctx context.Context, id casework.GrantID) (bool, error) {
	g, answer, err := record[protocol.GrantState](ctx, a, protocol.LedgerGrant+string(id), 0)
	if err != nil || answer.Value == nil || len(g.Case) == 0 {
		return false, err
	}
	c, _, err := record[protocol.CaseState](ctx, a, protocol.LedgerCase+hex.EncodeToString(g.Case), answer.Height)
	named := hex.EncodeToString(c.Grant) == string(id)
	return named && slices.ContainsFunc(c.Entries, func(e protocol.EntryPlace) bool { return e.Kind == string(casework.Retrieved) }), err
}
