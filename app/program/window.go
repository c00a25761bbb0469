package program

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/app/desk"
	"counterfoil/app/explain"
	"counterfoil/assets"
	"counterfoil/ui"
	"counterfoil/ui/look"
)

// show runs the window. drawn is called once when it has been painted.
func (p *program) show(ctx context.Context, c *counter.Counter, s config.Settings, o counter.Options, drawn func()) error {
	options := ui.Options{
		Desk: c.Desk, Catalogue: o.Catalogue, Texts: p.texts, Fonts: look.Fonts{Regular: assets.Regular(), Bold: assets.Bold()},
		Icon: assets.Icon(), Language: p.window, Mode: look.Mode(s.Appearance), Scale: float32(s.TextScale) / 100,
		Practice: o.Practice, Address: o.Centre, Version: versionText(), Citizen: s.Devices.Citizen == "second-monitor", Monitor: s.Devices.Monitor, Monitors: p.logMonitors, Scanner: s.Devices.Scanner == "window", Card: o.Cards != "", Changed: p.keepPreferences(s.Journal), SaveReport: c.KeepReport, SaveShift: c.KeepShift,
		Shown:     p.logShown(),
		FirstDraw: func() { p.painted(drawn) },
	}
	p.shown = true
	if p.pad != nil {
		options.Pad = p.pad
	}
	if p.screen != nil {
		options.Screen = p.screen
	}
	closed := make(chan struct{})
	defer close(closed)
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-closed:
		case <-time.After(closeTime):
			p.leave(c)
		}
	})
	defer stop()
	return ui.Run(ctx, options)
}

// logMonitors says which monitors there are, for whoever chooses one.
func (p *program) logMonitors(all []ui.Monitor) {
	p.log.Info("monitors", "there", fmt.Sprint(all))
}

// closeTime is how long a window may take to close after the program was told
// to end: Fyne's loop now and then waits for ever.
const closeTime = 10 * time.Second

// leave ends the program in the window's stead. Everything is on disk already;
// the parts are closed in their order all the same.
func (p *program) leave(c *counter.Counter) {
	p.log.Warn("the window did not close")
	err := c.Close()
	if p.centre != nil {
		err = errors.Join(err, p.centre.Close())
	}
	if err != nil {
		p.log.Error("closing", "error", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// logShown returns what writes a line when the window shows another stage, fewer
// fields to fill, another refusal, or that the counter was closed or opened: from then on keys reach that screen.
func (p *program) logShown() func(desk.Snapshot) {
	last := ""
	return func(s desk.Snapshot) {
		missing, problem := 0, casework.RefusalKind("")
		if s.Case != nil {
			missing = len(s.Case.Missing)
		}
		if s.Problem != nil {
			problem = s.Problem.Kind
		}
		if now := fmt.Sprintf("%s %d %s %v", s.Stage, missing, problem, s.Shift.Closed); now != last {
			last = now
			line := []any{"stage", s.Stage, "missing", missing, "problem", problem}
			if s.Shift.Closed {
				line = append(line, "closed", true)
			}
			p.log.Info("shown", line...)
		}
	}
}

// tell says what went wrong in every language, in the words that a person gets
// on the screen, and in a window to whoever clicked an icon.
func (p *program) tell(ctx context.Context, err error) {
	if errors.Is(err, errTold) {
		return
	}
	for _, language := range p.texts.Languages() {
		title, lines := explain.Explain(p.texts.T, language, err)
		fmt.Fprintln(p.errs, title)
		for _, l := range lines {
			fmt.Fprintln(p.errs, " ", l)
		}
	}
	if p.command == "" && !p.shown && hasDisplay() { // a window after the window cannot be
		ui.Tell(ctx, ui.Telling{Texts: p.texts, Fonts: look.Fonts{Regular: assets.Regular(), Bold: assets.Bold()}, Icon: assets.Icon(), Language: cmp.Or(p.window, p.language)}, err)
	}
}
