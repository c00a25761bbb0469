package counter

import (
	"context"
	"errors"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/desk"
	"counterfoil/devices/camera"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/screenpad"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
	"counterfoil/devices/signpad/tablet"
)

// AttachedPad returns an opener of the first signature pad that is attached. encrypt
// has its pen data encrypted on their way, where it can do that.
func AttachedPad(encrypt bool) func(context.Context) (desk.Pad, error) {
	return func(ctx context.Context) (desk.Pad, error) {
		device, opts, err := AttachedDevice()
		if err != nil {
			return nil, err
		}
		opts.Encrypt = encrypt
		return stu.New(ctx, device, opts)
	}
}

// AttachedDevice opens the device of the first signature pad that is attached,
// and returns the options that its driver takes.
func AttachedDevice() (hid.Device, stu.Opts, error) {
	opts := stu.DefaultOpts()
	nodes, err := hid.Find(stu.Vendor, stu.Products())
	if err != nil {
		return nil, opts, err
	}
	if len(nodes) == 0 {
		return nil, opts, casework.Refuse(casework.PadMissing, "no signature pad is attached")
	}
	device, err := hid.Open(nodes[0])
	opts.Transport = nodes[0].Transport
	switch {
	case errors.Is(err, hid.ErrNoAccess):
		err = casework.Refuse(casework.PadDenied, err.Error())
	case errors.Is(err, hid.ErrBusy):
		err = casework.Refuse(casework.PadBusy, "another program has the pad")
	case errors.Is(err, hid.ErrUnplugged):
		err = casework.Refuse(casework.PadMissing, "the pad was unplugged while it was opened")
	}
	return device, opts, err
}

// PadAttached reports whether a signature pad is attached, whoever may open it.
func PadAttached() bool {
	nodes, err := hid.Find(stu.Vendor, stu.Products())
	return err == nil && len(nodes) > 0
}

// PadAt returns an opener of the software pad: the same driver, over the same
// reports, with encrypt encrypted.
func PadAt(pad *softpad.Pad, encrypt bool) func(context.Context) (desk.Pad, error) {
	return func(ctx context.Context) (desk.Pad, error) {
		opts := stu.DefaultOpts()
		opts.Encrypt = encrypt
		return stu.New(ctx, pad.Link(), opts)
	}
}

// ScreenPad returns an opener of the second monitor as a pad: with the pen or the
// touch of a display where one can be read, with the pointer otherwise.
func ScreenPad(screen *screenpad.Screen) func(context.Context) (desk.Pad, error) {
	return func(ctx context.Context) (desk.Pad, error) {
		pen, err := tablet.Open(ctx, tablet.Opts{})
		if kind := casework.KindOf(err); kind == casework.PadDenied || kind == casework.PadBusy {
			return nil, err // it is there: the pointer is no stand-in for it
		}
		var pad *screenpad.Pad
		if err == nil {
			pad, err = screen.OpenWith(screenpad.Digitizer{Name: pen.Name(), Ranges: pen.Ranges(), Read: pen.Read, Close: pen.Close})
		} else {
			pad, err = screen.Open()
		}
		if err != nil {
			return nil, err
		}
		return pad, nil
	}
}

// CameraAt returns an opener of the camera that a setting names, as
// config.Devices.Camera does, with its pictures turned clockwise by degrees; nil
// where there is none.
func CameraAt(setting string, degrees int) func(context.Context) (desk.Camera, error) {
	which, attached := strings.CutPrefix(setting, config.Attached)
	switch {
	case setting == "" || setting == "none":
		return nil
	case setting == "auto":
		return attachedCamera("", degrees)
	case attached:
		return attachedCamera(which, degrees)
	}
	return func(ctx context.Context) (desk.Camera, error) {
		opts := camera.DefaultOpts()
		opts.URL, opts.Turn = setting, camera.Turn(degrees)
		return camera.Open(ctx, opts)
	}
}

func attachedCamera(which string, degrees int) func(context.Context) (desk.Camera, error) {
	return func(ctx context.Context) (desk.Camera, error) {
		opts := camera.DefaultAttachedOpts()
		opts.Which, opts.Turn = which, camera.Turn(degrees)
		return camera.OpenAttached(ctx, opts)
	}
}

// PracticeDocument opens the practice document: a drawn page on a desk.
func PracticeDocument(context.Context) (desk.Camera, error) { return camera.NewPracticeDocument(), nil }

// PracticeCamera opens the test card.
func PracticeCamera(context.Context) (desk.Camera, error) { return camera.NewPractice(), nil }

// turn turns a picture that was taken already, clockwise.
func turn(jpeg []byte, degrees int) ([]byte, error) {
	return camera.Turned(jpeg, camera.Turn(degrees), cropQuality)
}

// cropQuality is the JPEG quality of a page that was cut out: print stays sharp.
const cropQuality = 90

func crop(jpeg []byte, page casework.Corners) ([]byte, error) {
	return camera.Crop(jpeg, page, cropQuality)
}

// judge says what is wrong with a live picture.
func judge(jpeg []byte, of casework.PhotoOf) []casework.PictureWarning {
	limits := camera.ForPerson()
	if of == casework.OfDocument {
		limits = camera.ForDocument()
	}
	warnings, err := camera.Judge(jpeg, limits)
	if err != nil { // one bad frame; the next one comes
		return nil
	}
	return warnings
}

// plugged tells when devices come or go. Where the system does not tell, the desk
// looks again by itself.
func plugged(ctx context.Context) <-chan struct{} {
	changed, err := hid.Watch(ctx)
	if err != nil {
		return nil
	}
	return changed
}
