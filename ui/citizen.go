package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"counterfoil/ui/kit"
)

// CitizenTitle is the title of the citizen's window, stable for tools.
const CitizenTitle = "存根 办事人"

// citizen shows the citizen's screens on a second monitor while there is one.
// A full-screen window whose monitor goes away jumps over the clerk's, so it is
// closed then, and made anew when a monitor comes.
type citizen struct {
	app    fyne.App
	second func() bool // whether there is a second monitor now
	win    fyne.Window // nil while there is none
	screen *canvas.Image
}

func newCitizen(app fyne.App, second func() bool) *citizen {
	if second == nil {
		second = func() bool { return secondMonitor(app) }
	}
	return &citizen{app: app, second: second,
		screen: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}}
}

// secondMonitor asks the system. Between two monitors there may be none at all
// for a moment, for which Fyne is not made.
func secondMonitor(app fyne.App) (yes bool) {
	defer func() { _ = recover() }()
	d, ok := app.Driver().(desktop.Driver)
	return ok && d.HasSecondaryDisplay()
}

// look opens or closes the window as the monitor came or went.
func (c *citizen) look() {
	switch yes := c.second(); {
	case yes && c.win == nil:
		c.open()
	case !yes && c.win != nil:
		c.close()
	}
}

// open makes the window. Both requests come before Show: either alone picks the
// wrong screen under some window managers.
func (c *citizen) open() {
	c.win = c.app.NewWindow(CitizenTitle)
	c.win.SetPadded(false)
	c.win.SetContent(kit.Layers(kit.Fill(kit.Ground), c.screen))
	if d, ok := c.win.(desktop.Window); ok {
		d.RequestPosition(8192, 0)
		d.RequestFullScreenSecondary()
	}
	c.win.Show()
}

func (c *citizen) close() {
	if c.win != nil {
		c.win.Close()
		c.win = nil
	}
}

// show puts what the pad shows onto the monitor.
func (c *citizen) show(picture *image.RGBA) {
	if c.screen.Image == image.Image(picture) {
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
