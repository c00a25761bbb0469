package ui

import (
	"image"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"counterfoil/ui/kit"
)

// CitizenTitle is the title of the citizen's window, stable for tools.
const CitizenTitle = "存根 办事人"

// citizen shows the citizen's screens on a second monitor while there is one,
// and may be the pad: then it shows what the pad has to show, and the pointer is
// the pen. A full-screen window whose monitor goes away jumps over the clerk's,
// so it is closed then, and made anew when a monitor comes.
type citizen struct {
	app    fyne.App
	there  func() []Monitor // the monitors that there are now
	wanted string           // which, as the settings say; "": the first beside the clerk's
	all    []Monitor        // as they were a second ago
	seen   func([]Monitor)  // called when they changed; may be nil
	win    fyne.Window      // nil while there is none
	screen *canvas.Image
	cover  func(win fyne.Window, monitor Monitor) bool // whether it covers the monitor; asked for when not
	opened func(fyne.Window)                           // called after the window was made; may be nil

	settled func() // called once the window covers its monitor; may be nil
	placed  bool

	pad     CitizenPad // nil: the pad is another one
	face    *padFace
	monitor Monitor
	size    image.Point // of the window a second ago
}

func newCitizen(app fyne.App, there func() []Monitor, cover func(fyne.Window, Monitor) bool) *citizen {
	return &citizen{app: app, there: there, cover: cover,
		screen: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}}
}

// isPad makes the window the pad's. done is called when the pen was lifted.
func (c *citizen) isPad(pad CitizenPad, done func()) {
	c.pad, c.face = pad, newPadFace(pad)
	c.face.fills, c.face.done = true, done
}

// look opens or closes the window as the monitor came or went; it is called once
// a second. Another monitor in place of the one before is one that went.
func (c *citizen) look() {
	all := c.there()
	if !slices.Equal(all, c.all) {
		if c.all = all; c.seen != nil {
			c.seen(all)
		}
	}
	monitor, yes := chosen(all, c.wanted)
	switch {
	case c.win != nil && (!yes || monitor != c.monitor):
		c.close()
	case c.win != nil:
		c.attach()
	case yes:
		c.monitor = monitor
		c.open()
	}
}

// open makes the window. Both requests come before Show: either alone picks the
// wrong screen under some window managers.
func (c *citizen) open() {
	c.win = c.app.NewWindow(CitizenTitle)
	c.win.SetPadded(false)
	if c.pad != nil {
		c.win.SetContent(c.face)
	} else {
		c.win.SetContent(kit.Layers(kit.Fill(kit.Ground), c.screen))
	}
	if d, ok := c.win.(desktop.Window); ok {
		d.RequestPosition(8192, 0)
		d.RequestFullScreenSecondary()
	}
	c.win.SetCloseIntercept(func() {}) // it belongs to the program, not to whoever finds its button
	c.win.Show()
	if c.opened != nil {
		c.opened(c.win)
	}
}

// attach tells the pad how large the window is, once that has stayed the same
// for a second: on its way to the full screen it has other sizes.
func (c *citizen) attach() {
	switch covers := c.cover(c.win, c.monitor); {
	case covers && !c.placed && c.settled != nil: // on its way there it may have taken the keyboard
		c.settled()
		fallthrough
	default:
		c.placed = covers
	}
	if !c.placed || c.pad == nil {
		return
	}
	x, y := c.win.Canvas().PixelCoordinateForPosition(fyne.NewPos(c.face.Size().Components()))
	if size := image.Pt(x, y); size == c.size {
		c.pad.Attach(c.monitor.Name, size)
	} else {
		c.size = size
	}
}

func (c *citizen) close() {
	if c.win == nil {
		return
	}
	if c.pad != nil {
		c.pad.Detach()
	}
	c.win.Close()
	c.win, c.size, c.placed = nil, image.Point{}, false
}

// show puts what another pad shows onto the monitor.
func (c *citizen) show(picture *image.RGBA) {
	if c.pad != nil || c.screen.Image == image.Image(picture) {
		return
	}
	c.screen.Image = picture
	if picture == nil {
		c.screen.Image = nil
	}
	if c.win != nil {
		c.screen.Refresh()
	}
}

// openCitizen shows the second monitor, from now on while there is one. The
// citizen has no keyboard: the clerk's window asks for the focus whenever a pen
// was lifted, and where a window manager refuses that, keys are the clerk's all
// the same.
func (w *Window) openCitizen(there func() []Monitor, cover func(fyne.Window, Monitor) bool) {
	c := newCitizen(w.app, there, cover)
	w.citizen = c
	c.wanted, c.seen = w.opt.Monitor, w.monitorsCame
	c.opened = func(win fyne.Window) {
		win.Canvas().SetOnTypedKey(w.keyBeside)
		win.Canvas().SetOnTypedRune(w.runeBeside)
		if w.gated != nil {
			w.gated(win)
		}
	}
	c.settled = w.win.RequestFocus
	if pad := w.opt.Screen; pad != nil {
		c.isPad(pad, w.win.RequestFocus)
		w.beside.Go(func() { w.follows(pad, c.face) })
	}
	c.look()
}

// keyBeside takes a key that was pressed while the citizen's window had the focus.
func (w *Window) keyBeside(event *fyne.KeyEvent) {
	if f := w.win.Canvas().Focused(); f != nil {
		f.TypedKey(event)
		return
	}
	w.key(event)
}

// runeBeside is keyBeside for what a key types.
func (w *Window) runeBeside(r rune) {
	if f := w.win.Canvas().Focused(); f != nil {
		f.TypedRune(r)
		return
	}
	w.rune(r)
}

// follows redraws a pad's face whenever its display changed.
func (w *Window) follows(pad Slate, face *padFace) {
	for {
		select {
		case <-pad.Changed():
			w.post(face.redraw)
		case <-w.ctx.Done():
			return
		}
	}
}

// monitorsCame tells whoever asks, and the devices page, that others are there.
func (w *Window) monitorsCame(all []Monitor) {
	if w.opt.Monitors != nil {
		w.opt.Monitors(all)
	}
	if w.devices != nil {
		w.devices.Show(w.snap)
	}
}

// monitorLines names the monitors that the citizen's window may go to, for the
// devices page; none where there is no such window.
func (w *Window) monitorLines() []string {
	if w.citizen == nil {
		return nil
	}
	taken, yes := chosen(w.citizen.all, w.citizen.wanted)
	var lines []string
	for _, m := range w.citizen.all {
		key := "ui.devices.monitor"
		switch {
		case m.Primary:
			key = "ui.devices.monitor.clerk"
		case yes && m == taken:
			key = "ui.devices.monitor.citizen"
		}
		lines = append(lines, w.t(key, m, m.At.Dx(), m.At.Dy()))
	}
	if w.citizen.wanted != "" && !yes {
		lines = append(lines, w.t("ui.devices.monitor.missing", w.citizen.wanted))
	}
	return lines
}
