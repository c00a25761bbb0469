package audit

import (
	"context"
	"encoding/hex"
	"fmt"
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
	Height  int64              `json:"height"` // of the state that says so: nothing followed up to there
	Time    time.Time          `json:"time"`   // the ledger's, of the header that proves it
	Entries []TracedEntry      `json:"entries"`
	Grant   *TracedGrant       `json:"grant,omitempty"`
	Faults  []string           `json:"faults"` // what does not fit together; empty when all holds
}

// TracedEntry is one entry of a case.
type TracedEntry struct {
	Seq      int               `json:"seq"`
	Kind     casework.StepKind `json:"kind"`
	Digest   casework.Digest   `json:"digest"`
	Time     time.Time         `json:"time"`     // the counter's clock
	OnChain  time.Time         `json:"on_chain"` // the ledger's; zero when no node has the block any more
	Height   int64             `json:"height"`
	Late     bool              `json:"late"` // queued through an outage
	Key      protocol.KeyID    `json:"key"`
	KeyState string            `json:"key_state"` // enrolled, suspended, withdrawn: as it is now
	Proved   bool              `json:"proved"`    // by a receipt, and not by the state alone
}

// TracedGrant is the authorization that a case stands on.
type TracedGrant struct {
	ID         casework.GrantID `json:"id"`
	Registered int64            `json:"registered"` // height
	From       time.Time        `json:"from"`
	Until      time.Time        `json:"until"`
	Revoked    time.Time        `json:"revoked,omitzero"`
	RevokedAt  int64            `json:"revoked_at,omitempty"` // height
}

// keyView is a counter's key as the ledger has it.
type keyView struct {
	state protocol.KeyState
	there bool
}

// Case follows one case. An error says that nothing could be proved; what does
// not fit together is in the trace.
func Case(ctx context.Context, from *ledger.Client, id casework.CaseID) (Trace, error) {
	return newAuditor(ctx, from).trace(ctx, id)
}

func (a *auditor) trace(ctx context.Context, id casework.CaseID) (Trace, error) {
	c, there, err := record[protocol.CaseState](ctx, a, protocol.LedgerCase+string(id))
	if err != nil {
		return Trace{}, err
	}
	if !there {
		return Trace{}, unknown("it is proved that the ledger has no such case")
	}
	t := Trace{Case: id, Hall: casework.HallID(c.Hall), Counter: casework.CounterID(c.Counter), Day: c.Day, State: casework.State(c.State),
		Height: a.at.Height, Time: a.at.Time, Faults: []string{}}
	walk := casework.Standing{}
	for i, place := range c.Entries {
		e, next, err := a.entry(ctx, &t, walk, i+1, place)
		if err != nil {
			return t, err
		}
		t.Entries, walk = append(t.Entries, e), next
	}
	if walk.Seq > 0 && walk != c.Standing(id) {
		t.fault("the entries lead to another standing than the ledger's state")
	}
	return t, a.grantOf(ctx, &t, c)
}

func (t *Trace) fault(format string, args ...any) {
	t.Faults = append(t.Faults, fmt.Sprintf(format, args...))
}

// entry fetches an entry and checks that it continues the case. Where no node
// has its block any more, the state's word stands, and the walk ends.
func (a *auditor) entry(ctx context.Context, t *Trace, walk casework.Standing, seq int, place protocol.EntryPlace) (TracedEntry, casework.Standing, error) {
	out := TracedEntry{Seq: seq, Kind: casework.StepKind(place.Kind), Digest: casework.Digest(place.Digest), Time: time.UnixMilli(place.Time).UTC(), Height: place.Height}
	raw, receipt, err := a.from.Entry(ctx, out.Digest)
	if err != nil {
		return out, walk, err
	}
	if raw == nil {
		return out, casework.Standing{}, nil
	}
	out.Proved, out.OnChain, out.Late = true, receipt.Time, late(out.Time, receipt.Time)
	if receipt.Height != place.Height {
		t.fault("entry %d stands at height %d, the state says %d", seq, receipt.Height, place.Height)
	}
	e, env, err := protocol.OpenEntry(raw)
	if err != nil {
		t.fault("entry %d can't be read: %s", seq, casework.KindOf(err))
		return out, walk, nil
	}
	out.Key = env.Key
	if err := a.signed(ctx, t, &out, e, env); err != nil {
		return out, walk, err
	}
	if e.Kind != out.Kind || !e.Time.Equal(out.Time) || e.Seq != seq {
		t.fault("entry %d is another than the state says", seq)
	}
	if seq > 1 && walk.Seq != seq-1 {
		return out, casework.Standing{}, nil // an earlier one could not be fetched
	}
	next, err := walk.Next(e, out.Digest)
	if err != nil {
		t.fault("entry %d does not continue the case: %s", seq, casework.KindOf(err))
	}
	return out, next, nil
}

// signed checks the signature by the key that the ledger knows.
func (a *auditor) signed(ctx context.Context, t *Trace, out *TracedEntry, e casework.Entry, env protocol.Envelope) error {
	k, ok := a.keys[string(env.Key)]
	if !ok {
		var err error
		if k.state, k.there, err = record[protocol.KeyState](ctx, a, protocol.LedgerKey+string(env.Key)); err != nil {
			return err
		}
		a.keys[string(env.Key)] = k
	}
	switch {
	case !k.there:
		t.fault("entry %d is signed by a key that the ledger does not know", out.Seq)
		return nil
	case k.state.Withdrawn:
		out.KeyState = "withdrawn"
	case k.state.Suspended:
		out.KeyState = "suspended"
	default:
		out.KeyState = "enrolled"
	}
	if env.Verify(k.state.Key) != nil || k.state.Hall != string(e.Hall) || k.state.Counter != string(e.Counter) {
		t.fault("entry %d is not signed by its counter's key", out.Seq)
	}
	return nil
}

func (a *auditor) grantOf(ctx context.Context, t *Trace, c protocol.CaseState) error {
	if len(c.Grant) == 0 {
		return nil
	}
	id := casework.GrantID(hex.EncodeToString(c.Grant))
	g, there, err := record[protocol.GrantState](ctx, a, protocol.LedgerGrant+string(id))
	switch {
	case err != nil:
		return err
	case !there:
		t.fault("the case's grant is not registered")
		return nil
	case hex.EncodeToString(g.Case) != string(t.Case):
		t.fault("the case's grant is another case's")
	}
	t.Grant = &TracedGrant{ID: id, Registered: g.Registered, From: time.UnixMilli(g.From).UTC(), Until: time.UnixMilli(g.Until).UTC(), RevokedAt: g.RevokedAt}
	if g.Revoked != 0 {
		t.Grant.Revoked = time.UnixMilli(g.Revoked).UTC()
	}
	return nil
}

func decode(raw []byte, into any) error {
	if err := protocol.Unmarshal(raw, into); err != nil {
		return casework.Refuse(casework.UnsupportedVersion, "a record of the ledger is of another version than this program's")
	}
	return nil
}
