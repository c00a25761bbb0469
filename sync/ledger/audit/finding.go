package audit

import (
	"cmp"
	"slices"

	"counterfoil/app/casework"
)

// FindingKind says what was found. The texts are in the page.
type FindingKind string

// What can be found. Those that need a person come first.
const (
	Broken           FindingKind = "broken"             // what the ledger shows does not fit together; Detail says what
	UnknownToCounter FindingKind = "unknown-to-counter" // a case in the counter's name that the counter does not have: a copied key
	MoreOnLedger     FindingKind = "more-on-ledger"     // entries in a case of the counter that the counter does not have; Detail: how many
	NotOnLedger      FindingKind = "not-on-ledger"      // entries that the counter has and the ledger lacks; Detail: how many
	AuthorizedUnused FindingKind = "authorized-unused"
	RetrievedOpen    FindingKind = "retrieved-open"
	RetrievedDropped FindingKind = "retrieved-dropped"
	BroughtLate      FindingKind = "late"
)

// Finding is one thing that somebody should know.
type Finding struct {
	Kind   FindingKind     `json:"kind"`
	Case   casework.CaseID `json:"case,omitempty"`
	Detail string          `json:"detail,omitempty"` // English or a number; nothing personal
}

// Serious reports whether a person must look into it: the others happen on an
// ordinary day.
func (k FindingKind) Serious() bool {
	switch k {
	case Broken, UnknownToCounter, MoreOnLedger, NotOnLedger:
		return true
	}
	return false
}

func (d *Day) find(kind FindingKind, id casework.CaseID, detail string) {
	d.Findings = append(d.Findings, Finding{kind, id, detail})
	for i := range d.List {
		if d.List[i].Case == id {
			d.List[i].Findings++
		}
	}
}

// sort puts the serious ones first, and all in one order.
func (d *Day) sort() {
	slices.SortStableFunc(d.Findings, func(a, b Finding) int {
		serious := func(f Finding) int {
			if f.Kind.Serious() {
				return 0
			}
			return 1
		}
		return cmp.Or(serious(a)-serious(b), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Case, b.Case))
	})
}

// Serious returns how many findings a person must look into.
func (d Day) Serious() (n int) {
	for _, f := range d.Findings {
		if f.Kind.Serious() {
			n++
		}
	}
	return n
}
