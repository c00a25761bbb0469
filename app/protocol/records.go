package protocol

import (
	"time"

	"counterfoil/app/casework"
)

// UseRecord is one line of the 授权记录. State, Until, Live, Revoked and Wiped are
// of its grant now.
type UseRecord struct {
	N        int64                  `json:"n,omitempty"` // its place among the kept ones; none where only the ledger tells
	Grant    casework.GrantID       `json:"grant,omitempty"`
	Time     time.Time              `json:"time"`
	What     string                 `json:"what"` // "authorized", "retrieved", "refused", "declined", "reported", "expired", "failed", "locked", "revoked", "submitted", "abandoned", "odd"; of the account: "passkey-added", "passkey-removed", "passkey-copied", "passkeys-revoked", "password-set"
	HallID   casework.HallID        `json:"hall_id,omitempty"`
	Hall     string                 `json:"hall"`
	HallEN   string                 `json:"hall_en"`
	Counter  string                 `json:"counter"`
	Item     string                 `json:"item"`
	ItemEN   string                 `json:"item_en"`
	KindIDs  []casework.LicenceKind `json:"kind_ids,omitempty"`
	Kinds    []string               `json:"kinds"`
	KindsEN  []string               `json:"kinds_en"`
	Licences []ConsentLicence       `json:"licences,omitempty"` // the fields that were asked for, granted or handed out; none of a code
	Left     []string               `json:"left,omitempty"`     // sensitive fields that were not granted, each with its licence
	LeftEN   []string               `json:"left_en,omitempty"`
	Reason   casework.RefusalKind   `json:"reason,omitempty"` // of "refused", "failed", "locked", and of a code that "expired"
	Method   casework.Method        `json:"method,omitempty"`
	Until    time.Time              `json:"until"`
	State    string                 `json:"state,omitempty"` // "live", "used", "lapsed", "ended", "nothing" (unbound, nothing was handed out), "unbound" (the counter has not said that it wiped), "wiped"
	Live     bool                   `json:"live"`            // can be unbound
	Revoked  time.Time              `json:"revoked,omitzero"`
	Wiped    time.Time              `json:"wiped,omitzero"` // when the counter said so
	Report   *UseReport             `json:"report,omitempty"`
	Entry    string                 `json:"entry,omitempty"`   // digest of the entry or statement on the ledger
	Height   int64                  `json:"height,omitempty"`  // its place on the ledger
	Unknown  bool                   `json:"unknown,omitempty"` // the ledger could not be asked for its place
	Acting   *casework.Acting       `json:"acting,omitempty"`  // the holder acted for an entity
}

// UseReport is what the holder reported, and what was answered.
type UseReport struct {
	ID       string    `json:"id"`
	Time     time.Time `json:"time"`
	Reason   OddReason `json:"reason"`
	Words    string    `json:"words,omitempty"`
	Answer   string    `json:"answer,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
}

// ReportOdd reports something odd.
type ReportOdd struct {
	Record int64     `json:"record,omitempty"` // UseRecord.N; 0: about nothing in the list
	Reason OddReason `json:"reason"`
	Words  string    `json:"words,omitempty"` // at most 200 characters
}

// RecordsForm names the form of a RecordsFile; another form gets another name.
const RecordsForm = "counterfoil-records/1"

// RecordsFile is the whole 授权记录 of a holder as a file.
type RecordsFile struct {
	Form    string      `json:"form"` // RecordsForm
	Made    time.Time   `json:"made"`
	Records []UseRecord `json:"records"` // newest first
}
