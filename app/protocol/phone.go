package protocol

import (
	"encoding/json"
	"time"

	"counterfoil/app/casework"
)

// Paths of the ledger's proofs, for everybody: nothing in them is of a person. Who
// asks what was read has to show the salt that opens the case's item.
const (
	PathLedgerTrust = "/phone/ledger/trust"             // GET → the trust document with the links that were followed, as package receipt reads it
	PathLedgerProof = "/phone/ledger/{digest}"          // GET → LedgerProven | 404 while no node has it
	PathLedgerCase  = "/phone/ledger/cases/{case}"      // GET → PhoneCase | 404 while nothing of it is on the ledger
	PathLedgerRead  = "/phone/ledger/cases/{case}/read" // POST OpenCase → CaseRead
	PathPhoneNames  = "/phone/names"                    // GET → PhoneNames: of halls and items, to put an entry into words
)

// Paths of the citizen's page, as its own script calls them. A session is a
// cookie set by sign-in; every changing call carries the header
// "X-Counterfoil: 1", which a foreign page cannot send. Options are what the
// browser's navigator.credentials takes (create or get), with bytes as base64;
// what it gives goes back as a PasskeyAnswer. "Confirmed" calls need a
// confirmation just before each.
const (
	PathPhone        = "/"                              // the page itself; /r/TOKEN opens a QR request, /v/CASE#SALT the receipt of a case
	PathHolders      = "/phone/holders"                 // GET → []Holder: whom one can be in practice
	PathSignIn       = "/phone/session"                 // POST SignIn → 204, practice alone; DELETE signs out
	PathSignInByKey  = "/phone/session/passkey"         // POST → options to get; PUT PasskeyAnswer → 204
	PathSessions     = "/phone/sessions"                // DELETE signs out on all devices
	PathEnrolPhone   = "/phone/enrolment"               // POST EnrolPhone → options to create; PUT EnrolPhone with the answer → 204, signed in
	PathConfirm      = "/phone/confirm"                 // POST → options to get | 204 where the password confirms (practice); PUT Confirm → 204
	PathPasskeys     = "/phone/passkeys"                // GET → []PhonePasskey; confirmed POST → options to create; PUT PasskeyAnswer → 204
	PathPasskey      = "/phone/passkeys/{id}"           // confirmed DELETE → 204
	PathAnotherPhone = "/phone/passkeys/code"           // confirmed POST → HolderCode
	PathPassword     = "/phone/password"                // confirmed PUT NewPassword → 204
	PathMe           = "/phone/me"                      // GET → Me
	PathCodes        = "/phone/codes"                   // POST MakeCode → MadeCode; GET → MadeCode | 404; DELETE ends the live code
	PathCodePicture  = "/phone/codes/picture"           // GET → the live code's QR for the counter's scanner, image/svg+xml | 404
	PathPhoneRequest = "/phone/requests/{token}"        // GET → Consent (marks it opened)
	PathPhoneAnswer  = "/phone/requests/{token}/answer" // POST Answer → 204
	PathPhoneRecords = "/phone/records"                 // GET ?before=N → []UseRecord, newest first, 500 kept ones at most; Link names the next page
	PathRecordsFile  = "/phone/records/{form}"          // confirmed POST, form "json" → RecordsFile, or "csv": the whole as a file
	PathReportOdd    = "/phone/odd"                     // POST ReportOdd → 204
	PathPhoneRevoke  = "/phone/grants/{id}/revoke"      // POST → 204
	PathPhoneTrouble = "/phone/trouble"                 // POST PageTrouble → 204, by anybody: the page's own script failed
	PathPhoneItems   = "/phone/items"                   // GET ?q= → []PhoneItem: items and halls to bind a code to
)

// Holder is somebody whom one can be in practice; all are invented.
type Holder struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Note string `json:"note"` // what makes this holder worth trying, Chinese
	EN   string `json:"note_en"`
}

// SignIn chooses a holder and gives the own password, or the practice one.
type SignIn struct {
	Holder string `json:"holder"`
	PIN    string `json:"pin"`
}

// Me is the signed-in holder with the licences held.
type Me struct {
	Holder   Holder        `json:"holder"`
	Licences []HeldLicence `json:"licences"`
	Entities []ActsFor     `json:"entities"` // that the holder acts for
	Halls    []PhoneHall   `json:"halls"`
	Practice bool          `json:"practice"`
	Passkey  string        `json:"passkey,omitempty"` // id of the one that signed in; empty: none did (practice)
	Password bool          `json:"password"`          // an own one is set
}

// PasskeyAnswer is what a browser gave for options. Name is what it calls the
// device, where a passkey was made.
type PasskeyAnswer struct {
	Name   string          `json:"name,omitempty"`
	Answer json.RawMessage `json:"answer"`
}

// EnrolPhone brings the one-time code of a counter or of another phone.
type EnrolPhone struct {
	Code string `json:"code"`
	PasskeyAnswer
}

// Confirm says again who it is: with a passkey, or in practice with the password.
type Confirm struct {
	PIN    string          `json:"pin,omitempty"`
	Answer json.RawMessage `json:"answer,omitempty"`
}

// PhonePasskey is a passkey as its holder sees it.
type PhonePasskey struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"`
	Added  time.Time `json:"added"`
	Used   time.Time `json:"used"`
	Here   bool      `json:"here"`   // it signed in here
	Copied bool      `json:"copied"` // and is refused
}

