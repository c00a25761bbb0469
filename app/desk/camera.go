package desk

import (
	"context"
	"sync/atomic"
	"time"

	"counterfoil/app/casework"
)

// cameraSide is a camera as Run's goroutine knows it. There are two: one before
// the citizen, and one above the desk for pages, where the hall has it.
type cameraSide struct {
	open   func(context.Context) (Camera, error) // nil: not configured
	of     Tried                                 // what a test of it is
	light  Light
	turn   chan struct{}      // holds one value: whose turn it is to have the camera open
	stop   context.CancelFunc // ends the use for a photo; nil: not in use
	stills chan still
	warns  []casework.PictureWarning
	modes  []string
	turned *atomic.Int32 // degrees, by the clerk's hand, until the program ends
	use    Stage         // what it is open for: StagePhoto, or StageIdle for a test
}

// still is a wish for a picture; done is called from another goroutine, once.
type still func(jpeg []byte, err error)

// take has a picture taken.
func (c *cameraSide) take(done still) {
	select {
	case c.stills <- done:
	default:
		done(nil, casework.Refuse(casework.CameraMissing, "the camera is not ready"))
	}
}

func newCameraSide(open func(context.Context) (Camera, error), of Tried, now time.Time) cameraSide {
	c := cameraSide{open: open, of: of, light: Light{State: Absent}, turn: make(chan struct{}, 1), turned: new(atomic.Int32)}
	if open != nil {
		c.light = Light{State: Waiting, Since: now}
	}
	c.turn <- struct{}{}
	return c
}

func (d *Desk) cameras() []*cameraSide { return []*cameraSide{&d.camera, &d.document} }

// cameraFor returns the camera that takes an item's photo. A hall with one camera
// holds pages before that.
func (d *Desk) cameraFor(item casework.ServiceItem) *cameraSide {
	if item.PhotoOf == casework.OfDocument && d.document.open != nil {
		return &d.document
	}
	return &d.camera
}

// directCamera has a camera open exactly while a photo is to be taken: a
// camera that runs before the citizen agreed is none of ours.
func (d *Desk) directCamera(c *cameraSide) {
	use, live := d.cameraUse(c)
	switch {
	case live && c.stop == nil:
		ctx, stop := context.WithCancel(d.ctx)
		stills := make(chan still, 1)
		c.stop, c.stills, c.use = stop, stills, use
		of := d.photoOf(c)
		d.beside.Go(func() { d.driveCamera(ctx, c, stills, use, of) })
	case c.stop != nil && (!live || use != c.use):
		c.stop()
		c.stop, c.stills, c.warns = nil, nil, nil
		d.frames.forget()
	}
}

// cameraUse says what the camera is wanted for now: a photo, or a test without
// anybody before it.
func (d *Desk) cameraUse(c *cameraSide) (use Stage, wanted bool) {
	switch {
	case c.open == nil:
	case d.at != nil:
		return StagePhoto, d.at.stage == StagePhoto && d.closed() == nil && d.cameraFor(d.at.item) == c
	case d.trial != nil:
		return StageIdle, d.trial.Of == c.of
	}
	return "", false
}

// photoOf says by which measure a camera's live picture is judged now.
func (d *Desk) photoOf(c *cameraSide) casework.PhotoOf {
	if d.at != nil {
		return d.at.item.PhotoOf
	}
	if c == &d.document {
		return casework.OfDocument
	}
	return casework.OfPerson
}

// probeCameras opens the cameras once, to see that they are there, and closes them.
func (d *Desk) probeCameras() {
	for _, c := range d.cameras() {
		d.probeCamera(c)
	}
}

func (d *Desk) probeCamera(c *cameraSide) {
	if c.open == nil || c.stop != nil {
		return
	}
	d.beside.Go(func() {
		select {
		case <-c.turn:
			defer func() { c.turn <- struct{}{} }()
		default:
			return // somebody has it open: it is there
		}
		camera, err := c.open(d.ctx)
		if err != nil {
			d.post(func() { d.cameraGone(c, nil, err) })
			return
		}
		name, modes := camera.Name(), camera.Modes()
		camera.Close()
		d.post(func() { d.cameraThere(c, name, modes) })
	})
}

