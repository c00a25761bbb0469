package protocol

import (
	"encoding/hex"
	"fmt"
	"time"

	"counterfoil/app/casework"
)

// CaseState is what the ledger keeps of a case. How far it got follows from its
// entries and these flags; Standing puts them together.
type CaseState struct {
	Hall         string       `cbor:"1,keyasint"`
	Counter      string       `cbor:"2,keyasint"`
	Day          string       `cbor:"3,keyasint"` // of the opening, as DayOf says
	State        string       `cbor:"4,keyasint"` // casework.State
	Signature    bool         `cbor:"5,keyasint,omitempty"`
	Photo        uint8        `cbor:"6,keyasint,omitempty"` // casework.PhotoRule
	Grant        []byte       `cbor:"7,keyasint,omitempty"` // 16 bytes
	Confirmation []byte       `cbor:"8,keyasint,omitempty"` // 32 bytes
	Signed       bool         `cbor:"9,keyasint,omitempty"`
	Photographed bool         `cbor:"10,keyasint,omitempty"`
	Entries      []EntryPlace `cbor:"11,keyasint"`
	Paper        bool         `cbor:"12,keyasint,omitempty"` // authorized by paper originals
}

// EntryPlace is one entry of a case and the block that it stands in.
type EntryPlace struct {
	Kind   string `cbor:"1,keyasint"` // casework.StepKind
	Digest []byte `cbor:"2,keyasint"` // 32 bytes
	Time   int64  `cbor:"3,keyasint"` // Unix milliseconds: the counter's clock. The ledger's own time is in the receipt
	Height int64  `cbor:"4,keyasint"`
}

// CaseStateOf returns the record of a case that stands at s, after entries.
func CaseStateOf(s casework.Standing, day string, entries []EntryPlace) CaseState {
	grant, _ := hex.DecodeString(string(s.Grant))
	return CaseState{Hall: string(s.Hall), Counter: string(s.Counter), Day: day, State: string(s.State), Signature: s.Demands.Signature,
		Photo: uint8(s.Demands.Photo), Grant: grant, Confirmation: some(s.Confirmation), Signed: s.Signed, Photographed: s.Photographed, Entries: entries, Paper: s.Paper}
}

// Standing returns where the case stands. The zero CaseState is a case that
// does not exist.
func (c CaseState) Standing(id casework.CaseID) casework.Standing {
	if len(c.Entries) == 0 {
		return casework.Standing{}
	}
	last, r := c.Entries[len(c.Entries)-1], reader{}
	return casework.Standing{State: casework.State(c.State), Case: id, Hall: casework.HallID(c.Hall), Counter: casework.CounterID(c.Counter),
		Demands: casework.Demands{Signature: c.Signature, Photo: casework.PhotoRule(c.Photo)}, Seq: len(c.Entries), Head: r.thirtyTwo(last.Digest),
		Last: time.UnixMilli(last.Time).UTC(), Grant: casework.GrantID(hex.EncodeToString(c.Grant)), Confirmation: r.thirtyTwo(c.Confirmation),
		Signed: c.Signed, Photographed: c.Photographed, Paper: c.Paper}
}

// Digests returns the digests of the case's entries, in order.
func (c CaseState) Digests() []casework.Digest {
	list, r := make([]casework.Digest, len(c.Entries)), reader{}
	for i, e := range c.Entries {
		list[i] = r.thirtyTwo(e.Digest)
	}
	return list
}

// GrantState is what the ledger keeps of a grant.
type GrantState struct {
	Hall       string   `cbor:"1,keyasint"`
	Item       []byte   `cbor:"2,keyasint"` // commitment under the grant's salt
	Kinds      [][]byte `cbor:"3,keyasint"` // likewise
	From       int64    `cbor:"4,keyasint"` // Unix milliseconds, as the other times
	Until      int64    `cbor:"5,keyasint"`
	Registered int64    `cbor:"6,keyasint"`           // height
	Statement  []byte   `cbor:"7,keyasint"`           // digest of the registration
	Case       []byte   `cbor:"8,keyasint,omitempty"` // 16 bytes: the one case that used it
	Revoked    int64    `cbor:"9,keyasint,omitempty"`
	RevokedAt  int64    `cbor:"10,keyasint,omitempty"` // height
	Revocation []byte   `cbor:"11,keyasint,omitempty"` // digest of the revocation
}

