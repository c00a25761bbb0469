package ui

import (
	"image"
	"testing"
)

func TestTheMonitorForTheCitizenIsTheOneOfTheSettingsAndNeverTheClerks(t *testing.T) {
	at := func(name string, x, y int) Monitor { return Monitor{Name: name, At: image.Rect(x, y, x+800, y+600)} }
	clerk, mirror := at("HDMI-1", 0, 0), at("DP-3", 0, 0)
	clerk.Primary = true
	left, right := at("DP-1", 800, 0), at("DP-2", 1600, 0)
	twin := at("DP-1", 2400, 0)
	for _, row := range []struct {
		name   string
		all    []Monitor
		wanted string
		want   string // "" none
	}{
		{"none wanted: the first beside the clerk's", []Monitor{mirror, clerk, left, right}, "", "DP-1@800,0"},
		{"by name", []Monitor{clerk, left, right}, "DP-2", "DP-2@1600,0"},
		{"by name and place", []Monitor{clerk, left, right, twin}, "DP-1@2400,0", "DP-1@2400,0"},
		{"two of a name: the first", []Monitor{clerk, twin, left}, "DP-1", "DP-1@2400,0"},
		{"not there", []Monitor{clerk, left}, "DP-2", ""},
		{"moved", []Monitor{clerk, left}, "DP-1@2400,0", ""},
		{"the clerk's own", []Monitor{clerk, left}, "HDMI-1", ""},
		{"a mirror of the clerk's", []Monitor{clerk, mirror}, "DP-3", ""},
		{"alone", []Monitor{clerk}, "", ""},
		{"none at all", nil, "", ""},
	} {
		got, ok := chosen(row.all, row.wanted)
		if ok != (row.want != "") || ok && got.String() != row.want {
			t.Errorf("%s: %v, %v", row.name, got, ok)
		}
	}
}
