package desk

import (
	"context"
	"errors"
	"image"
	"sync"
	"time"

	"counterfoil/app/casework"
)

// padSide is the pad as Run's goroutine knows it.
type padSide struct {
	light    Light
	identity casework.PadIdentity
	slot     chan showing // to the attached pad, the latest only; nil: no pad
	screen   casework.CitizenScreen
	picture  casework.Picture
	wanted   int  // number of the latest picture handed over
	shown    int  // number of the latest picture on the display
	stale    bool // to be shown again although nothing changed: the ink on it has to go
	pen      pen
}

// showing is one picture on its way to the display.
type showing struct {
	number  int
	picture casework.Picture
}

// The pace of opening a pad or a camera that is not there.
const (
	firstWait = 250 * time.Millisecond
	lastWait  = 5 * time.Second
)

func (p *padSide) attached() bool { return p.slot != nil }

// ready reports whether the display shows the latest picture: a touch before
// that was meant for another screen.
func (p *padSide) ready() bool { return p.attached() && p.shown == p.wanted && !p.stale }

func (p *padSide) show(screen casework.CitizenScreen, picture casework.Picture) {
	p.screen, p.picture, p.stale = screen, picture, false
	p.pen = p.pen.away(p.pen.down)
	p.wanted++
	select {
	case <-p.slot:
	default:
	}
	p.slot <- showing{number: p.wanted, picture: picture}
}

// drivePad keeps a pad open as long as ctx lasts, and opens it again whenever
// it went away.
func (d *Desk) drivePad(ctx context.Context) {
	wait, plugged := firstWait, d.plugged(ctx)
	for ctx.Err() == nil {
		pad, err := d.openPad(ctx)
		if err == nil {
			wait = firstWait
			err = d.usePad(ctx, pad)
		}
		if ctx.Err() != nil {
			return
		}
		d.post(func() { d.padGone(err) })
		replugged(ctx, wait, plugged)
		wait = min(wait*2, lastWait)
	}
}

// openPad opens the pad. The software pad is refused outside practice: its ink
// is a mouse's.
func (d *Desk) openPad(ctx context.Context) (Pad, error) {
	pad, err := d.opt.OpenPad(ctx)
	if err != nil {
		return nil, err
	}
	if pad.Identity().Software() && !d.opt.Practice {
		pad.Close()
		return nil, casework.Refuse(casework.PadUnsupported, "a software pad outside practice")
	}
	return pad, nil
}

// usePad serves an open pad until it fails or ctx ends, and closes it. The last
// thing it shows is the idle screen: nobody's form stays on the counter.
func (d *Desk) usePad(ctx context.Context, pad Pad) error {
	defer pad.Close()
	slot := make(chan showing, 1)
	use, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	d.post(func() { d.padThere(pad.Identity(), slot) })
	var both sync.WaitGroup
	both.Go(func() { fail(d.readPad(use, pad)) })
	both.Go(func() { fail(d.writePad(use, pad, slot)) })
	both.Wait()
	if ctx.Err() != nil {
		d.leavePad(pad)
	}
	return context.Cause(use)
}

func (d *Desk) leavePad(pad Pad) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	id := pad.Identity()
	idle := casework.CitizenScreen{Kind: casework.ScreenIdle, Language: d.opt.Language, Practice: d.opt.Practice, Hall: d.opt.HallName, Counter: string(d.opt.Counter)}
	picture := d.opt.Screens.Draw(idle, image.Pt(id.Width, id.Height))
	_ = pad.Show(ctx, picture.Image, picture.Ink) // a pad that is gone shows nothing anyway
}

func (d *Desk) readPad(ctx context.Context, pad Pad) error {
	for {
		sample, err := pad.Read(ctx)
		if err != nil {
			return err
		}
		d.post(func() { d.penMoved(sample) })
	}
}

func (d *Desk) writePad(ctx context.Context, pad Pad, slot chan showing) error {
	for {
		select {
		case s := <-slot:
			if err := pad.Show(ctx, s.picture.Image, s.picture.Ink); err != nil {
				return err
			}
			d.post(func() { d.padShown(slot, s.number) })
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (d *Desk) padThere(id casework.PadIdentity, slot chan showing) {
	p := &d.pad
	p.identity, p.slot, p.stale, p.pen = id, slot, true, pen{}
	p.light = Light{State: Good, Name: id.Model, Since: d.opt.Now()}
}

func (d *Desk) padShown(slot chan showing, number int) {
	p := &d.pad
	if p.slot != slot {
		return
	}
	p.shown = number
	if p.ready() && d.at != nil && d.at.stage == StageConfirm && p.screen.Kind == casework.ScreenConfirm {
		d.at.confirm.seen = max(d.at.confirm.seen, d.at.confirm.page+1)
	}
}

// padGone notes why there is no pad. A signature under way starts anew when it
// is back: what was lost of it is unknown.
func (d *Desk) padGone(why error) {
	p := &d.pad
	kind := casework.KindOf(why)
	if kind == "" {
		kind = casework.PadMissing
		if p.attached() {
			kind = casework.PadLost
		}
	}
	if p.attached() {
		d.left(TryPad)
	}
	if p.attached() && d.at != nil {
		if d.at.stage == StageSign {
			d.at.ink = inking{again: d.at.ink.again}
		}
		d.attempt(d.at, d.at.next(), kind) // no problem on the screen: the light says it, and it mends itself
	}
	state := Waiting
	if kind == casework.PadUnsupported || kind == casework.PadDenied { // it does not mend itself
		state = Failed
	}
	if p.light.State != state || p.light.Reason != kind {
		p.light = Light{State: state, Name: p.light.Name, Reason: kind, Detail: missing(why), Since: d.opt.Now()}
	}
	p.slot, p.screen, p.picture = nil, casework.CitizenScreen{}, casework.Picture{}
}

// missing says what an administrator has to add so that a device may be opened.
func missing(why error) string {
	var refusal *casework.Refusal
	if !errors.As(why, &refusal) {
		return ""
	}
	switch refusal.Kind {
	case casework.PadDenied, casework.CameraDenied, casework.ScannerDenied:
		return refusal.Detail
	}
	return ""
}
