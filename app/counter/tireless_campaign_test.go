//go:build campaign

package counter_test

import (
	"image"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/devices/signpad/softpad"
)

// tireless is a clerk who does what the screen asks for until the case is over,
// whatever was refused before, and a citizen who has time.
type tireless struct {
	*hall
	whole bool // the whole line; or the case is given up once the licences are there
	saw   func(desk.Snapshot)

	code     string
	did      moment
	refusals int
}

// moment is what is done once: the same is done again only after a while.
type moment struct {
	stage  desk.Stage
	busy   desk.Busy
	screen casework.ScreenKind
	page   int
	inked  bool
	camera desk.LightState
}

func momentOf(s desk.Snapshot) moment {
	m := moment{stage: s.Stage, busy: s.Busy, screen: s.ScreenKind, inked: len(s.Ink) > 0, camera: s.Camera.State}
	if s.Case != nil {
		m.page = s.Case.Page
	}
	return m
}

// patience is how long the clerk waits before the same is tried again.
const patience = 40 * time.Millisecond

// serve goes on until the case is over, and returns it. The case is begun where none
// is on the screen.
func (c *tireless) serve() casework.CaseID {
	c.t.Helper()
	again := time.NewTicker(patience)
	defer again.Stop()
	c.code, c.did = "", moment{}
	for {
		s := c.last
		if s.Revision > 0 && (s.Stage == desk.StageDone || s.Stage == desk.StageEnded) {
			return s.Case.ID
		}
		if m := momentOf(s); s.Revision > 0 && s.Busy == "" && m != c.did {
			c.did = m
			if err := c.act(s); err != nil {
				c.refusals++
			}
		}
		select {
		case s, open := <-c.watch:
			if !open {
				c.t.Fatal("the desk closed")
			}
			c.last = s
			c.saw(s)
		case <-again.C:
			c.did = moment{}
		case <-c.ctx.Done():
			c.t.Fatalf("the case never ends: stage %s, screen %s, busy %q, problem %+v, ledger %+v, centre %+v, pad %+v\n%s", s.Stage, s.ScreenKind, s.Busy, s.Problem, s.Ledger, s.Centre, s.Pad, c.log)
		}
	}
}

// act does the one thing that the screen asks for. What it refuses is asked again.
func (c *tireless) act(s desk.Snapshot) error {
	shows := func(k casework.ScreenKind) bool { return s.ScreenKind == k }
	switch {
	case s.Case == nil && s.Pad.State != desk.Good:
		return nil
	case s.Case == nil && len(s.Unfinished) > 0:
		return c.desk.Resume(c.ctx, s.Unfinished[0].ID)
	case s.Case == nil:
		return c.desk.Open(c.ctx, c.item.Code)
	case s.Stage == desk.StageAuthorize:
		return c.authorize(s)
	case s.Stage == desk.StageTap, s.Stage == desk.StageReview && !c.whole,
		s.Stage == desk.StageRetrieve && s.Problem != nil && !slices.Contains(ofTheLine(), s.Problem.Kind):
		return c.desk.Abandon(c.ctx, casework.CitizenLeft)
	case s.Stage == desk.StageRetrieve:
		return c.desk.Retry(c.ctx)
	case s.Stage == desk.StageReview:
		return c.review(s)
	case s.Stage == desk.StageConfirm && shows(casework.ScreenConfirm) && s.Case.Page+1 < s.Case.Pages:
		return c.tap(s, casework.TouchNext)
	case s.Stage == desk.StageConfirm && shows(casework.ScreenConfirm), s.Stage == desk.StageConsent && shows(casework.ScreenPhoto):
		return c.tap(s, casework.TouchAgree)
	case s.Stage == desk.StageSign && shows(casework.ScreenSign):
		if err := c.pad.Play(c.ctx, softpad.Signature(s.Screen.Ink)); err != nil {
			return err
		}
		return c.tap(s, casework.TouchAgree)
	case s.Stage == desk.StagePhoto && s.Camera.State == desk.Good:
		return c.desk.Photograph(c.ctx)
	case s.Stage == desk.StageCrop:
		return c.desk.Crop(c.ctx, s.Case.Corners)
	case s.Stage == desk.StageSubmit:
		return c.desk.Submit(c.ctx)
	}
	return nil
}

// authorize has the citizen tell a code: the same again while the line is to blame,
// a new one when the centre does not take it.
func (c *tireless) authorize(s desk.Snapshot) error {
	if s.Problem != nil && !slices.Contains(ofTheLine(), s.Problem.Kind) {
		c.code = ""
	}
	if c.code == "" {
		code, err := c.phone.MakeCode(c.ctx, c.item)
		if err != nil {
			return err
		}
		c.code = code
	}
	return c.desk.Paste(c.code)
}

// ofTheLine are the refusals for which nobody at the counter has done anything wrong.
func ofTheLine() []casework.RefusalKind {
	return []casework.RefusalKind{casework.CentreUnreachable, casework.CentreFailing, casework.CentreGarbled, casework.LedgerUnreachable, casework.NotNow}
}

func (c *tireless) review(s desk.Snapshot) error {
	for _, f := range s.Case.Item.Form {
		value := "手填的内容"
		if f.From != "" {
			continue
		}
		if len(f.Choices) > 0 {
			value = f.Choices[0].Value
		}
		if err := c.desk.Fill(c.ctx, f.Field, value); err != nil {
			return err
		}
	}
	return c.desk.Push(c.ctx)
}

func (c *tireless) tap(s desk.Snapshot, name casework.TouchName) error {
	area := s.Screen.Area(name)
	if area.Empty() {
		return casework.Refuse(casework.NotNow, "the screen cannot be touched there")
	}
	return c.pad.Tap(c.ctx, image.Pt((area.Min.X+area.Max.X)/2, (area.Min.Y+area.Max.Y)/2))
}

// told checks a snapshot against the journal: nothing is shown as done that is not on
// disk, and nothing as on the ledger without a receipt.
func (h *hall) told(s desk.Snapshot) {
	h.t.Helper()
	if s.Case == nil {
		return
	}
	r, err := h.counter.Journal.Case(h.ctx, s.Case.ID)
	if err != nil && casework.KindOf(err) != casework.WrongCase {
		h.t.Fatal(err)
	}
	shown := map[casework.StepKind]int{}
	for _, step := range s.Case.Rail {
		if step.State != desk.RailDone || step.Skipped {
			continue
		}
		shown[step.Kind]++
		i := slices.IndexFunc(r.Steps, func(k casework.StepRecord) bool {
			return k.Kind == step.Kind && (step.Send != casework.Committed || k.Send == casework.Committed)
		})
		if i < 0 {
			h.t.Errorf("the screen shows %s as done and %s, the journal has %d steps", step.Kind, step.Send, len(r.Steps))
		}
	}
}

// whatItWas returns the steps of a case that is over, and checks that each was taken
// once, but for an authorization that the citizen gave again.
func (h *hall) whatItWas(id casework.CaseID) []casework.StepKind {
	h.t.Helper()
	r, err := h.counter.Journal.Case(h.ctx, id)
	h.must(err)
	times := map[casework.StepKind]int{}
	for _, k := range kindsOf(r) {
		times[k]++
		if times[k] > 1 && k != casework.Authorized {
			h.t.Errorf("%s stands twice in the case", k)
		}
	}
	if !r.Standing.State.Ended() {
		h.t.Errorf("the case is %s", r.Standing.State)
	}
	return kindsOf(r)
}
