package ui

import (
	"context"
	"image"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/devices"
	"counterfoil/ui/look"
	"counterfoil/ui/shift"
	"counterfoil/ui/step"
)

// Desk is all that the user interface asks of the desk: *desk.Desk is one, and
// a scripted one in tests.
type Desk interface {
	step.Desk
	devices.Desk
	shift.Desk
	Scanned(text string) error
	Spoilt()
	Content(ctx context.Context, id casework.CaseID, seq int) ([]casework.Attachment, error)
	Export(ctx context.Context, id casework.CaseID) (path string, err error)
	Unbound(ctx context.Context, id casework.CaseID) (time.Time, error)
	Watch(ctx context.Context) <-chan desk.Snapshot
	SignOut(ctx context.Context) error
	Lock(byKey bool) error
	Touched() // waits for nothing
	ChangePassword(ctx context.Context, number, before, fresh string) error
	Prove(ctx context.Context, p casework.Presence) error
	Unask()
	Operators(ctx context.Context, day string) (acts []casework.OperatorAct, whole bool, err error)
	SettingChanged(ctx context.Context, which string) error
}

// Texts answers with the words of a language.
type Texts interface {
	T(language, key string, args ...any) string
	Find(language, key string) (string, bool)
	Languages() []string
}

// Slate is what a window shows of a pad, and what the pointer does to it. The
// pad does not know that there is a window.
type Slate interface {
	Display() *image.RGBA                  // now, in its own pixels; must not be written to; nil: there is none
	Changed() <-chan struct{}              // receives after the display changed, at most one value waiting
	Pen(x, y, pressure float64, down bool) // pixels of the display; pressure 0…1
	Leave()                                // the pen left the range
}

// CitizenPad is a pad whose display is the citizen's window.
type CitizenPad interface {
	Slate
	Attach(monitor string, size image.Point) // the window covers a monitor, with that many pixels
	Detach()                                 // it does no more
}

// PracticePad is the software pad's front.
type PracticePad interface {
	Slate
	Unplug()
	Plug()
}

// Options is what the window needs. Desk, Catalogue, Texts and Fonts must be set.
type Options struct {
	Desk       Desk
	Catalogue  step.Catalogue
	Texts      Texts
	Fonts      look.Fonts
	Icon       []byte // PNG; may be nil
	Language   string // "zh-CN" (and "") or "en"
	Mode       look.Mode
	Scale      float32 // of texts; 0: 1
	Practice   bool
	Pad        PracticePad // its window is opened when there is one
	Screen     CitizenPad  // the second monitor is this pad; may be nil
	Citizen    bool        // without Screen: show the citizen's screens on a second monitor, while there is one
	Monitor    string      // which monitor that is: NAME or NAME@X,Y; "": the first beside the clerk's
	Scanner    bool        // a code scanner may type into the windows
	Card       bool        // people may sign in with a card in a reader
	Version    string
	Address    string                                             // of the centre, for the settings page
	SaveReport func(text string) (path string, err error)         // keeps the result of the devices page as a file
	SaveShift  func(s desk.ShiftSummary) (path string, err error) // keeps a closing summary as files; nil: nowhere
	Changed    func(language, mode string, s float32)             // the clerk changed a setting; called beside the window, in order; may be nil
	Now        func() time.Time                                   // nil: time.Now
	Monitors   func([]Monitor)                                    // called when the monitors changed, where one is the citizen's; may be nil
	Do         func(func())                                       // runs in the window's turn; nil: fyne.Do
	Shown      func(desk.Snapshot)                                // called after every snapshot that was shown; may be nil
	FirstDraw  func()                                             // called once when the first snapshot is shown; may be nil
}

func (o Options) complete() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Texts != nil {
		o.Texts = words{o.Texts}
	}
	if o.Language == "" {
		o.Language = "zh-CN"
	}
	if o.Mode == "" {
		o.Mode = look.Light
	}
	if o.Scale == 0 {
		o.Scale = 1
	}
	return o
}
