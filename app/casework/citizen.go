package casework

import (
	"image"
	"time"
)

// ScreenKind names what the citizen sees on the pad or the second monitor.
type ScreenKind string

// The citizen's screens.
const (
	ScreenIdle    ScreenKind = "idle"
	ScreenQR      ScreenKind = "qr"      // QR, countdown, match words, what will be read
	ScreenWait    ScreenKind = "wait"    // the clerk or the centre is at work
	ScreenConfirm ScreenKind = "confirm" // the filled form; agree, refuse, pages
	ScreenSign    ScreenKind = "sign"    // one sentence, the ink area; refuse, redo, done
	ScreenPhoto   ScreenKind = "photo"   // the photo's own consent
	ScreenDone    ScreenKind = "done"    // receipt QR
	ScreenTrial   ScreenKind = "trial"   // a test of the display and the pen, between two cases
	ScreenSorry   ScreenKind = "sorry"   // ended without result, and what is kept (nothing)
)

// TouchName names a touch area of a citizen's screen.
type TouchName string

// The touch areas.
const (
	TouchAgree    TouchName = "agree"
	TouchRefuse   TouchName = "refuse"
	TouchRedo     TouchName = "redo"
	TouchNext     TouchName = "next" // page of a long form
	TouchPrevious TouchName = "previous"
)

// CitizenScreen is what a citizen's screen has to say, before it is drawn.
// Every field that its kind does not need is empty.
type CitizenScreen struct {
	Kind       ScreenKind
	Language   string // "zh-CN" or "en"
	Practice   bool
	Hall       string // as people call it
	Counter    string
	Item       string
	Uses       []string      // ScreenQR: kinds of licence by name
	Own        []string      // ScreenQR: sensitive fields by name, each agreed to by itself on the phone
	Link       string        // ScreenQR: in the QR; ScreenDone: the receipt's
	MatchWords string        // ScreenQR; ScreenWait while a code waits for a tap on the phone
	Left       time.Duration // ScreenQR: until it expires, drawn as m:ss
	Originals  bool          // ScreenWait: the clerk reads the paper originals; ScreenDone: nothing of it is on a phone
	Seen       bool          // ScreenQR: opened on the phone
	Form       []FormValue   // ScreenConfirm
	Page       int           // ScreenConfirm: 0-based
	Acting     *Acting       // ScreenConfirm: who acts for whom; nil: for themselves
	Problem    RefusalKind   // ScreenSign, ScreenSorry: what the citizen should know
	Keep       int           // ScreenPhoto: days the photo is kept
	PhotoOf    PhotoOf       // ScreenPhoto
	Required   bool          // ScreenPhoto: the item does not allow it to be skipped
	Number     CaseNumber    // ScreenDone
}

// Picture is a citizen's screen as drawn: the pixels, where they can be
// touched, and where ink is taken.
type Picture struct {
	Image *image.RGBA
	Areas []TouchArea
	Ink   image.Rectangle // empty: no ink on this screen
	Pages int             // ScreenConfirm: how many there are, at least 1
}

// TouchArea is a named area of a picture.
type TouchArea struct {
	Name TouchName
	Rect image.Rectangle
}

// At returns the name of the area that holds the point, or "".
func (p Picture) At(pt image.Point) TouchName {
	for _, a := range p.Areas {
		if pt.In(a.Rect) {
			return a.Name
		}
	}
	return ""
}

// Area returns the rectangle of a named area; it is empty when there is none.
func (p Picture) Area(name TouchName) image.Rectangle {
	for _, a := range p.Areas {
		if a.Name == name {
			return a.Rect
		}
	}
	return image.Rectangle{}
}
