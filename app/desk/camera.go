package desk

import (
	"context"

	"counterfoil/app/casework"
)

// cameraSide is the camera as Run's goroutine knows it.
type cameraSide struct {
	light  Light
	turn   chan struct{}      // holds one value: whose turn it is to have the camera open
	stop   context.CancelFunc // ends the use for a photo; nil: not in use
	stills chan still
	warns  []casework.PictureWarning
	modes  []string
	use    Stage // what it is open for: StagePhoto, or StageIdle for a test
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

// directCamera has the camera open exactly while a photo is to be taken: a
// camera that runs before the citizen agreed is none of ours.
func (d *Desk) directCamera() {
	c := &d.camera
	use, live := d.cameraUse()
	switch {
	case live && c.stop == nil:
		ctx, stop := context.WithCancel(d.ctx)
		stills := make(chan still, 1)
		c.stop, c.stills, c.use = stop, stills, use
		d.beside.Go(func() { d.driveCamera(ctx, stills, use) })
	case c.stop != nil && (!live || use != c.use):
		c.stop()
		c.stop, c.stills, c.warns = nil, nil, nil
		d.frames.forget()
	}
}

// cameraUse says what the camera is wanted for now: a photo, or a test without
// anybody before it.
func (d *Desk) cameraUse() (use Stage, wanted bool) {
	switch {
	case d.opt.OpenCamera == nil:
	case d.at != nil:
		return StagePhoto, d.at.stage == StagePhoto
	case d.trial != nil:
		return StageIdle, d.trial.Of == TryCamera
	}
	return "", false
}

// probeCamera opens the camera once, to see that it is there, and closes it.
func (d *Desk) probeCamera() {
	if d.opt.OpenCamera == nil || d.camera.stop != nil {
		return
	}
	d.beside.Go(func() {
		select {
		case <-d.camera.turn:
			defer func() { d.camera.turn <- struct{}{} }()
		default:
			return // somebody has it open: it is there
		}
		camera, err := d.opt.OpenCamera(d.ctx)
		if err != nil {
			d.post(func() { d.cameraGone(err) })
			return
		}
		name, modes := camera.Name(), camera.Modes()
		camera.Close()
		d.post(func() { d.cameraThere(name, modes) })
	})
}

// driveCamera keeps the camera open until ctx ends, and opens it again whenever
// it went away.
func (d *Desk) driveCamera(ctx context.Context, stills chan still, use Stage) {
	defer unanswered(stills)
	select {
	case <-d.camera.turn:
		defer func() { d.camera.turn <- struct{}{} }()
	case <-ctx.Done():
		return
	}
	plugged := d.plugged(ctx)
	for wait := firstWait; ; wait = min(wait*2, lastWait) {
		err := d.useCamera(ctx, stills, use)
		if ctx.Err() == nil {
			d.post(func() { d.cameraGone(err) })
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

func (d *Desk) useCamera(ctx context.Context, stills chan still, use Stage) error {
	camera, err := d.opt.OpenCamera(ctx)
	if err != nil {
		return err
	}
	defer camera.Close()
	name, modes := camera.Name(), camera.Modes()
	d.post(func() { d.cameraThere(name, modes) })
	looking := look{d: d, stills: stills, tried: use == StageIdle}
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
		if err == nil {
			d.frames.send(jpeg)
			looking.at(jpeg)
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

func (d *Desk) cameraThere(name string, modes []string) {
	d.camera.modes = modes
	if d.camera.light.State != Good {
		d.camera.light = Light{State: Good, Name: name, Since: d.opt.Now()}
	}
}

// cameraGone notes why there is no camera.
func (d *Desk) cameraGone(why error) {
	d.camera.warns = nil
	kind := casework.KindOf(why)
	if kind == "" {
		kind = casework.CameraMissing
	}
	c := &d.camera
	if c.light.State == Good {
		d.left(TryCamera)
	}
	if c.light.State == Good && d.at != nil {
		d.attempt(d.at, casework.Photographed, kind)
	}
	if c.light.State != Waiting || c.light.Reason != kind {
		c.light = Light{State: Waiting, Name: c.light.Name, Reason: kind, Detail: missing(why), Since: d.opt.Now()}
	}
}
