package casework

import (
	"slices"
	"strings"
)

// Role is in which capacity somebody acts for another.
type Role string

// The roles, with the rule that each stands on (民法典). LegalRepresentative and
// Entrusted act for an entity, the others for a person.
const (
	LegalRepresentative Role = "legal-representative" // 法定代表人: art. 61
	Entrusted           Role = "entrusted"            // 经办人, entrusted by an entity: art. 161, 165, 170
	Guardian            Role = "guardian"             // 监护人, who is the legal agent: art. 23, 27, 28
	Relative            Role = "relative"             // 近亲属 with an authorization: art. 1045, 161, 165
	Agent               Role = "agent"                // another 委托代理人: art. 161, 165
)

// Roles returns all of them, in the order in which they are offered.
func Roles() []Role { return []Role{LegalRepresentative, Entrusted, Guardian, Relative, Agent} }

// ForEntity reports whether the role is one of acting for an entity.
func (r Role) ForEntity() bool { return r == LegalRepresentative || r == Entrusted }

// Written reports whether the role needs an authorization in writing
// (授权委托书, 民法典 art. 165). A legal representative and a guardian act by law.
func (r Role) Written() bool { return r == Entrusted || r == Relative || r == Agent }

// Acting says that a named person acts for the one whom a matter is about: an
// entity, or a citizen who is not there. It is kept with the case; the ledger
// learns a salted commitment, so a reader knows that somebody acted and not who.
type Acting struct {
	Role   Role   `json:"role"`
	Name   string `json:"name"`             // of the person who acts
	Number string `json:"number,omitempty"` // 公民身份号码 of that person; empty where a passkey of theirs stands for it
	For    string `json:"for"`              // name of the entity, or of the citizen
	Basis  string `json:"basis,omitempty"`  // the authorization in writing, as the clerk saw it: its number or date
}

// ForEntity reports whether one of the needs is of a kind that entities hold: its
// use is authorized by somebody who acts for the entity.
func ForEntity(needs []LicenceNeed, kind func(LicenceKind) (KindInfo, bool)) bool {
	return slices.ContainsFunc(needs, func(n LicenceNeed) bool { info, _ := kind(n.Kind); return info.Entity })
}

// Fits refuses, with ActingMismatch, a licence that names another entity than the
// one acted for, another person than the one who acts, or another legal
// representative where that is the role. What the licence does not disclose is
// not compared.
func (a Acting) Fits(l Licence, info KindInfo) error {
	named := func(f FieldID, who string) bool {
		value, there := l.Value(f)
		return !there || strings.TrimSpace(value) == strings.TrimSpace(who)
	}
	holder := a.Name
	if info.Entity {
		holder = a.For
	}
	switch {
	case !a.Role.ForEntity():
	case !named(info.Holder, holder), a.Role == LegalRepresentative && !named(info.Representative, a.Name):
		return Refuse(ActingMismatch, string(l.Kind))
	}
	return nil
}

// maxActing bounds each text of an Acting, in bytes.
const maxActing = 300

// Check refuses an Acting that lacks what its role needs, with Malformed, or
// whose 公民身份号码 fails its check character, with IdentifierCheck.
func (a Acting) Check() error {
	blank := func(s string) bool { return strings.TrimSpace(s) == "" }
	switch {
	case !slices.Contains(Roles(), a.Role):
		return Refuse(Malformed, "no such role")
	case blank(a.Name), blank(a.For):
		return Refuse(Malformed, "who acts, or for whom, is not said")
	case max(len(a.Name), len(a.Number), len(a.For), len(a.Basis)) > maxActing:
		return Refuse(Malformed, "a text is too long")
	case a.Number != "" && a.Number != AsShown && !CheckCitizenNumber(a.Number):
		return Refuse(IdentifierCheck, "the number of the person who acts")
	}
	return nil
}

// RolesAt returns the roles that a clerk may note at the counter, in the order
// in which they are offered: for an entity those that only paper says, for a
// person those that stand on a paper whether the person has a phone or not.
func RolesAt(whom Audience) []Role {
	if whom == LegalEntity {
		return []Role{LegalRepresentative, Entrusted}
	}
	return []Role{Guardian, Relative, Agent}
}

// Noted refuses an Acting as a clerk notes it: whole, in a role that fits whom
// the item serves, with what proves who that person is and by what right they
// act (民法典 art. 161, 165: in writing, with name, matter, powers, time, signed;
// art. 23, 27, 28 for a guardian). A text that the keypad can't write may be
// AsShown.
func (a Acting) Noted(whom Audience) error {
	if !slices.Contains(RolesAt(whom), a.Role) {
		return Refuse(RoleUnfit, string(a.Role))
	}
	if a.Number == "" || strings.TrimSpace(a.Basis) == "" && a.Role != LegalRepresentative {
		return Refuse(ActingMissing, "who acts, or by what right, is not noted")
	}
	if _, err := TypedCitizenNumber.Read(a.Number); err != nil {
		return err
	}
	return a.Check()
}
