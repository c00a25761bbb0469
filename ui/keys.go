package ui

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"counterfoil/ui/kit"
	"counterfoil/ui/look"
	"counterfoil/ui/step"
)

// listen takes every key in one place. Widgets with the focus hand on what they
// don't use (kit.PassKey), so it matters little where the focus is.
func (w *Window) listen() {
	c := w.win.Canvas()
	c.SetOnTypedKey(w.key)
	c.SetOnTypedRune(w.rune)
	c.AddShortcut(&fyne.ShortcutPaste{}, func(fyne.Shortcut) { w.paste() })
	w.listenWho()
}

func (w *Window) key(event *fyne.KeyEvent) {
	w.opt.Desk.Touched()
	if event.Name == "" { // a line that has the focus tells that somebody types
		return
	}
	if digit, ok := w.keypad.Key(event); ok {
		w.pressed = digit
		w.character(digit)
		w.pressed = 0
		return
	}
	switch {
	case w.dialog != nil:
		w.dialog.Key(event.Name)
	case w.function(event.Name):
	case w.records != nil && w.records.Key(event.Name):
	case w.setup != nil && w.setup.Key(event.Name):
	case w.devices != nil && w.devices.Key(event.Name):
	case w.shift != nil && w.shift.Key(event.Name):
	case w.operators != nil && w.operators.Key(event.Name):
	case w.page.Hidden && w.screen.Key(event.Name):
	case event.Name == fyne.KeyEscape:
		w.escape()
	}
}

func (w *Window) rune(r rune) {
	w.opt.Desk.Touched()
	if w.keypad.Rune(r) {
		w.character(r)
	}
}

// character takes what was typed, each digit once.
func (w *Window) character(r rune) {
	switch {
	case w.dialog != nil:
		w.dialog.Rune(r)
	case w.setup != nil && w.setup.Rune(r):
	case w.devices != nil && w.devices.Rune(r):
	case w.shift != nil && w.shift.Rune(r):
	case w.page.Hidden && w.screen.Rune(r):
	case r == '-':
		w.escape()
	case r == '/':
		w.findItem()
	case w.idle != nil && w.page.Hidden && r > ' ' && r != '+' && r != '*':
		w.win.Canvas().Focus(w.header.entry)
		w.header.entry.TypedRune(r)
	}
}

// function does what a function key does everywhere.
func (w *Window) function(name fyne.KeyName) bool {
	if w.out() && slices.Contains([]fyne.KeyName{fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF9, fyne.KeyF10, fyne.KeyF12}, name) {
		return true // nothing of the counter is shown
	}
	switch name {
	case fyne.KeyF12:
		w.lock()
	case fyne.KeyF1:
		w.rule()
	case fyne.KeyF2:
		w.findItem()
	case fyne.KeyF3:
		w.openRecords()
	case fyne.KeyF4:
		w.openSetup()
	case fyne.KeyF6:
		w.nextLanguage()
	case fyne.KeyF7:
		w.nextMode()
	case fyne.KeyF10:
		w.openDevices()
	case fyne.KeyF11:
		w.win.SetFullScreen(!w.win.FullScreen())
	case fyne.KeyF9:
		if w.snap.Case == nil || !w.page.Hidden {
			return false
		}
		step.AskAside(w.bench)
	default:
		return false
	}
	return true
}

// escape goes back: from a page to the case, from a case to the question
// whether to start over, from a search to an empty one.
func (w *Window) escape() {
	switch {
	case !w.page.Hidden:
		w.back()
	case w.idle != nil:
		w.header.entry.SetText("")
		w.error = nil
		w.bench.Type(w.opt.Desk.Clear)
	case w.snap.Case != nil && !w.over():
		step.AskOver(w.bench)
	default:
		w.bench.Type(w.opt.Desk.Clear)
	}
}

func (w *Window) over() bool {
	return !w.snap.Clears.IsZero() || w.snap.Stage == "done" || w.snap.Stage == "ended"
}

// paste takes a whole code, wherever the focus is not in a text.
func (w *Window) paste() {
	text := w.app.Clipboard().Content()
	if w.snap.Case != nil && w.page.Hidden && w.dialog == nil {
		w.load(func(context.Context) func() {
			err := w.opt.Desk.Paste(text)
			return func() { w.refused(err) }
		})
	}
}

// scanned takes what a scanner typed, wherever the focus is: what lies over the
// case goes away, so that the answer can be seen.
func (w *Window) scanned(text string) {
	w.error = nil
	if w.devices == nil || !w.devices.Scanning() {
		w.shut()
		w.back()
	}
	w.load(func(context.Context) func() {
		err := w.opt.Desk.Scanned(text)
		return func() { w.refused(err) }
	})
}

func (w *Window) spoilt() { w.enqueue(w.opt.Desk.Spoilt) }

func (w *Window) ask(d *kit.Dialog) {
	w.win.Canvas().Unfocus()
	w.dialog = d
	w.put(w.layer, d.Object())
	if d.Entry != nil {
		w.write(d.Entry)
	}
}

// redialog lays the dialog out anew, after what it says has changed.
func (w *Window) redialog() {
	if w.dialog != nil {
		w.put(w.layer, w.dialog.Object())
	}
}

func (w *Window) shut() {
	if w.dialog == nil {
		return
	}
	w.dialog, w.word = nil, nil
	w.layer.Objects = nil
	w.layer.Refresh()
	if w.page.Hidden {
		w.home()
	}
}

func (w *Window) nextLanguage() {
	w.set(next(w.opt.Texts.Languages(), w.opt.Language), w.opt.Mode, w.opt.Scale)
}

func (w *Window) nextMode() { w.set(w.opt.Language, next(look.Modes(), w.opt.Mode), w.opt.Scale) }

// next returns what comes after now in a list, and its first after the last.
func next[T comparable](list []T, now T) T {
	return list[(slices.Index(list, now)+1)%len(list)]
}

// settingOf names what differs, for the operator log.
func settingOf(now Options, language string, mode look.Mode) string {
	switch {
	case now.Language != language:
		return "language"
	case now.Mode != mode:
		return "appearance"
	}
	return "scale"
}

// set changes language, appearance and text scale at run time.
func (w *Window) set(language string, mode look.Mode, scale float32) {
	if w.snap.Staffed {
		which := settingOf(w.opt, language, mode)
		w.enqueue(func() { _ = w.opt.Desk.SettingChanged(w.ctx, which) })
	}
	w.opt.Language, w.opt.Mode, w.opt.Scale = language, mode, scale
	records, setup, devices, shift, operators := w.records != nil, w.setup != nil, w.devices, w.shift, w.operators != nil
	w.devices = nil // its test goes on
	w.rebuild()
	switch {
	case records:
		w.openRecords()
	case setup:
		w.openSetup()
	case devices != nil:
		w.showDevices(devices)
	case shift != nil:
		w.showShift(shift.Typed())
	case operators:
		w.openOperators()
	}
	if w.opt.Changed != nil {
		w.enqueue(func() { w.opt.Changed(language, string(mode), scale) })
	}
}
