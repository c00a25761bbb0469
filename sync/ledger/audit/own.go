package audit

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
)

// Of names a counter and a day.
type Of struct {
	Hall    casework.HallID
	Counter casework.CounterID
	Day     string // YYYYMMDD, as protocol.DayOf says
}

// Own is what a counter says that it keeps of a day.
type Own struct {
	At    time.Time // when its list was made, its own clock; zero without a list
	cases map[casework.CaseID][]ownEntry
}

// ownEntry is one entry that a counter has.
type ownEntry struct {
	digest  casework.Digest
	time    time.Time // the counter's clock
	height  int64     // of the receipt that it has; 0: none
	refused bool      // by the ledger
}

// ReadList reads a counter's signed list of the day. It is refused unless a key
// signed it that the ledger has for that counter: which other list could be
// compared with what that counter wrote?
func ReadList(ctx context.Context, from *ledger.Client, of Of, raw []byte) (*Own, error) {
	l, env, err := protocol.OpenDayList(raw)
	if err != nil {
		return nil, err
	}
	switch {
	case l.Chain != from.Trust().ChainID:
		return nil, casework.Refuse(casework.WrongChain, "the list is of another ledger")
	case l.Hall != string(of.Hall), l.Counter != string(of.Counter), l.Day != of.Day:
		return nil, casework.Refuse(casework.WrongCase, fmt.Sprintf("the list is of %s counter %s, %s", l.Hall, l.Counter, l.Day))
	}
	k, err := newAuditor(ctx, from).key(ctx, env.Key, 0)
	switch {
	case err != nil:
		return nil, err
	case !k.there, k.state.Hall != l.Hall, k.state.Counter != l.Counter:
		return nil, casework.Refuse(casework.KeyUnknown, "the list is not signed by a key that the ledger has for this counter")
	}
	if err := env.Verify(k.state.Key); err != nil {
		return nil, err
	}
	own := &Own{At: time.UnixMilli(l.At).UTC(), cases: map[casework.CaseID][]ownEntry{}}
	for _, c := range l.Cases {
		id := casework.CaseID(hex.EncodeToString(c.Case))
		for _, e := range c.Entries {
			own.add(id, ownEntry{casework.Digest(e.Digest), time.UnixMilli(e.Time).UTC(), e.Height, e.Refusal != ""})
		}
	}
	return own, nil
}

// AddBundle adds a case by its evidence bundle, and reports whether it is one of
// that counter and day: others are left aside. A receipt that does not verify is
// refused. Whether the contents hold is counterfoil-verify's question.
func (o *Own) AddBundle(of Of, v *receipt.Verifier, raw []byte) (bool, error) {
	m, _, err := bundle.Read(raw)
	if err != nil {
		return false, err
	}
	var id casework.CaseID
	var list []ownEntry
	for i, signed := range m.Entries {
		e, _, err := protocol.OpenEntry(signed)
		if err != nil {
			return false, err
		}
		switch {
		case i == 0 && (e.Hall != of.Hall || e.Counter != of.Counter || protocol.DayOf(e.Time) != of.Day):
			return false, nil
		case i == 0:
			id = e.Case
		case e.Case != id:
			return false, casework.Refuse(casework.WrongCase, "the bundle's entries are of several cases")
		}
		own := ownEntry{digest: protocol.DigestOf(signed), time: e.Time}
		if m.Receipts[i] != nil {
			seen, err := v.Verify(m.Receipts[i], signed)
			if err != nil {
				return false, casework.Refuse(casework.WrongReceipt, err.Error())
			}
			own.height = seen.Height
		}
		list = append(list, own)
	}
	if o.cases == nil {
		o.cases = map[casework.CaseID][]ownEntry{}
	}
	for _, e := range list {
		o.add(id, e)
	}
	return true, nil
}

// add adds an entry once; a receipt of it counts wherever it was found.
func (o *Own) add(id casework.CaseID, e ownEntry) {
	list := o.cases[id]
	for i := range list {
		if list[i].digest == e.digest {
			list[i].height = max(list[i].height, e.height)
			return
		}
	}
	o.cases[id] = append(list, e)
}
