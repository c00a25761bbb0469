//go:build !test

package ui

import "github.com/go-gl/glfw/v3.4/glfw"

// secondMonitor returns the monitor that the citizen's window goes to: the first
// one that is not the primary one, by name as Fyne chooses it, and does not
// mirror it. Between two monitors there may be none at all for a moment, for
// which GLFW is not made.
func secondMonitor() (name string, ok bool) {
	defer func() {
		if recover() != nil {
			name, ok = "", false
		}
	}()
	primary := glfw.GetPrimaryMonitor()
	x, y := primary.GetPos()
	for _, m := range glfw.GetMonitors() {
		if left, top := m.GetPos(); m.GetName() != primary.GetName() && (left != x || top != y) {
			return m.GetName(), true
		}
	}
	return "", false
}
