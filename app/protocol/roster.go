package protocol

import (
	"crypto"
	"strings"

	"counterfoil/app/casework"
)

// Paths of a hall's roster: who may work at its counters. A city's own service
// that keeps none answers 404; its counters are then worked as their settings say.
const (
	PathRoster      = "/v1/roster"          // GET ?after=EDITION&wait=SECONDS → 200 SignedRoster of a later edition, a long poll; 204: none came
	PathOwnPassword = "/v1/roster/password" // POST ClerkPassword → 200 SignedRoster (the same again: 200)
	PathClerks      = "/v1/clerks"          // for an administrator (not for counters): GET ?hall= → []ClerkLine; POST ClerkOrder → 200 ClerkOrdered
)

// Roster is who may work at the counters of one hall, as the centre states it
// under the key that counters pin. It goes to the hall's enrolled counters and
// nowhere else, and lies there sealed: a counter must know its clerks while the
// centre is away.
type Roster struct {
	Version int           `cbor:"1,keyasint"`
	Chain   string        `cbor:"2,keyasint"`
	Hall    string        `cbor:"3,keyasint"`
	Edition int64         `cbor:"4,keyasint"` // grows with every change; from 1
	At      int64         `cbor:"5,keyasint"` // Unix milliseconds, the centre's clock: when this was signed
	Days    int           `cbor:"6,keyasint"` // how long counters may go by it after At, 1 to 366
	Clerks  []RosterClerk `cbor:"7,keyasint"` // in the order of their numbers
}

// RosterClerk is one person of a hall.
type RosterClerk struct {
	Number    string   `cbor:"1,keyasint"`           // 1 to 16 digits or letters
	Name      string   `cbor:"2,keyasint"`           // as the hall writes it; may be empty
	Role      string   `cbor:"3,keyasint"`           // casework.ClerkRole
	Verifier  string   `cbor:"4,keyasint"`           // of the password, as package phc makes it; its reader asks phc.Check
	Once      bool     `cbor:"5,keyasint,omitempty"` // the password is to be changed first
	Suspended bool     `cbor:"6,keyasint,omitempty"`
	Cards     [][]byte `cbor:"7,keyasint,omitempty"` // public keys, PKIX in DER
}

// SignedRoster carries a roster's COSE_Sign1.
type SignedRoster struct {
	Roster []byte `json:"roster"`
}

// ClerkPassword sets a clerk's own password. The one before goes along, because the
// centre believes no counter; of the new one it gets the verifier alone.
type ClerkPassword struct {
	Number   string `json:"number"`
	Before   string `json:"before"`
	Verifier string `json:"verifier"`
}

// String hides the password from every format.
func (ClerkPassword) String() string { return "a new password" }

// GoString hides it from %#v.
func (ClerkPassword) GoString() string { return "a new password" }

// Bounds of a roster.
const (
	MaxClerks     = 2000
	MaxCards      = 4
	MaxRosterDays = 366
	maxCard       = 1024 // bytes: RSA of 4096 bits is 550
	maxName       = 64   // bytes
	maxVerifier   = 200
)

// SignRoster encodes and signs r by the centre's key towards counters.
func SignRoster(signer crypto.Signer, r Roster) ([]byte, error) {
	payload, err := Marshal(r)
	if err != nil {
		return nil, err
	}
	return Seal(signer, TypeRoster, payload)
}

// OpenRoster reads a signed roster without verifying the signature.
func OpenRoster(raw []byte) (Roster, Envelope, error) {
	var r Roster
	env, err := Unseal(raw)
	if err != nil {
		return r, env, err
	}
	if env.Type != TypeRoster {
		return r, env, casework.Refuse(casework.Malformed, "not a hall's roster")
	}
	if err := Unmarshal(env.Payload, &r); err != nil {
		return r, env, err
	}
	if r.Version != Version {
		return r, env, casework.Refuse(casework.UnsupportedVersion, "the roster is of another version")
	}
	return r, env, r.check()
}

func (r Roster) check() error {
	ok := r.Chain != "" && named(r.Hall) && r.Edition > 0 && r.At > 0 && r.Days >= 1 && r.Days <= MaxRosterDays && len(r.Clerks) <= MaxClerks
	for i, c := range r.Clerks {
		ok = ok && c.Check() == nil && (i == 0 || r.Clerks[i-1].Number < c.Number)
	}
	if !ok {
		return casework.Refuse(casework.Malformed, "the roster's fields do not fit together")
	}
	return nil
}

// Check refuses a person whose fields are none (Malformed).
func (c RosterClerk) Check() error {
	ok := ClerkNumber(c.Number) && len(c.Name) <= maxName && knownRole(c.Role) && strings.HasPrefix(c.Verifier, "$argon2id$") && len(c.Verifier) <= maxVerifier && len(c.Cards) <= MaxCards
	for _, r := range c.Name {
		ok = ok && r >= ' ' && r != 0x7f && !('\u0080' <= r && r <= '\u009f') // nothing that steers a terminal
	}
	for _, card := range c.Cards {
		ok = ok && len(card) > 0 && len(card) <= maxCard
	}
	if !ok {
		return casework.Refuse(casework.Malformed, "a clerk's number, name, role, password or card is none")
	}
	return nil
}

func knownRole(role string) bool {
	for _, r := range casework.ClerkRoles() {
		if role == string(r) {
			return true
		}
	}
	return false
}

// ClerkNumber reports whether s can be a clerk's number: 1 to 16 digits or letters.
func ClerkNumber(s string) bool {
	for _, r := range s {
		if !('0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z') {
			return false
		}
	}
	return s != "" && len(s) <= 16
}
