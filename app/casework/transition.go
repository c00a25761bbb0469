package casework

import (
	"slices"
	"time"
)

// State is where a case stands. The zero value is a case that does not exist.
type State string

// The states are named for the last step that counts.
const (
	StateNone         State = ""
	StateOpened       State = "opened"
	StateAuthorized   State = "authorized"
	StateRetrieved    State = "retrieved"
	StateConfirmed    State = "confirmed"
	StateSigned       State = "signed"
	StatePhotographed State = "photographed"
	StateSubmitted    State = "submitted"
	StateAbandoned    State = "abandoned"
)

// Ended reports whether no further step is possible.
func (s State) Ended() bool { return s == StateSubmitted || s == StateAbandoned }

// Standing is all that the rules need to know of a case: what the journal, the
// ledger and the verifier each keep. Next makes a new one and never changes it.
type Standing struct {
	State        State
	Case         CaseID
	Hall         HallID
	Counter      CounterID
	Demands      Demands
	Seq          int       // of the last entry
	Head         Digest    // of the last entry
	Last         time.Time // of the last entry
	Grant        GrantID   // empty when it stands on paper
	Paper        bool      // authorized by paper originals: nothing is retrieved
	Confirmation Digest    // the confirmation that counts; zero before
	Signed       bool      // that confirmation is signed
	Photographed bool      // taken or skipped; kept when fields change
}

// Allowed returns the kinds of step that the table permits in state s, before
// the finer needs of Next are asked.
func Allowed(s State) []StepKind {
	switch s {
	case StateNone:
		return []StepKind{Opened}
	case StateOpened:
		return []StepKind{Authorized, Abandoned}
	case StateAuthorized: // another grant may take the place of one that lapsed; after paper the form follows at once
		return []StepKind{Authorized, Retrieved, Confirmed, Abandoned}
	case StateRetrieved:
		return []StepKind{Confirmed, Abandoned}
	case StateConfirmed, StateSigned, StatePhotographed: // a changed field asks again
		return []StepKind{Confirmed, Signed, Photographed, Submitted, Abandoned}
	}
	return nil
}

// Next returns the standing after e, whose digest is d, or the reason why e is
// refused. It is the one place where the order of steps is decided.
func (c Standing) Next(e Entry, d Digest) (Standing, error) {
	if err := e.Check(); err != nil {
		return c, err
	}
	if err := c.follows(e); err != nil {
		return c, err
	}
	if !slices.Contains(Allowed(c.State), e.Kind) {
		if c.State.Ended() {
			return c, Refuse(CaseEnded, "the case has ended")
		}
		return c, Refuse(ForbiddenStep, string(e.Kind)+" after "+string(c.State))
	}
	if err := c.needs(e); err != nil {
		return c, err
	}
	return c.after(e, d), nil
}

// follows checks that e continues this case's chain.
func (c Standing) follows(e Entry) error {
	if c.State == StateNone {
		if e.Seq != 1 {
			return Refuse(WrongSequence, "the case has no earlier entry")
		}
		return nil
	}
	switch {
	case e.Case != c.Case, e.Hall != c.Hall, e.Counter != c.Counter:
		return Refuse(WrongCase, "the entry is of another case or counter")
	case e.Seq != c.Seq+1:
		return Refuse(WrongSequence, "the entry is not the next one")
	case e.Prev != c.Head:
		return Refuse(WrongPrevious, "the entry does not continue the last one")
	case e.Time.Before(c.Last):
		return Refuse(TimeBeforePrevious, "the time lies before the previous entry's")
	}
	return nil
}

// needs checks what the kind of step asks of what has been done so far.
func (c Standing) needs(e Entry) error {
	switch e.Kind {
	case Authorized:
		if c.Paper {
			return Refuse(ForbiddenStep, "the originals were read already")
		}
	case Confirmed:
		if c.State == StateAuthorized && !c.Paper {
			return Refuse(ForbiddenStep, "the licences come first")
		}
	case Retrieved:
		if c.Paper {
			return Refuse(ForbiddenStep, "nothing is retrieved after originals on paper")
		}
		if e.Body.Grant != c.Grant {
			return Refuse(WrongGrant, "the case was authorized by another grant")
		}
	case Signed:
		if e.Body.Confirmation != c.Confirmation {
			return Refuse(WrongConfirmation, "the signature is of another version of the fields")
		}
		if c.Signed {
			return Refuse(AlreadyDone, "this confirmation is signed already")
		}
	case Photographed:
		return c.needsForPhoto(e)
	case Submitted:
		return c.complete()
	}
	return nil
}

func (c Standing) needsForPhoto(e Entry) error {
	switch {
	case c.Photographed:
		return Refuse(AlreadyDone, "the photo is taken already")
	case c.Demands.Photo == PhotoNone:
		return Refuse(PhotoNotAsked, "the item asks for no photo")
	case c.Demands.Photo == PhotoRequired && e.Body.Reason != "":
		return Refuse(PhotoMissing, "the item does not allow the photo to be skipped")
	case c.Demands.Signature && !c.Signed:
		return Refuse(SignatureMissing, "the signature comes first")
	}
	return nil
}

func (c Standing) complete() error {
	if c.Demands.Signature && !c.Signed {
		return Refuse(SignatureMissing, "the item demands a signature")
	}
	if c.Demands.Photo != PhotoNone && !c.Photographed {
		return Refuse(PhotoMissing, "the item demands a photo, or the reason why there is none")
	}
	return nil
}

func (c Standing) after(e Entry, d Digest) Standing {
	c.Seq, c.Head, c.Last = e.Seq, d, e.Time
	switch e.Kind {
	case Opened:
		c.State, c.Case, c.Hall, c.Counter, c.Demands = StateOpened, e.Case, e.Hall, e.Counter, e.Body.Demands
	case Authorized:
		c.State, c.Grant, c.Paper = StateAuthorized, e.Body.Grant, e.Body.Method == ByPaper
	case Retrieved:
		c.State = StateRetrieved
	case Confirmed:
		c.State, c.Confirmation, c.Signed = StateConfirmed, d, false
	case Signed:
		c.Signed = true
		c.State = StateSigned
		if c.Photographed {
			c.State = StatePhotographed
		}
	case Photographed:
		c.State, c.Photographed = StatePhotographed, true
	case Submitted:
		c.State = StateSubmitted
	case Abandoned:
		c.State = StateAbandoned
	}
	return c
}
