package counter

import (
	"context"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/devices/camera"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// AttachedPad opens the first signature pad that is attached.
func AttachedPad(ctx context.Context) (desk.Pad, error) {
	device, opts, err := AttachedDevice()
	if err != nil {
		return nil, err
	}
	return stu.New(ctx, device, opts)
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
	return device, opts, err
}

// PadAt returns an opener of the software pad: the same driver, over the same
// reports.
func PadAt(pad *softpad.Pad) func(context.Context) (desk.Pad, error) {
	return func(ctx context.Context) (desk.Pad, error) { return stu.New(ctx, pad.Link(), stu.DefaultOpts()) }
}

// CameraAt returns an opener of the MJPEG stream at url, nil where none is
// configured.
func CameraAt(url string) func(context.Context) (desk.Camera, error) {
	if url == "" || url == "none" {
		return nil
	}
	return func(ctx context.Context) (desk.Camera, error) {
		opts := camera.DefaultOpts()
		opts.URL = url
		return camera.Open(ctx, opts)
	}
}

// PracticeCamera opens the test card.
func PracticeCamera(context.Context) (desk.Camera, error) { return camera.NewPractice(), nil }
