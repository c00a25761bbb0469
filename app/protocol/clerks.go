package protocol

import "counterfoil/app/casework"

// ClerkDo is what an administrator has done with a clerk.
type ClerkDo string

// The changes of a hall's roster.
const (
	ClerkAdd     ClerkDo = "add"     // with a name and a role; answered with a one-time password
	ClerkSuspend ClerkDo = "suspend" // lets the person work no more, until it is resumed
	ClerkResume  ClerkDo = "resume"
	ClerkReset   ClerkDo = "reset" // a one-time password in place of a forgotten one
	ClerkSetRole ClerkDo = "role"
	ClerkPutCard ClerkDo = "card"    // lets a card's key stand for the person
	ClerkNoCards ClerkDo = "no-card" // takes every card away
	ClerkDays    ClerkDo = "days"    // of the whole hall: how long counters go by a roster while the centre is away
)

// ClerkOrder changes one person of a hall's roster.
type ClerkOrder struct {
	Hall   casework.HallID    `json:"hall"`
	Number string             `json:"number,omitempty"` // not with days
	Do     ClerkDo            `json:"do"`
	Name   string             `json:"name,omitempty"` // add
	Role   casework.ClerkRole `json:"role,omitempty"` // add, role
	Card   []byte             `json:"card,omitempty"` // card: the public key, PKIX in DER
	Days   int                `json:"days,omitempty"` // days: 1 to MaxRosterDays
}

// ClerkOrdered answers an order.
type ClerkOrdered struct {
	Edition  int64  `json:"edition"`            // of the roster that says so
	Password string `json:"password,omitempty"` // add, reset: one-time, shown once and kept nowhere
}

// ClerkLine is one person as an administrator sees it in a list.
type ClerkLine struct {
	Number    string             `json:"number"`
	Name      string             `json:"name"`
	Role      casework.ClerkRole `json:"role"`
	Once      bool               `json:"once"` // has not yet changed the one-time password
	Suspended bool               `json:"suspended"`
	Cards     int                `json:"cards"`
}
