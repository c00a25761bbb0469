//go:build !test

package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// monitors returns the monitors that there are. Between two there may be none at
// all for a moment, for which GLFW is not made.
func monitors() (all []Monitor) {
	defer func() {
		if recover() != nil {
			all = nil
		}
	}()
	for i, m := range glfw.GetMonitors() { // the primary one is the first
		mode := m.GetVideoMode()
		left, top := m.GetPos()
		all = append(all, Monitor{Name: m.GetName(), At: image.Rect(left, top, left+mode.Width, top+mode.Height), Primary: i == 0})
	}
	return all
}

// cover reports whether a window covers a monitor, and takes the next step
// towards that when it doesn't: onto the monitor first and then over all of it,
// because a window manager makes a window full where it is. Fyne asks for both at
// once, and where that was answered with the wrong monitor it stayed there.
func cover(win fyne.Window, monitor Monitor) (done bool) {
	defer func() { _ = recover() }() // as monitors
	native, ok := win.(interface{ RunWithContext(func()) })
	if !ok {
		return false
	}
	native.RunWithContext(func() {
		for _, m := range glfw.GetMonitors() {
			if left, top := m.GetPos(); m.GetName() == monitor.Name && image.Pt(left, top) == monitor.At.Min {
				done = coverWith(glfw.GetCurrentContext(), m)
			}
		}
	})
	return done
}

func coverWith(view *glfw.Window, m *glfw.Monitor) bool {
	mode := m.GetVideoMode()
	left, top := m.GetPos()
	want := image.Rect(left, top, left+mode.Width, top+mode.Height)
	x, y := view.GetPos()
	w, h := view.GetSize()
	switch is := image.Rect(x, y, x+w, y+h); {
	case is == want:
		return true
	case is.In(want):
		view.SetMonitor(m, 0, 0, mode.Width, mode.Height, mode.RefreshRate)
	default:
		view.SetMonitor(nil, left+mode.Width/4, top+mode.Height/4, mode.Width/2, mode.Height/2, 0)
	}
	return false
}
