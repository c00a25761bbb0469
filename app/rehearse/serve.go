package rehearse

import (
	"context"
	"errors"
	"image"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
)

// rehearsal is a rehearsal under way.
type rehearsal struct {
	o      Options
	latest chan desk.Snapshot // at most one: the newest that was not taken
	last   desk.Snapshot
	lines  lines
	timing timing
	method casework.Method
	item   casework.ServiceItem
	done   map[deed]bool
}

// deed is something that is done once a case. A snapshot may be older than what
// was done last, so what it asks for may be done already.
type deed struct {
	stage desk.Stage
	page  int
}

// serve takes one case from the opening to the last receipt.
func (r *rehearsal) serve(ctx context.Context, item casework.ServiceItem, method casework.Method) error {
	r.item, r.method, r.done = item, method, map[deed]bool{}
	r.timing.begin()
	if err := r.until(ctx, r.o.Step, func(s desk.Snapshot) bool {
		return s.Pad.State == desk.Good && (s.Stage == desk.StageIdle || s.Case == nil)
	}); err != nil {
		return err
	}
	r.press()
	if err := r.o.Desk.Open(ctx, item.Code); err != nil {
		return err
	}
	for r.last.Stage != desk.StageDone {
		moment := momentOf(r.last)
		if err := r.act(ctx); err != nil {
			return err
		}
		if err := r.until(ctx, r.o.Step, func(s desk.Snapshot) bool { return momentOf(s) != moment }); err != nil {
			return err
		}
		if p := r.last.Problem; p != nil {
			return casework.Refuse(p.Kind, "during "+string(p.Step))
		}
	}
	id, rail := r.last.Case.ID, len(r.last.Case.Rail)
	err := r.until(ctx, r.o.Receipt, func(s desk.Snapshot) bool { return s.Case == nil || r.timing.complete(rail) })
	r.lines.add(r.timing.steps(id))
	if err != nil {
		return err
	}
	if err := r.pause(ctx); err != nil {
		return err
	}
	r.o.Desk.Clear()
	if err := r.until(ctx, r.o.Step, func(s desk.Snapshot) bool { return s.Case == nil }); err != nil || r.o.After == nil {
		return err
	}
	return r.o.After(ctx, id)
}

// moment is what a rehearsal reacts to: while it stays the same, there is
// nothing more to do.
type moment struct {
	stage   desk.Stage
	busy    desk.Busy
	screen  casework.ScreenKind
	page    int
	request string
	status  protocol.RequestStatus
	missing int
	inked   bool
	camera  desk.LightState
	problem casework.RefusalKind
}

func momentOf(s desk.Snapshot) moment {
	m := moment{stage: s.Stage, busy: s.Busy, screen: s.ScreenKind, inked: len(s.Ink) > 0}
	if s.Stage == desk.StagePhoto {
		m.camera = cameraOf(s)
	}
	if s.Case != nil {
		m.page, m.missing = s.Case.Page, len(s.Case.Missing)
		if s.Case.Request != nil && s.Stage == desk.StageAuthorize {
			m.request, m.status = s.Case.Request.Link, s.Case.Request.Status
		}
	}
	if s.Problem != nil {
		m.problem = s.Problem.Kind
	}
	return m
}

// act does the one thing that the moment asks for, once.
func (r *rehearsal) act(ctx context.Context) error {
	s := r.last
	do := r.deed(s)
	if do == nil {
		return nil
	}
	d := deed{stage: s.Stage, page: s.Case.Page}
	if r.done[d] {
		return nil
	}
	r.done[d] = true
	if err := r.pause(ctx); err != nil {
		return err
	}
	return do(ctx, s)
}

