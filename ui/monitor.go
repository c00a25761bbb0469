package ui

import (
	"fmt"
	"image"
	"slices"
)

// Monitor is a monitor as the window system has it.
type Monitor struct {
	Name    string
	At      image.Rectangle // among the others, in pixels
	Primary bool            // the clerk's
}

// String is how the settings name a monitor when its name is not enough:
// NAME@X,Y, its upper left corner among the others.
func (m Monitor) String() string { return fmt.Sprintf("%s@%d,%d", m.Name, m.At.Min.X, m.At.Min.Y) }

// chosen returns the monitor for the citizen's window: the one that is wanted, by
// its name or by name and place, else the first. The primary one and those that
// mirror it are the clerk's and never taken.
func chosen(all []Monitor, wanted string) (Monitor, bool) {
	var own image.Point
	if i := slices.IndexFunc(all, func(m Monitor) bool { return m.Primary }); i >= 0 {
		own = all[i].At.Min
	}
	i := slices.IndexFunc(all, func(m Monitor) bool {
		return !m.Primary && m.At.Min != own && (wanted == "" || wanted == m.Name || wanted == m.String())
	})
	if i < 0 {
		return Monitor{}, false
	}
	return all[i], true
}