// driveCamera keeps the camera open until ctx ends, and opens it again whenever
// it went away.
func (d *Desk) driveCamera(ctx context.Context, c *cameraSide, stills chan still, use Stage, of casework.PhotoOf) {
	defer unanswered(stills)
	select {
	case <-c.turn:
		defer func() { c.turn <- struct{}{} }()
	case <-ctx.Done():
		return
	}
	plugged := d.plugged(ctx)
	for wait := firstWait; ; wait = min(wait*2, lastWait) {
		err := d.useCamera(ctx, c, stills, use, of)
		if ctx.Err() == nil {
			d.post(func() { d.cameraGone(c, stills, err) })
		}
		unanswered(stills)
		if !replugged(ctx, wait, plugged) {
			return
		}
	}
}

// unanswered refuses the wish that nobody is there to fulfil, so that whoever
// waits for it goes on.
func unanswered(stills <-chan still) {
	select {
	case done := <-stills:
		done(nil, casework.Refuse(casework.CameraLost, "the camera is gone"))
	default:
	}
}

func (d *Desk) useCamera(ctx context.Context, c *cameraSide, stills chan still, use Stage, of casework.PhotoOf) error {
	camera, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer camera.Close()
	name, modes := camera.Name(), camera.Modes()
	d.post(func() { d.cameraThere(c, name, modes) })
	looking := look{d: d, camera: c, of: of, stills: stills, tried: use == StageIdle}
	for {
		if err := d.nextFrame(ctx, camera, stills, &looking); err != nil {
			return err
		}
	}
}

// nextFrame hands one preview picture out, or takes the still that is wished
// for. A wish does not wait for a preview that may never come.
func (d *Desk) nextFrame(ctx context.Context, camera Camera, stills <-chan still, looking *look) error {
	frame, stop := context.WithCancel(ctx)
	defer stop()
	got := make(chan error, 1)
	go func() {
		jpeg, err := camera.Frame(frame)
		if shown, bad := d.asTurned(looking.camera, jpeg); err == nil && bad == nil { // one bad frame; the next one comes
			d.frames.send(shown)
			looking.at(shown)
		}
		got <- err
	}()
	select {
	case err := <-got:
		return err
	case done := <-stills:
		stop()
		<-got
		jpeg, err := camera.Still(ctx)
		if err == nil {
			jpeg, err = d.asTurned(looking.camera, jpeg)
		}
		done(jpeg, err)
		return err
	}
}

// why is what keeps the camera from taking a picture, as its light says.
func (c *cameraSide) why() error {
	if c.light.Reason == "" {
		return casework.Refuse(casework.CameraMissing, "no camera to take the picture with")
	}
	return casework.Refuse(c.light.Reason, "the camera cannot take a picture now")
}

func (d *Desk) cameraThere(c *cameraSide, name string, modes []string) {
	c.modes = modes
	if c.light.State != Good {
		c.light = Light{State: Good, Name: name, Since: d.opt.Now()}
	}
}

// cameraGone notes why there is no camera. Of the use that is told by its wishes
// it is a try of the case's photo, if the case still has that use: not of a test,
// of a look whether it is there, or of a photo of before.
func (d *Desk) cameraGone(c *cameraSide, of chan still, why error) {
	c.warns = nil
	kind := casework.KindOf(why)
	if kind == "" {
		kind = casework.CameraMissing
	}
	if c.light.State == Good {
		d.left(c.of)
	}
	if c.light.State == Good && d.at != nil && of != nil && c.stills == of && c.use == StagePhoto {
		d.attempt(d.at, casework.Photographed, kind)
	}
	if c.light.State != Waiting || c.light.Reason != kind {
		c.light = Light{State: Waiting, Name: c.light.Name, Reason: kind, Detail: missing(why), Since: d.opt.Now()}
	}
}