// pause lets those who watch look.
func (r *rehearsal) pause(ctx context.Context) error {
	if r.o.Pace <= 0 {
		return nil
	}
	over := time.NewTimer(r.o.Pace)
	defer over.Stop()
	select {
	case <-over.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// deed returns what a snapshot asks for, or nil.
func (r *rehearsal) deed(s desk.Snapshot) func(context.Context, desk.Snapshot) error {
	shows := func(k casework.ScreenKind) bool { return s.ScreenKind == k && s.Busy == "" }
	switch {
	case s.Case == nil:
		return nil
	case s.Stage == desk.StageAuthorize && (r.method == casework.ByCode || s.Case.Request != nil):
		return r.authorize
	case s.Stage == desk.StageReview:
		return r.review
	case s.Stage == desk.StageConfirm && shows(casework.ScreenConfirm):
		return r.confirm
	case s.Stage == desk.StageSign && shows(casework.ScreenSign):
		return r.sign
	case s.Stage == desk.StageConsent && shows(casework.ScreenPhoto):
		return func(ctx context.Context, s desk.Snapshot) error { return r.touch(ctx, s, casework.TouchAgree) }
	case s.Stage == desk.StageCrop:
		return r.clerk(func(ctx context.Context) error { return r.o.Desk.Crop(ctx, s.Case.Corners) })
	case s.Stage == desk.StagePhoto && cameraOf(s) == desk.Good:
		return r.clerk(r.o.Desk.Photograph)
	case s.Stage == desk.StageSubmit:
		return r.clerk(r.o.Desk.Submit)
	}
	return nil
}

func (r *rehearsal) clerk(intent func(context.Context) error) func(context.Context, desk.Snapshot) error {
	return func(ctx context.Context, _ desk.Snapshot) error {
		r.press()
		return intent(ctx)
	}
}

func (r *rehearsal) authorize(ctx context.Context, s desk.Snapshot) error {
	if r.method == casework.ByQR {
		r.press()
		return r.o.Citizen.AnswerRequest(ctx, s.Case.Request.Link, true)
	}
	code, err := r.o.Citizen.MakeCode(ctx, r.item)
	if err != nil {
		return err
	}
	r.press()
	return r.o.Desk.Paste(code)
}

// confirm reads page after page.
func (r *rehearsal) confirm(ctx context.Context, s desk.Snapshot) error {
	if s.Case.Page+1 < s.Case.Pages {
		return r.touch(ctx, s, casework.TouchNext)
	}
	return r.touch(ctx, s, casework.TouchAgree)
}

func (r *rehearsal) review(ctx context.Context, s desk.Snapshot) error {
	for _, f := range s.Case.Item.Form {
		value := ""
		switch {
		case f.From != "":
			continue
		case len(f.Choices) > 0:
			value = f.Choices[0].Value
		default:
			value = r.o.Clerk(f)
		}
		if err := r.o.Desk.Fill(ctx, f.Field, value); err != nil {
			return err
		}
	}
	return r.o.Desk.Push(ctx)
}

func (r *rehearsal) sign(ctx context.Context, s desk.Snapshot) error {
	if err := r.o.Hand.Sign(ctx, s.Screen.Ink); err != nil {
		return err
	}
	return r.touch(ctx, s, casework.TouchAgree)
}

func (r *rehearsal) touch(ctx context.Context, s desk.Snapshot, name casework.TouchName) error {
	area := s.Screen.Area(name)
	if area.Empty() {
		return casework.Refuse(casework.NotNow, "the screen "+string(s.ScreenKind)+" cannot be touched there")
	}
	r.press()
	return r.o.Hand.Tap(ctx, image.Pt((area.Min.X+area.Max.X)/2, (area.Min.Y+area.Max.Y)/2))
}

// press notes that somebody has just caused the next step.
func (r *rehearsal) press() { r.timing.press(r.o.Now()) }

// follow times every snapshot the moment it comes, also while an intent has not
// returned yet, and keeps the newest for until.
func (r *rehearsal) follow(watch <-chan desk.Snapshot) {
	defer close(r.latest)
	for s := range watch {
		if s.Case != nil {
			r.timing.see(s.Case.Rail, r.o.Now())
		}
		select {
		case <-r.latest:
		default:
		}
		r.latest <- s
	}
}

// until takes snapshots until one is as wanted, the last one taken included.
func (r *rehearsal) until(ctx context.Context, limit time.Duration, wanted func(desk.Snapshot) bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errors.New("nothing happened for "+limit.String()+" at "+string(r.last.Stage)))
	defer cancel()
	for r.last.Revision == 0 || !wanted(r.last) {
		select {
		case s, open := <-r.latest:
			if !open {
				return casework.Refuse(casework.NotNow, "the desk is closed")
			}
			r.last = s
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// cameraOf is how the camera is that the case's photo is taken with.
func cameraOf(s desk.Snapshot) desk.LightState {
	if s.Case.Item.PhotoOf == casework.OfDocument && s.Document.State != desk.Absent {
		return s.Document.State
	}
	return s.Camera.State
}
