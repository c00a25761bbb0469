package casework

import (
	"slices"
	"time"
)

// Grant is the citizen's authorization (授权): which fields of which licences,
// for which service item, in which hall, from when until when.
type Grant struct {
	ID     GrantID       `json:"id"`
	Item   ItemCode      `json:"item"`
	Hall   HallID        `json:"hall"`
	Needs  []LicenceNeed `json:"needs"`
	From   time.Time     `json:"from"`
	Until  time.Time     `json:"until"`
	Method Method        `json:"method"`
	Holder Pseudonym     `json:"holder"` // for this grant alone
	Salt   Salt          `json:"salt"`   // opens the commitments of item and kinds on the ledger

	Acting *Acting `json:"acting,omitempty"` // the holder acts for an entity; nil: for themselves
}

// LicenceNeed names the fields that are asked of one kind of licence.
type LicenceNeed struct {
	Kind   LicenceKind `json:"kind" toml:"kind"`
	Fields []FieldID   `json:"fields" toml:"fields"`

	Own      []FieldID `json:"own,omitempty" toml:"-"`             // of Fields, the sensitive ones: each is agreed to by itself (个人信息保护法 art. 29)
	Optional []FieldID `json:"optional,omitempty" toml:"optional"` // of Own, those that may be refused by themselves
}

// FieldRef names one field of one kind.
type FieldRef struct {
	Kind  LicenceKind `json:"kind"`
	Field FieldID     `json:"field"`
}

// Consented returns needs without the sensitive fields that are not in own, a
// kind of which nothing is left being left out whole. It refuses with
// ConsentMissing where one of them may not be left out.
func Consented(needs []LicenceNeed, own []FieldRef) ([]LicenceNeed, error) {
	var out []LicenceNeed
	for _, n := range needs {
		missing := func(f FieldID) bool {
			return slices.Contains(n.Own, f) && !slices.Contains(own, FieldRef{n.Kind, f})
		}
		if slices.ContainsFunc(n.Fields, func(f FieldID) bool { return missing(f) && !slices.Contains(n.Optional, f) }) {
			return nil, Refuse(ConsentMissing, string(n.Kind))
		}
		n.Fields = slices.DeleteFunc(slices.Clone(n.Fields), missing)
		n.Own = slices.DeleteFunc(slices.Clone(n.Own), missing)
		n.Optional = slices.DeleteFunc(slices.Clone(n.Optional), missing)
		if len(n.Fields) > 0 {
			out = append(out, n)
		}
	}
	return out, nil
}

// Due returns what of an item's needs the grant allows: what the citizen was
// asked and refused, where the item lets it be refused, is not waited for, and
// what the item does not name is not taken from a grant that is wider.
func (g Grant) Due(needs []LicenceNeed) []LicenceNeed {
	var own []FieldRef
	for _, n := range g.Needs {
		for _, f := range n.Fields {
			own = append(own, FieldRef{n.Kind, f})
		}
	}
	var out []LicenceNeed
	for _, n := range needs {
		n.Fields = slices.DeleteFunc(slices.Clone(n.Fields), func(f FieldID) bool {
			return slices.Contains(n.Optional, f) && !slices.Contains(own, FieldRef{n.Kind, f})
		})
		if len(n.Fields) > 0 {
			out = append(out, n)
		}
	}
	return out
}

// Live refuses the use of the grant at now, in hall, for item.
func (g Grant) Live(now time.Time, hall HallID, item ItemCode) error {
	switch {
	case g.Hall != hall:
		return Refuse(WrongHall, "the grant is for another hall")
	case g.Item != item:
		return Refuse(WrongItem, "the grant is for another item")
	}
	return live(now, g.From, g.Until)
}

func live(now, from, until time.Time) error {
	switch {
	case now.Before(from):
		return Refuse(GrantNotYet, "the grant is not valid yet")
	case !now.Before(until):
		return Refuse(GrantLapsed, "the grant has expired")
	}
	return nil
}

// RegisteredGrant is what the ledger knows of a grant: the authorization
// service registers it, with item and kinds as commitments under the grant's
// salt.
type RegisteredGrant struct {
	ID      GrantID
	Hall    HallID
	Item    Commitment
	Kinds   []Commitment
	From    time.Time
	Until   time.Time
	Case    CaseID    // the one case that used it; empty before
	Revoked time.Time // zero while it is not
}

// Permits refuses an entry that the grant does not cover. It is asked for the
// steps that use a grant (authorized, retrieved), which need it live at the
// entry's own time, and for every later step of the case, which needs only that
// the grant was not revoked before the step was taken: an outage may delay the
// ledger, not the citizen's word. A grant serves one case: of a thousand that use
// it at once, one is taken.
func (g RegisteredGrant) Permits(e Entry) error {
	if !g.Revoked.IsZero() && e.Kind != Abandoned && !e.Time.Before(g.Revoked) {
		return Refuse(GrantWithdrawn, "the grant was revoked")
	}
	if e.Kind != Authorized && e.Kind != Retrieved {
		return nil
	}
	switch {
	case g.Case != "" && g.Case != e.Case:
		return Refuse(GrantUsed, "the grant was used by another case")
	case e.Hall != g.Hall:
		return Refuse(WrongHall, "the grant is for another hall")
	case e.Body.Item != g.Item:
		return Refuse(WrongItem, "the grant is for another item")
	}
	for _, l := range e.Body.Licences {
		if !slices.Contains(g.Kinds, l.Kind) {
			return Refuse(WrongKind, "the grant does not name this kind of licence")
		}
	}
	return live(e.Time, g.From, g.Until)
}
