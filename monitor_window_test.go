//go:build window

package main_test

import (
	"image"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/ui"
)

// TestMonitorsACitizenSignsOnTheSecondOne is a whole case with the second monitor
// as the pad, which is unplugged while the citizen signs and plugged in again.
// packaging/lib.sh has the display with two monitors that it needs.
func TestMonitorsACitizenSignsOnTheSecondOne(t *testing.T) {
	c := startCounterWith(t, ui.CitizenTitle, image.Pt(800, 600), "--screen-pad")
	c.monitor = true
	c.await(`msg=light of=pad state=good`)
	c.await(`msg=screen kind=idle`)
	c.covers(image.Rect(1400, 0, 2200, 600))
	p := startPhone(t, c.phone)
	p.signIn("chen-zhiyuan")
	c.chosen("ylqx", `msg=screen kind=qr`)
	c.picture("monitor-qr")
	c.types(p.makeCode("ylqx", "SAMPLE-0001"))
	c.signing = func() {
		ink := c.padPicture("sign", 0, 1).Ink
		c.sign(ink)
		c.picture("monitor-signed")
		c.tool("xrandr", "--output", "DUMMY1", "--off")
		c.await(`msg=light of=pad state=waiting`)
		// It closes a moment after the light says that its monitor is gone; were it to
		// stay, the context would end this.
		for c.windows(ui.CitizenTitle) != "" {
		}
		if *screens != "" {
			c.tool("import", "-window", "root", filepath.Join(*screens, "monitor-gone.png"))
		}
		c.tool("xrandr", "--output", "DUMMY1", "--mode", "800x600", "--pos", "1400x0")
		c.await(`msg=light of=pad state=good`)
		c.await(`msg=screen kind=sign`)
		c.pad = c.window(ui.CitizenTitle)
		c.covers(image.Rect(1400, 0, 2200, 600))
	}
	c.verify(c.serve(3))
}

// windows returns the windows of a title. The tool asks for one window after the
// other, and fails when one goes meanwhile: then it is asked again.
func (c *counter) windows(title string) string {
	c.t.Helper()
	for {
		ids := c.tool("sh", "-c", `xdotool search --onlyvisible --name "$1" 2>&1 || true`, "sh", title)
		if !strings.Contains(ids, "X Error") {
			return ids
		}
	}
}

// covers waits until the citizen's window is where a monitor is.
func (c *counter) covers(want image.Rectangle) {
	c.t.Helper()
	geometry := ""
	for range 300 { // some 10 s
		geometry = c.tool("xdotool", "getwindowgeometry", "--shell", c.pad)
		got := shell(geometry)
		if image.Rect(got["X"], got["Y"], got["X"]+got["WIDTH"], got["Y"]+got["HEIGHT"]) == want {
			return
		}
	}
	c.t.Fatalf("the citizen's window is at\n%s", geometry)
}

// shell reads the lines NAME=NUMBER.
func shell(text string) map[string]int {
	all := map[string]int{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			for _, d := range value {
				all[name] = all[name]*10 + int(d-'0')
			}
		}
	}
	return all
}
