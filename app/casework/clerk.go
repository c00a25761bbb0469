package casework

import "slices"

// ClerkRole is what a person is at a counter.
type ClerkRole string

// The roles of a hall. An administrator keeps counters running and serves nobody;
// an observer reads what the ledger shows of the day and nothing of the citizens.
const (
	RoleClerk         ClerkRole = "clerk"
	RoleSupervisor    ClerkRole = "supervisor"
	RoleAdministrator ClerkRole = "administrator"
	RoleObserver      ClerkRole = "observer"
)

// ClerkRoles returns every role.
func ClerkRoles() []ClerkRole {
	return []ClerkRole{RoleClerk, RoleSupervisor, RoleAdministrator, RoleObserver}
}

// Clerk is a person whom the hall lets work at its counters.
type Clerk struct {
	Number    string    // the hall's own number of the person, 1 to 16 digits or letters
	Name      string    // as the hall writes it; "" where it names nobody
	Role      ClerkRole // decides what May be done
	Pseudonym Pseudonym // what entries of this counter name the person by
}

// Duty is one thing that a role may or may not do.
type Duty string

// The duties.
const (
	Serve         Duty = "serve"     // open cases and bring them to their end
	ReadRecords   Duty = "records"   // the day's cases by number, item, time and receipt
	ReadContent   Duty = "content"   // names, forms and pictures in them, and the search for names
	ExportCase    Duty = "export"    // a case's evidence as a file
	SecondPerson  Duty = "second"    // stand in as the second pair of eyes
	ReadOperators Duty = "operators" // the operator log
	HandOver      Duty = "hand-over" // take over what a closed counter leaves waiting
	Configure     Duty = "configure" // settings beyond language and looks, and the devices
	TestDevices   Duty = "devices"   // try the attached devices
)

// May reports whether the role has the duty; an unknown role has none.
func (r ClerkRole) May(d Duty) bool {
	switch r {
	case RoleClerk:
		return slices.Contains([]Duty{Serve, ReadRecords, ReadContent, ExportCase, TestDevices}, d)
	case RoleSupervisor:
		return slices.Contains([]Duty{Serve, ReadRecords, ReadContent, ExportCase, TestDevices, SecondPerson, ReadOperators, HandOver}, d)
	case RoleAdministrator:
		return slices.Contains([]Duty{ReadRecords, ReadOperators, HandOver, Configure, TestDevices}, d)
	case RoleObserver:
		return d == ReadRecords
	}
	return false
}

// Presence is how a person proves to be there: by number and password, or by the
// card in the reader and its PIN. It is never kept, printed or logged.
type Presence struct {
	Number   string
	Password string
	Card     bool // the card says who it is; Number and Password are empty
	PIN      string
}

// String hides the secrets, so that no format of a Presence shows them.
func (p Presence) String() string { return "presence" }

// GoString hides the secrets from %#v.
func (p Presence) GoString() string { return "presence" }
