package camera

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"

	"counterfoil/app/casework"
	"counterfoil/devices/camera/capture"
)

// buffers is how many frames the driver may fill while one is being looked at:
// two to swap, and one so that none is lost while the other two are in use.
const buffers = 3

// maxBroken is how many frames in a row may be broken.
const maxBroken = 30

// learn asks for what the camera has and puts it in the order of our choice.
func (a *Attached) learn() error {
	modes, err := a.dev.Modes()
	if err != nil {
		return err
	}
	a.stills = capture.ForStill(modes, a.opts.MaxPixels)
	if len(a.stills) == 0 {
		return capture.ErrRefused
	}
	a.previews = capture.ForPreview(a.stills, a.stills[0], a.opts.Preview.X, a.opts.Preview.Y)
	a.can.Modes = modes
	return nil
}

// stream streams the first mode of list that works, and remembers which that
// is: a bus that had no room for a size will have none for the next still.
func (a *Attached) stream(list *[]capture.Mode) error {
	if a.streams && a.mode == (*list)[0] {
		return nil
	}
	a.halt()
	var err error
	for i, m := range *list {
		err = a.begin(m)
		if err == nil {
			a.mode, a.streams, *list = m, true, (*list)[i:]
			return nil
		}
		if !errors.Is(err, capture.ErrRefused) && !errors.Is(err, capture.ErrNoRoom) {
			break
		}
	}
	return err
}

func (a *Attached) begin(m capture.Mode) error {
	l, err := a.dev.Agree(m)
	if err != nil {
		return err
	}
	if l.Width > a.opts.MaxPixels/l.Height {
		return capture.ErrRefused
	}
	a.layout = l
	return a.dev.Start(buffers)
}

func (a *Attached) halt() {
	a.streams = false
	a.dev.Stop() // it fails for a camera that is gone, which the next call says
}

// take waits for the next frame that is whole and that use accepts. When the
// format changed behind our back it learns anew and goes on with list.
func (a *Attached) take(ctx context.Context, list *[]capture.Mode, use func(frame []byte) error) error {
	var err error
	for range maxBroken {
		var f capture.Frame
		f, err = a.dev.Next(ctx, a.opts.Silence, a.raw)
		switch {
		case err == nil:
			a.raw = f.Data
			if f.Data, err = a.whole(f.Data); err == nil {
				err = use(f.Data)
			}
			if err == nil || casework.KindOf(err) != casework.CameraGarbled {
				return err
			}
		case errors.Is(err, capture.ErrChanged):
			if err := a.again(list); err != nil {
				return err
			}
		case !errors.Is(err, capture.ErrBroken):
			a.streams = false
			return err
		}
	}
	return err
}

// again starts anew after the format changed.
func (a *Attached) again(list *[]capture.Mode) error {
	a.halt()
	if err := a.learn(); err != nil {
		return err
	}
	return a.stream(list)
}

// whole checks a JPEG, of which the driver knows only the length. Some cameras
// round the size up to whole blocks of 16 pixels.
func (a *Attached) whole(data []byte) ([]byte, error) {
	if !a.layout.Pixel.Compressed() {
		return data, nil
	}
	data, size, err := checked(data, a.opts.MaxPixels)
	if err != nil {
		return nil, err
	}
	dx, dy := size.X-a.layout.Width, size.Y-a.layout.Height
	if max(dx, -dx, dy, -dy) > 16 {
		return nil, casework.Refuse(casework.CameraGarbled, "a frame has another size than agreed")
	}
	return data, nil
}

// preview makes a frame what a screen shows. What it returns is the caller's.
func (a *Attached) preview(frame []byte) ([]byte, error) {
	if a.layout.Pixel.Compressed() {
		turned, err := preview(frame, a.soft)
		return bytes.Clone(turned), err // or the next frame would be written over it
	}
	a.unpacked = unpack(a.unpacked, frame, a.layout)
	if a.soft != 0 {
		return encode(upright(a.unpacked, 1, a.soft), previewQuality)
	}
	a.encoded.Reset()
	if err := jpeg.Encode(&a.encoded, a.unpacked, &jpeg.Options{Quality: previewQuality}); err != nil {
		return nil, casework.Refuse(casework.CameraGarbled, "the picture cannot be encoded")
	}
	return bytes.Clone(a.encoded.Bytes()), nil
}
