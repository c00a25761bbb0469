package audit

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
)

// Trace is a case's history on the ledger, as it is proved.
type Trace struct {
	Case    casework.CaseID    `json:"case"`
	Hall    casework.HallID    `json:"hall"`
	Counter casework.CounterID `json:"counter"`
	Day     string             `json:"day"`
	State   casework.State     `json:"state"`
	Paper   bool               `json:"paper,omitempty"` // authorized by paper originals: no grant, and nothing is retrieved
	Height  int64              `json:"height"`          // of the state that says so: nothing followed up to there
	Time    time.Time          `json:"time"`            // the ledger's, of the header that proves it
	Entries []TracedEntry      `json:"entries"`
	Grants  []TracedGrant      `json:"grants"` // in the order of their use: the last one that which counts
	Faults  []Sentence         `json:"faults"` // what does not fit together; empty when all holds
}

// TracedEntry is one entry of a case.
type TracedEntry struct {
	Seq      int               `json:"seq"`
	Kind     casework.StepKind `json:"kind"`
	Digest   casework.Digest   `json:"digest"`
	Time     time.Time         `json:"time"`              // the counter's clock
	OnChain  time.Time         `json:"on_chain,omitzero"` // the ledger's; zero when no node has the block any more
	Height   int64             `json:"height"`
	Late     bool              `json:"late,omitempty"`    // queued through an outage
	After    bool              `json:"after,omitempty"`   // taken after the citizen had revoked the grant
	Key      protocol.KeyID    `json:"key,omitempty"`     // that signed
	KeyState string            `json:"key_state"`         // enrolled, suspended, withdrawn: as it is now
	Clerk    string            `json:"clerk,omitempty"`   // pseudonym
	Proved   bool              `json:"proved"`            // by a receipt, and not by the state alone
	Raw      []byte            `json:"entry,omitempty"`   // the signed bytes
	Receipt  json.RawMessage   `json:"receipt,omitempty"` // verified
}

// Case follows one case. An error says that nothing could be proved; what does
// not fit together is in the trace.
func Case(ctx context.Context, from *ledger.Client, id casework.CaseID) (Trace, error) {
	t, there, err := newAuditor(ctx, from).trace(ctx, id)
	if err == nil && !there {
		err = unknown("it is proved that the ledger has no such case")
	}
	return t, err
}

// tracing is one case on its way through its entries.
type tracing struct {
	*auditor
	Trace
	whole  bool // every entry so far was fetched: walk is where they lead
	walk   casework.Standing
	grants map[casework.GrantID]*grantView
}

// trace follows a case and reports whether the ledger has it.
func (a *auditor) trace(ctx context.Context, id casework.CaseID) (Trace, bool, error) {
	c, answer, err := record[protocol.CaseState](ctx, a, protocol.LedgerCase+string(id), 0)
	if err != nil || answer.Value == nil {
		return Trace{}, false, err
	}
	t := &tracing{auditor: a, whole: true, grants: map[casework.GrantID]*grantView{}, Trace: Trace{Case: id, Hall: casework.HallID(c.Hall),
		Counter: casework.CounterID(c.Counter), Day: c.Day, State: casework.State(c.State), Paper: c.Paper, Height: answer.Height, Time: answer.Time,
		Entries: []TracedEntry{}, Grants: []TracedGrant{}, Faults: []Sentence{}}}
	standing := c.Standing(id)
	for i, place := range c.Entries {
		if err := t.entry(ctx, i+1, place); err != nil {
			return t.Trace, true, err
		}
	}
	if _, err := t.grant(ctx, standing.Grant); err != nil {
		return t.Trace, true, err
	}
	if t.whole && t.walk != standing {
		t.fault("各条记录推出的办件状态与账本所载不同", "the entries lead to another standing than the ledger's state")
	}
	for _, g := range t.grants {
		t.Grants = append(t.Grants, g.TracedGrant)
	}
	slices.SortFunc(t.Grants, func(a, b TracedGrant) int { return a.order - b.order })
	return t.Trace, true, nil
}

func (t *Trace) fault(zh, en string, args ...any) {
	t.Faults = append(t.Faults, say(zh, en, args...))
}

// fresh reports whether a height is so near to the state's that a node may still
// be about to index it.
func (t *tracing) fresh(height int64) bool { return height >= t.Height-2 }
