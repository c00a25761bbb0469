package camera

import (
	"bytes"
	"context"
	"errors"
	"image"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/camera/capture"
)

// AttachedOpts are the options of an Attached. Start from DefaultAttachedOpts.
type AttachedOpts struct {
	Which    string // a node's path, where it is plugged in, or its name; empty: the first one
	Name     string // as people call it; empty: as it calls itself
	Focus    Adjust
	Exposure Adjust        // units of 100 µs
	Turn     Turn          // by the camera where it can, here where it cannot
	Preview  image.Point   // about the size of a live picture
	Settle   int           // frames of full size let go before a still: exposure and focus begin anew
	Silence  time.Duration // a camera that sends nothing for so long is lost
	// MaxPixels of a picture; larger sizes are not asked for.
	MaxPixels int
	Quality   int // of stills, 1 to 100
}

// DefaultAttachedOpts suit a document camera of up to 24 megapixels.
func DefaultAttachedOpts() AttachedOpts {
	return AttachedOpts{Preview: image.Pt(1280, 720), Settle: 3, Silence: 5 * time.Second, MaxPixels: 24_000_000, Quality: 90}
}

// Attached is a camera that is plugged in. It holds one frame, takes one only
// when somebody asks, and runs nothing between.
type Attached struct {
	opts AttachedOpts
	name string
	dev  device
	soft Turn // what the camera cannot turn itself
	can  Abilities

	one      sync.Mutex     // one picture at a time
	previews []capture.Mode // the one that works first
	stills   []capture.Mode
	streams  bool
	mode     capture.Mode // as asked for
	layout   capture.Layout
	raw      []byte       // the driver's last frame
	unpacked *image.YCbCr // of the last YUYV frame
	encoded  bytes.Buffer
}

// OpenAttached finds the camera, sets it up and waits for its first whole
// frame. It refuses with CameraMissing, CameraDenied, CameraBusy,
// CameraUnsupported, CameraLost or CameraGarbled.
func OpenAttached(ctx context.Context, opts AttachedOpts) (*Attached, error) {
	nodes, err := find()
	if err != nil {
		return nil, refusal(err)
	}
	node, err := pick(nodes, opts.Which)
	if err != nil {
		return nil, err
	}
	dev, err := open(node)
	if errors.Is(err, capture.ErrNoAccess) {
		return nil, mayNot(node)
	}
	if err != nil {
		return nil, refusal(err)
	}
	a, err := attach(ctx, dev, opts)
	if casework.KindOf(err) == casework.CameraDenied {
		err = mayNot(node) // where it is known only when the camera is to send
	}
	return a, err
}

// attach owns dev, also when it fails.
func attach(ctx context.Context, dev device, opts AttachedOpts) (*Attached, error) {
	a := &Attached{opts: opts, dev: dev, name: opts.Name}
	if a.name == "" {
		a.name = dev.Name()
	}
	err := a.learn()
	if err == nil {
		err = a.adjust()
	}
	if err == nil {
		_, err = a.Frame(ctx)
	}
	if err != nil {
		dev.Close()
		return nil, refusal(err)
	}
	return a, nil
}

// Name implements desk.Camera.
func (a *Attached) Name() string { return a.name }

// Modes implements desk.Camera: the camera's own list, by format and size.
func (a *Attached) Modes() []string {
	var list []string
	for _, m := range a.can.Modes {
		list = append(list, m.String())
	}
	return list
}

// Can returns what the camera says it can do.
func (a *Attached) Can() Abilities { return a.can }

// Frame implements desk.Camera: the newest whole frame, upright. A JPEG of the
// camera's is handed on as it came.
func (a *Attached) Frame(ctx context.Context) ([]byte, error) {
	a.one.Lock()
	defer a.one.Unlock()
	var picture []byte
	err := a.stream(&a.previews)
	if err == nil {
		err = a.take(ctx, &a.previews, func(frame []byte) (err error) {
			picture, err = a.preview(frame)
			return err
		})
	}
	return picture, refusal(err)
}

// Still implements desk.Camera: a picture of full size that was finished after the
// call, upright, with nothing but the picture in it.
func (a *Attached) Still(ctx context.Context) ([]byte, error) {
	a.one.Lock()
	defer a.one.Unlock()
	picture, err := a.still(ctx)
	if a.streams && a.mode != a.previews[0] {
		a.halt() // full size is a load on the bus; the next preview starts its own
	}
	return picture, refusal(err)
}

func (a *Attached) still(ctx context.Context) (picture []byte, err error) {
	settle := a.opts.Settle
	if a.streams && a.mode == a.stills[0] {
		settle, err = 0, a.dev.Skip() // exposed and focused as it is
	} else {
		err = a.stream(&a.stills)
	}
	for range settle {
		if err == nil {
			err = a.take(ctx, &a.stills, func([]byte) error { return nil })
		}
	}
	if err != nil {
		return nil, err
	}
	err = a.take(ctx, &a.stills, func(frame []byte) (err error) {
		if a.layout.Pixel.Compressed() {
			picture, err = still(frame, a.soft, a.opts.Quality)
			return err
		}
		a.unpacked = unpack(a.unpacked, frame, a.layout)
		picture, err = encode(upright(a.unpacked, 1, a.soft), a.opts.Quality)
		return err
	})
	return picture, err
}

// Close implements desk.Camera. It may be called more than once.
func (a *Attached) Close() error { return a.dev.Close() }
