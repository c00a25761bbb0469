package casework

import (
	"slices"
	"time"
)

// PaperReason says why a case is authorized by paper originals. Paper is not
// asked for where the electronic licence can be had (国务院令第716号 art. 7), so there
// must be a reason. It is kept with the case; the ledger learns it only within a
// commitment.
type PaperReason string

// The reasons.
const (
	NoPhone       PaperReason = "no-phone"       // 老年人等没有智能手机的群众
	CentreAway    PaperReason = "centre-away"    // a code can't be redeemed, a paper can be read
	NotElectronic PaperReason = "not-electronic" // the licence is not there electronically
	CitizensWish  PaperReason = "citizens-wish"
)

// PaperReasons returns them in the order in which they are offered.
func PaperReasons() []PaperReason {
	return []PaperReason{NoPhone, CentreAway, NotElectronic, CitizensWish}
}

// Comparison is how the person at the counter was compared with the portrait on
// their identity document (人证一致).
type Comparison string

// ByEye is the clerk's own eyes. The program compares no faces: that would be a
// processing of biometrics that nobody agreed to (个人信息保护法 art. 28, 29).
const ByEye Comparison = "by-eye"

// Originals is what stands in a grant's place in a case by paper: which originals
// the clerk was shown. It is kept as the attachment "originals".
type Originals struct {
	Kinds    []LicenceKind `json:"kinds"`    // every kind that the item needs
	Compared Comparison    `json:"compared"` // who is at the counter: where somebody acts, that person
	Reason   PaperReason   `json:"reason"`
	Time     time.Time     `json:"time"`
}

// Check refuses originals that do not carry a case for item: not every kind that
// it needs, nobody compared, no reason. A kind that it does not need is Malformed:
// a paper that nobody asked for is not to be kept (个人信息保护法 art. 6).
func (o Originals) Check(item ServiceItem) error {
	for _, n := range item.Needs {
		if !slices.Contains(o.Kinds, n.Kind) {
			return Refuse(OriginalsMissing, string(n.Kind))
		}
	}
	switch {
	case len(o.Kinds) != len(item.Needs):
		return Refuse(Malformed, "an original that the item does not need")
	case o.Compared != ByEye:
		return Refuse(NotCompared, "nobody compared the person with the portrait")
	case !slices.Contains(PaperReasons(), o.Reason):
		return Refuse(PaperReasonUnset, "why paper is not said")
	}
	return nil
}

// AsShown stands for a text that the clerk read and did not write down: a counter
// without an input method can't, and the original says it.
const AsShown = "见原件"

// Typed is how a clerk writes a field off a paper original with a keypad.
type Typed string

// How fields are written. The zero value is a text in Chinese: AsShown, or
// pasted.
const (
	TypedCitizenNumber Typed = "citizen-number" // GB 11643, with its check character
	TypedCreditCode    Typed = "credit-code"    // GB 32100, likewise
	TypedDate          Typed = "date"           // eight digits YYYYMMDD, kept as licences print a date
	TypedYesNo         Typed = "yes-no"         // a question's answer
)

// Read returns the value that text means, or why it is none: NumberWrong
// for a check character that fails, Malformed for a day that is none. AsShown is
// always one, so that a document with a misprint stops nobody; so is no text.
func (t Typed) Read(text string) (string, error) {
	if text == "" || text == AsShown {
		return text, nil
	}
	switch t {
	case TypedCitizenNumber:
		if !CheckCitizenNumber(text) {
			return "", Refuse(NumberWrong, "citizen number")
		}
	case TypedCreditCode:
		if !CheckCreditCode(text) {
			return "", Refuse(NumberWrong, "credit code")
		}
	case TypedDate:
		day, err := time.Parse("20060102", text)
		if err != nil {
			return "", Refuse(DayWrong, "not YYYYMMDD")
		}
		return day.Format(printedDate), nil
	case TypedYesNo:
		if text != Yes && text != No {
			return "", Refuse(Malformed, "neither yes nor no")
		}
	default:
		if len(text) > maxRead {
			return "", Refuse(Malformed, "the text is too long")
		}
	}
	return text, nil
}

// maxRead bounds a text that was pasted for a field of an original, in bytes.
const maxRead = 2000

// FillPaper returns the form of item as it stands after its originals were
// shown: texts AsShown, what a keypad can write still to be written, the other
// lines for the clerk as ever. typed says how a field is written.
func FillPaper(item ServiceItem, typed func(LicenceKind, FieldID) Typed) []FormValue {
	form := make([]FormValue, 0, len(item.Form))
	for _, f := range item.Form {
		v := FormValue{Field: f.Field, Label: f.Label, Paper: f.From != ""}
		if v.Paper && typed(f.Kind, f.From) == "" {
			v.Value = AsShown
		}
		form = append(form, v)
	}
	return form
}
