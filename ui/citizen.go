package ui

import (
	"image"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"counterfoil/ui/kit"
)

// openCitizen shows the citizen's screens on a second monitor, where the hall
// has one. Both requests come before Show: either alone picks the wrong screen
// under some window managers. It returns what the window shows.
func (w *Window) openCitizen() *canvas.Image {
	win := w.app.NewWindow("存根 办事人")
	win.SetPadded(false)
	screen := &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}
	win.SetContent(kit.Layers(kit.Fill(kit.Ground), screen))
	screens, many := w.app.Driver().(desktop.Driver)
	if d, ok := win.(desktop.Window); ok && many && screens.HasSecondaryDisplay() {
		d.RequestPosition(8192, 0)
		d.RequestFullScreenSecondary()
	}
	win.Show()
	w.beside.Go(func() {
		var last *image.RGBA
		for s := range w.opt.Desk.Watch(w.ctx) {
			if s.Screen.Image == last {
				continue
			}
			last = s.Screen.Image
			w.post(func() {
				screen.Image = last
				screen.Refresh()
			})
		}
	})
	return screen
}