// NewPassword is the holder's own password, six digits or more.
type NewPassword struct {
	Password string `json:"password"`
}

// EnrolHolder names a holder whose paper original a clerk has seen, by id or by
// 公民身份号码.
type EnrolHolder struct {
	Holder string `json:"holder,omitempty"`
	Number string `json:"number,omitempty"`
}

// HolderCode is a one-time code that lets a phone make a passkey.
type HolderCode struct {
	Code  string    `json:"code"`
	Until time.Time `json:"until"`
	Page  string    `json:"page"` // where it is typed
}

// HeldLicence is a licence as its holder sees it in the list.
type HeldLicence struct {
	Kind   casework.LicenceKind   `json:"kind"`
	Name   string                 `json:"name"`
	NameEN string                 `json:"name_en"`
	Issuer string                 `json:"issuer"`
	Until  string                 `json:"until"` // YYYY-MM-DD, or 长期
	Status casework.LicenceStatus `json:"status"`
}

// ActsFor is an entity that a person acts for, with the entity's licences.
type ActsFor struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Role     casework.Role `json:"role"`
	Until    string        `json:"until,omitempty"` // the last day, YYYY-MM-DD; empty: no end
	Ended    bool          `json:"ended"`           // it does not stand any more: then nothing is said of licences
	Licences []HeldLicence `json:"licences"`
}

// PhoneHall is a hall to bind a code to.
type PhoneHall struct {
	ID   casework.HallID `json:"id"`
	Name string          `json:"name"`
	EN   string          `json:"name_en"`
}

// PhoneItem is a service item to bind a code to.
type PhoneItem struct {
	Code   casework.ItemCode      `json:"code"`
	Name   string                 `json:"name"`
	NameEN string                 `json:"name_en"`
	Kinds  []casework.LicenceKind `json:"kinds"`
}

// PageTrouble says where the page's own script failed: a file of the page and a
// line from 1; empty and 0 where that is not known.
type PageTrouble struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// MakeCode asks for an eight-digit code.
type MakeCode struct {
	Kinds []casework.LicenceKind `json:"kinds"`
	Hall  casework.HallID        `json:"hall"` // empty: any hall; then the phone asks for a tap at use
	Item  casework.ItemCode      `json:"item"` // empty: any item that needs no more than Kinds
	PIN   string                 `json:"pin"`

	Entity string `json:"entity,omitempty"` // id of the entity that the holder acts for; empty: for themselves
}

// MadeCode is the holder's live code.
type MadeCode struct {
	Code  string          `json:"code"`
	Until time.Time       `json:"until"`
	Hall  casework.HallID `json:"hall"`
	Used  bool            `json:"used"`
	Tap   string          `json:"tap,omitempty"` // token of a request that waits for a tap on this phone
}

// Consent is what the phone shows before the citizen answers.
type Consent struct {
	Token      string           `json:"token"`
	Hall       string           `json:"hall"`
	HallEN     string           `json:"hall_en"`
	Counter    string           `json:"counter"`
	Clerk      string           `json:"clerk"`
	Item       string           `json:"item"`
	ItemEN     string           `json:"item_en"`
	Basis      string           `json:"basis"`
	BasisEN    string           `json:"basis_en"`
	Licences   []ConsentLicence `json:"licences"`
	MatchWords string           `json:"match_words"`
	Until      time.Time        `json:"until"`       // to answer
	GrantUntil time.Time        `json:"grant_until"` // of the grant
	KeepDays   int              `json:"keep_days"`
	Status     RequestStatus    `json:"status"`
	Missing    []string         `json:"missing"` // names of kinds that the holder does not hold: the answer can only be no

	Entities []ConsentEntity `json:"entities,omitempty"` // where the item needs an entity's licence: whom the holder may act for
}

// ConsentEntity is an entity for which a request can be answered.
type ConsentEntity struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	Role    casework.Role `json:"role"`
	Until   string        `json:"until,omitempty"` // the last day, YYYY-MM-DD; empty: no end
	Ended   bool          `json:"ended"`           // the role does not stand any more
	Missing []string      `json:"missing"`         // names of kinds that the entity, or the holder, does not hold
}

// ConsentLicence is one licence kind with exactly the fields that are asked.
type ConsentLicence struct {
	Name   string   `json:"name"`
	NameEN string   `json:"name_en"`
	Fields []string `json:"fields"`
	EN     []string `json:"fields_en"`

	Questions   []string `json:"questions,omitempty"` // answered with a yes or a no; the values stay where they are
	QuestionsEN []string `json:"questions_en,omitempty"`

	Own []ConsentField `json:"own,omitempty"` // sensitive: not among Fields, each agreed to by itself
}

// ConsentField is one sensitive field on its own line.
type ConsentField struct {
	casework.FieldRef
	Name     string `json:"name"`
	NameEN   string `json:"name_en"`
	Optional bool   `json:"optional"` // the case goes on without it
}

// Answer agrees (with the PIN) or refuses.
type Answer struct {
	Agree  bool   `json:"agree"`
	PIN    string `json:"pin,omitempty"`
	Report bool   `json:"report,omitempty"` // refuse and report: not I who is being served

	Own []casework.FieldRef `json:"own,omitempty"` // the sensitive fields that are agreed to

	Entity string `json:"entity,omitempty"` // id of the entity that the holder acts for, where Consent names some
}