// Grant returns the grant as the rules ask it.
func (g GrantState) Grant(id casework.GrantID) casework.RegisteredGrant {
	r := reader{}
	out := casework.RegisteredGrant{ID: id, Hall: casework.HallID(g.Hall), Item: casework.Commitment(r.thirtyTwo(g.Item)),
		From: time.UnixMilli(g.From).UTC(), Until: time.UnixMilli(g.Until).UTC(), Case: casework.CaseID(hex.EncodeToString(g.Case))}
	for _, k := range g.Kinds {
		out.Kinds = append(out.Kinds, casework.Commitment(r.thirtyTwo(k)))
	}
	if g.Revoked != 0 {
		out.Revoked = time.UnixMilli(g.Revoked).UTC()
	}
	return out
}

// KeyState is what the ledger keeps of a counter's key.
type KeyState struct {
	Key       PublicKey `cbor:"1,keyasint" json:"key"`
	Hall      string    `cbor:"2,keyasint" json:"hall"`
	Counter   string    `cbor:"3,keyasint" json:"counter"`
	Changed   int64     `cbor:"4,keyasint" json:"changed"`                       // Unix milliseconds, as the administrator said: of the last of these statements
	Withdrawn bool      `cbor:"5,keyasint,omitempty" json:"withdrawn,omitempty"` // for good
	Suspended bool      `cbor:"6,keyasint,omitempty" json:"suspended,omitempty"` // until it is resumed
}

// HallState is a hall's part in the ledger.
type HallState struct {
	Admin     PublicKey `cbor:"1,keyasint"`
	Validator []byte    `cbor:"2,keyasint,omitempty"` // the node's Ed25519 key, 32 bytes
	Power     int64     `cbor:"3,keyasint,omitempty"` // 0: the hall keeps no validator
	Node      []byte    `cbor:"5,keyasint,omitempty"` // id of its node towards the other nodes, 20 bytes
	Changes   int       `cbor:"4,keyasint"`           // how often this record was changed: the next change names it
}

// Proposal is a change of a hall that waits for more halls to agree.
type Proposal struct {
	To     HallState `cbor:"1,keyasint"`
	Agreed []string  `cbor:"2,keyasint"` // the halls whose administrators said so
}

// CounterDay is how much a counter brought to the ledger of the cases that it
// opened on one day, whenever their entries came.
type CounterDay struct {
	Cases   int            `cbor:"1,keyasint"`
	Entries map[string]int `cbor:"2,keyasint"` // by casework.StepKind
	Head    []byte         `cbor:"3,keyasint"` // ChainOf the case ids, in the order of LedgerCounterCase
}

// Day sums up what all counters opened on one day.
type Day struct {
	Counters int    `cbor:"1,keyasint"`
	Cases    int    `cbor:"2,keyasint"`
	Entries  int    `cbor:"3,keyasint"`
	Head     []byte `cbor:"4,keyasint"` // ChainOf "hall/counter", in the order of LedgerDayCounter
}

// ChainOf continues a list's running digest with one more item: who holds the
// last digest can check that a list of that length is whole. The lists are the
// ledger's own and of no counter's suite: SHA-256.
func ChainOf(head, item []byte) []byte {
	d := Suite1.Digest(append(append([]byte{}, head...), item...))
	return d[:]
}

// Zone is the time of the halls: China has one zone and no summer time. A zone's
// name would need a database that not every machine has.
func Zone() *time.Location { return time.FixedZone("UTC+8", 8*60*60) }

// DayOf returns the day of an opening, YYYYMMDD in the halls' own time.
func DayOf(t time.Time) string { return t.In(Zone()).Format("20060102") }

// IsDay reports whether s is a day as DayOf writes it.
func IsDay(s string) bool {
	t, err := time.Parse("20060102", s)
	return err == nil && t.Format("20060102") == s
}

// StartOf returns the moment at which a day begins; it is the zero time for what
// is no day.
func StartOf(day string) time.Time {
	t, err := time.ParseInLocation("20060102", day, Zone())
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// CounterDayPath returns the path of a counter's day.
func CounterDayPath(day string, hall casework.HallID, counter casework.CounterID) string {
	return fmt.Sprintf("%s%s/%s/%s", LedgerCounterDay, day, hall, counter)
}

// CounterCasePath returns the path of the n-th case, from 1, of a counter's day.
func CounterCasePath(day string, hall casework.HallID, counter casework.CounterID, n int) string {
	return fmt.Sprintf("%s%s/%s/%s/%d", LedgerCounterCase, day, hall, counter, n)
}

// DayCounterPath returns the path of the n-th counter, from 1, of a day.
func DayCounterPath(day string, n int) string {
	return fmt.Sprintf("%s%s/%d", LedgerDayCounter, day, n)
}
