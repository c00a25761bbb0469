package audit_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/audit"
)

// of is the counter of these tests and its day.
func (c *city) of() audit.Of {
	return audit.Of{Hall: "dongcheng", Counter: "12", Day: protocol.DayOf(c.start)}
}

// listed is the counter's list, which a test may spoil before it is signed.
type listed struct {
	c *city
	protocol.DayList
}

// list is what an honest counter lists of these cases.
func (c *city) list(cases ...served) *listed {
	l := &listed{c, protocol.DayList{Version: protocol.Version, Chain: testChain, Hall: "dongcheng", Counter: "12", Day: protocol.DayOf(c.start),
		At: time.Now().Add(time.Minute).UnixMilli(), Cases: []protocol.ListedCase{}}}
	for _, s := range cases {
		id, err := hex.DecodeString(string(s.id))
		if err != nil {
			c.t.Fatal(err)
		}
		one := protocol.ListedCase{Case: id}
		for i, d := range s.digests {
			one.Entries = append(one.Entries, protocol.ListedEntry{Digest: d[:], Time: s.times[i].UnixMilli(), Height: 1})
		}
		l.Cases = append(l.Cases, one)
	}
	return l
}

// with adds an entry that the ledger never got.
func (l *listed) with(n int, taken time.Time, height int64, refusal casework.RefusalKind) *listed {
	some := protocol.NewSalt()
	l.Cases[n].Entries = append(l.Cases[n].Entries, protocol.ListedEntry{Digest: some[:], Time: taken.UnixMilli(), Height: height, Refusal: string(refusal)})
	return l
}

func (l *listed) signed(k ed25519.PrivateKey) []byte {
	l.c.t.Helper()
	raw, err := protocol.SignDayList(k, l.DayList)
	if err != nil {
		l.c.t.Fatal(err)
	}
	return raw
}

// own is the list as the auditor reads it.
func (l *listed) own(from *ledger.Client) *audit.Own {
	l.c.t.Helper()
	own, err := audit.ReadList(l.c.t.Context(), from, l.c.of(), l.signed(l.c.counter))
	if err != nil {
		l.c.t.Fatal(err)
	}
	return own
}
