package casework

import (
	"slices"
	"time"
)

// Entry is what is written about one step: first to the journal, then to the
// ledger. It holds commitments, never personal data.
type Entry struct {
	Chain   string // chain id; a practice entry can never enter a real ledger
	Case    CaseID
	Seq     int // 1 for the first entry of a case
	Kind    StepKind
	Time    time.Time // the counter's clock, UTC, whole milliseconds
	Hall    HallID
	Counter CounterID
	Clerk   Pseudonym
	Prev    Digest // of the case's previous entry; zero for the first
	Body    Body
}

// Body is what one kind of step adds. Which fields are set depends on the kind;
// Check refuses any other combination.
type Body struct {
	Item         Commitment          // opened: under a salt of the case; authorized, retrieved: under the grant's salt, by paper under one of its own
	Demands      Demands             // opened
	Grant        GrantID             // authorized, unless by paper; retrieved
	Method       Method              // authorized
	Acting       Commitment          // authorized: who acts for another; zero where nobody does
	Originals    Commitment          // authorized by paper: which originals were shown, and why paper; else zero
	Licences     []LicenceCommitment // retrieved
	Fields       Commitment          // confirmed: the list of form values
	Picture      Commitment          // confirmed: the very picture that was shown, as PNG
	Confirmation Digest              // signed: digest of the confirmed entry that is signed
	Ink          Commitment          // signed
	Photo        Commitment          // photographed, unless skipped
	Reason       ReasonCode          // photographed when skipped; abandoned
	Whole        Digest              // submitted: over the digests of all entries before
}

// LicenceCommitment is one retrieved licence as the ledger sees it.
type LicenceCommitment struct {
	Kind     Commitment // of the kind's name, under the grant's salt
	Original Commitment // of the signed original, under a salt of its own
}

// PhotoRule says what an item demands of the photo.
type PhotoRule uint8

// The photo rules: not part of the item; taken or skipped with a reason; taken.
const (
	PhotoNone PhotoRule = iota
	PhotoOptional
	PhotoRequired
)

// Demands is what a service item asks before a case may be submitted. It
// stands in the opened entry in clear, so that the ledger itself refuses a
// submission that lacks the signature or the photo. The alternative, keeping it
// under the item's commitment, hides these three bits of the item and leaves
// the rule to the counter's goodwill: refused.
type Demands struct {
	Signature bool
	Photo     PhotoRule
}

// Check refuses an entry whose own shape is wrong, whatever the case's state.
func (e Entry) Check() error {
	switch {
	case e.Chain == "", e.Hall == "", e.Counter == "", e.Clerk == "":
		return Refuse(Malformed, "an identifying field is empty")
	case !isHexID(string(e.Case)):
		return Refuse(Malformed, "the case id is not 32 hex digits")
	case e.Seq < 1 || e.Seq > MaxSteps:
		return Refuse(WrongSequence, "the sequence number is out of range")
	case e.Time.IsZero() || e.Time.Location() != time.UTC || e.Time.Nanosecond()%int(time.Millisecond) != 0:
		return Refuse(Malformed, "the time is not UTC in whole milliseconds")
	case (e.Seq == 1) != e.Prev.IsZero():
		return Refuse(WrongPrevious, "only the first entry has no previous one")
	}
	if !e.Body.fits(e.Kind) {
		return Refuse(Malformed, "the body does not fit the kind of step")
	}
	return nil
}

// MaxSteps bounds the entries of one case.
const MaxSteps = 200

func (b Body) fits(kind StepKind) bool {
	want := Body{}
	switch kind {
	case Opened:
		want = Body{Item: b.Item, Demands: b.Demands}
		return !b.Item.IsZero() && b.Demands.Photo <= PhotoRequired && b.equal(want)
	case Authorized:
		want = Body{Item: b.Item, Grant: b.Grant, Method: b.Method, Acting: b.Acting, Originals: b.Originals}
		return !b.Item.IsZero() && b.authorizes() && b.equal(want)
	case Retrieved:
		want = Body{Item: b.Item, Grant: b.Grant, Licences: b.Licences}
		return !b.Item.IsZero() && isHexID(string(b.Grant)) && licencesFit(b.Licences) && b.equal(want)
	case Confirmed:
		want = Body{Fields: b.Fields, Picture: b.Picture}
		return !b.Fields.IsZero() && !b.Picture.IsZero() && b.equal(want)
	case Signed:
		want = Body{Confirmation: b.Confirmation, Ink: b.Ink}
		return !b.Confirmation.IsZero() && !b.Ink.IsZero() && b.equal(want)
	case Photographed:
		want = Body{Photo: b.Photo, Reason: b.Reason}
		skipped := b.Reason != ""
		return b.Photo.IsZero() == skipped && (!skipped || slices.Contains(SkipReasons(), b.Reason)) && b.equal(want)
	case Submitted:
		want = Body{Whole: b.Whole}
		return !b.Whole.IsZero() && b.equal(want)
	case Abandoned:
		want = Body{Reason: b.Reason}
		return slices.Contains(AbandonReasons(), b.Reason) && b.equal(want)
	}
	return false
}

// authorizes reports whether the method has what it stands on, and nothing else:
// a grant from the citizen's phone, or the originals.
func (b Body) authorizes() bool {
	switch b.Method {
	case ByCode, ByQR:
		return isHexID(string(b.Grant)) && b.Originals.IsZero()
	case ByPaper:
		return b.Grant == "" && !b.Originals.IsZero()
	}
	return false
}

func (b Body) equal(o Body) bool {
	same := slices.Equal(b.Licences, o.Licences)
	return same && b.Item == o.Item && b.Demands == o.Demands && b.Grant == o.Grant && b.Method == o.Method && b.Acting == o.Acting && b.Originals == o.Originals &&
		b.Fields == o.Fields && b.Picture == o.Picture && b.Confirmation == o.Confirmation && b.Ink == o.Ink &&
		b.Photo == o.Photo && b.Reason == o.Reason && b.Whole == o.Whole
}

// maxLicences bounds the licences of one retrieval, so that an entry fits a
// transaction of the ledger.
const maxLicences = 16

func licencesFit(list []LicenceCommitment) bool {
	for _, l := range list {
		if l.Kind.IsZero() || l.Original.IsZero() {
			return false
		}
	}
	return len(list) > 0 && len(list) <= maxLicences
}

func isHexID(s string) bool {
	if len(s) != 32 {
		return false
	}
	for _, r := range s {
		if !('0' <= r && r <= '9' || 'a' <= r && r <= 'f') {
			return false
		}
	}
	return true
}
