package devices

import (
	"runtime"
	"strings"

	"counterfoil/app/desk"
)

// told says what a test has found so far, a line each. Of a device that is away
// nothing is expected.
func told(t func(string, ...any) string, r desk.Trial, away bool) []string {
	var lines []string
	if away {
		lines, r.PerSecond = append(lines, t("ui.devices.away")), 0
	}
	switch r.Of {
	case desk.TryPad:
		lines = append(lines, t("ui.devices.pad.reports", r.Reports, r.Lost, r.Strokes), t("ui.devices.pad.rate", r.Rate, r.Pressure))
		switch {
		case away:
		case r.Reports == 0:
			lines = append(lines, t("ui.devices.pad.silent"))
		case r.Lost > 0:
			lines = append(lines, t("ui.devices.pad.lost"))
		}
	case desk.TryCamera, desk.TryDocument:
		lines = append(lines, t("ui.devices.camera.frames", r.Frames, r.PerSecond, r.Size.X, r.Size.Y))
		if r.Still.X > 0 {
			lines = append(lines, t("ui.devices.camera.still", r.Still.X, r.Still.Y, float64(r.Took.Milliseconds())/1000))
		}
		if r.Frames == 0 && !away {
			lines = append(lines, t("ui.devices.camera.silent"))
		}
	case desk.TryScanner:
		lines = append(lines, t("ui.devices.scanner.scans", r.Scans))
		switch {
		case r.Scans == 0 && away:
		case r.Scans == 0:
			lines = append(lines, t("ui.devices.scanner.silent"))
		case r.Scan == "":
			lines = append(lines, t("ui.devices.scanner.ours", r.Length))
		default:
			lines = append(lines, t("ui.devices.scanner.other", r.Length), t("refusal."+string(r.Scan)+".what"))
		}
	}
	if r.Gone > 0 {
		lines = append(lines, t("ui.devices.gone", r.Gone))
	}
	return lines
}

// report is the result as a text: the devices as they are now, and the last test
// of each. It holds nothing of a person.
func (p *Page) report() string {
	t := p.b.T
	lines := []string{t("ui.devices.title"), p.b.Now().Local().Format("2006-01-02 15:04:05 -0700")}
	lines = append(lines, p.b.About...)
	lines = append(lines, runtime.GOOS+"/"+runtime.GOARCH)
	for _, of := range p.order() {
		l := p.light(of)
		_, words := p.b.Light(l, "ui."+string(of))
		lines = append(lines, "", words)
		lines = append(lines, p.facts(of)...)
		lines = append(lines, p.advice(l)...)
		if l.Detail != "" {
			lines = append(lines, l.Detail)
		}
		if r, ok := p.results[of]; ok {
			lines = append(lines, t("ui.devices.tested", r.Since.Local().Format("15:04:05")))
			lines = append(lines, told(t, r, false)...)
		} else {
			lines = append(lines, t("ui.devices.untested"))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
