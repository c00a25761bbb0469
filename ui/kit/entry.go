package kit

import (
	"image/color"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Entry is a line of text. What it does not need of the keyboard it hands to
// the window: function keys, Escape, Enter, the arrows up and down, Tab's rest.
// Enter never submits a text by itself, since an input method sends it while
// composing: the window decides.
type Entry struct {
	widget.Entry
	pad     Keypad
	digit   bool // the last key typed one here
	Numbers bool // a keypad with NumLock off types digits here too
	Enter   func()
	Before  func(r rune) bool // may take a rune away
	Tab     func()            // where Tab goes; nil: to what comes next in the window
}

// NewEntry returns an empty line with a hint in it.
func NewEntry(hint string) *Entry {
	e := &Entry{Numbers: true}
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(hint)
	return e
}

// NewSecret returns a line that hides what is typed, for a password or a PIN.
// Nothing can be copied out of it, and it has no eye to open it with in a public
// hall.
func NewSecret(hint string) *Entry {
	e := NewEntry(hint)
	e.Password, e.ActionItem = true, canvas.NewRectangle(color.Transparent)
	return e
}

// AcceptsTab reports whether Tab is the line's own.
func (e *Entry) AcceptsTab() bool { return e.Tab != nil }

// TypedShortcut edits and pastes and never copies: what stands in a line here may
// be a citizen's, and every program of the machine reads the clipboard. What
// belongs to the window is passed on.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	switch s.(type) {
	case *fyne.ShortcutCopy, *fyne.ShortcutCut:
	case *desktop.CustomShortcut:
		if c, ok := canvasOf(e).(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
	default:
		e.Entry.TypedShortcut(s)
	}
}

// Follows says that the key of digit brought the focus here: what that key still
// types is not for this line.
func (e *Entry) Follows(digit rune) { e.pad.behind = digit }

// End puts a text into the line, to be gone on with behind it.
func (e *Entry) End(text string) {
	e.SetText(text)
	e.CursorColumn = len([]rune(text))
	e.Refresh()
}

// TypedKey keeps the keys that edit and passes on the others.
func (e *Entry) TypedKey(event *fyne.KeyEvent) {
	PassKey(e, &fyne.KeyEvent{}) // a key without a name: somebody types
	digit, isDigit := e.pad.Key(event)
	e.digit = false
	switch event.Name {
	case fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd:
		e.Entry.TypedKey(event)
	case fyne.KeyTab:
		if e.Tab != nil {
			e.Tab()
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		if e.Enter != nil {
			e.Enter()
			return
		}
		PassKey(e, event)
	default:
		if isDigit && e.Numbers {
			e.digit = true
			e.Entry.TypedRune(digit)
			return
		}
		if !isDigit {
			PassKey(e, event)
		}
	}
}

// TypedRune types, unless the key typed it already.
func (e *Entry) TypedRune(r rune) {
	counts := e.pad.Rune(r)
	if e.digit && counts && r < unicode.MaxASCII { // the key types another character, as * with Shift does: it was no digit
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
	e.digit = false
	if !counts && e.Numbers || e.Before != nil && e.Before(r) {
		return
	}
	e.Entry.TypedRune(r)
}

// TappedSecondary shows no menu: half of it would copy.
func (e *Entry) TappedSecondary(*fyne.PointEvent) {}

// Field gives an entry its height, with what stands at its right end (may be
// nil); the entry draws its own frame, so that it can show the focus.
func Field(e *Entry, right fyne.CanvasObject) *fyne.Container {
	if right == nil {
		return Sized(0, Em(40), Layers(e))
	}
	return Sized(0, Em(40), Layers(e, Inset(0, 10, 0, 10, Row(0, Space(), right))))
}
