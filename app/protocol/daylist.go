package protocol

import (
	"crypto"

	"counterfoil/app/casework"
)

// DayList is what a counter says that it keeps of the cases that it opened on
// one day: ids and digests, nothing of a case's content. It is for an auditor,
// who compares it with the ledger, and goes no other way.
type DayList struct {
	Version int          `cbor:"1,keyasint"`
	Chain   string       `cbor:"2,keyasint"`
	Hall    string       `cbor:"3,keyasint"`
	Counter string       `cbor:"4,keyasint"`
	Day     string       `cbor:"5,keyasint"` // of the openings, as DayOf says
	At      int64        `cbor:"6,keyasint"` // Unix milliseconds, the counter's clock: when the list was made
	Cases   []ListedCase `cbor:"7,keyasint"` // in the order of their opening

	// Operators is the counter's operator log as it stood at At; nil where it has none.
	// A later log that does not lead on from there has lost its end.
	Operators *ListedLog `cbor:"8,keyasint,omitempty"`
}

// ListedLog is how far a counter's operator log goes.
type ListedLog struct {
	Acts  int64  `cbor:"1,keyasint"` // from the first one on
	Head  []byte `cbor:"2,keyasint"` // digest of the newest, 32 bytes; keyed, so that it says nothing to others
	Whole bool   `cbor:"3,keyasint"` // the counter's own word: its chain holds
}

// ListedCase is one case with its entries, in order.
type ListedCase struct {
	Case    []byte        `cbor:"1,keyasint"` // 16 bytes
	Entries []ListedEntry `cbor:"2,keyasint"`
}

// ListedEntry is one entry and how far it got on its way to the ledger.
type ListedEntry struct {
	Digest  []byte `cbor:"1,keyasint"`           // 32 bytes
	Time    int64  `cbor:"2,keyasint"`           // Unix milliseconds, the counter's clock
	Height  int64  `cbor:"3,keyasint,omitempty"` // of the receipt that the counter has; 0: none yet
	Refusal string `cbor:"4,keyasint,omitempty"` // casework.RefusalKind, when the ledger said no
}

// SignDayList encodes and signs l by the counter's device key.
func SignDayList(signer crypto.Signer, l DayList) ([]byte, error) {
	payload, err := Marshal(l)
	if err != nil {
		return nil, err
	}
	return Seal(signer, TypeDayList, payload)
}

// OpenDayList reads a signed list without verifying the signature.
func OpenDayList(raw []byte) (DayList, Envelope, error) {
	var l DayList
	env, err := Unseal(raw)
	if err != nil {
		return l, env, err
	}
	if env.Type != TypeDayList {
		return l, env, casework.Refuse(casework.Malformed, "not a counter's list of a day")
	}
	if err := Unmarshal(env.Payload, &l); err != nil {
		return l, env, err
	}
	if l.Version != Version {
		return l, env, casework.Refuse(casework.UnsupportedVersion, "the list is of another version")
	}
	return l, env, l.check()
}

func (l DayList) check() error {
	ok := l.Chain != "" && named(l.Hall) && named(l.Counter) && IsDay(l.Day) && l.At > 0
	for _, c := range l.Cases {
		ok = ok && len(c.Case) == 16 && len(c.Entries) > 0 && len(c.Entries) <= casework.MaxSteps
		for _, e := range c.Entries {
			ok = ok && len(e.Digest) == 32 && e.Time > 0 && e.Height >= 0 && (e.Height == 0 || e.Refusal == "")
		}
	}
	if o := l.Operators; o != nil {
		ok = ok && o.Acts > 0 && len(o.Head) == 32
	}
	if !ok {
		return casework.Refuse(casework.Malformed, "the list's fields do not fit together")
	}
	return nil
}
