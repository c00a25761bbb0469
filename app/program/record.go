package program

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"time"

	"counterfoil/app/counter"
	"counterfoil/devices/hid"
	"counterfoil/devices/hid/transcript"
	"counterfoil/devices/signpad/conformance"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// How long the pen is waited for, and how long it may be away before a recording
// ends.
const (
	penComes = 30 * time.Second
	penGone  = 3 * time.Second
)

// mostReports ends a recording of a pad that something lies on: a minute and a
// half, some 3 MB at the most.
const mostReports = 20_000

// devices does the one thing with a pad that was asked for.
func (p *program) devices(ctx context.Context) error {
	switch {
	case p.check == (p.file != ""):
		return errors.New("devices takes either --check or --record FILE")
	case p.check:
		return p.checkPad(ctx)
	}
	return p.record(ctx)
}

// record writes down the exchange with the attached pad, in practice with the
// software pad: it is started, shows a test picture, and somebody scribbles. The
// file must not be there yet, and only this user may read it. What passed before
// an error stays written: that is when a transcript is wanted most.
func (p *program) record(ctx context.Context) (err error) {
	dev, opts, err := p.padDevice()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(p.file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		dev.Close()
		return err
	}
	opts.Encrypt = p.encrypt
	r := transcript.Record(dev, out)
	defer func() { err = errors.Join(err, r.Err(), out.Close()) }()
	d, err := stu.New(ctx, r, opts) // closes r when it fails
	if err != nil {
		return err
	}
	defer d.Close()
	id := d.Identity()
	if err := d.Show(ctx, conformance.Picture(id), image.Rect(0, id.Height/2, id.Width, id.Height)); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s: scribble in the lower half; do not sign, for the file holds the pen's way\n", d)
	comes, gone := penComes, penGone
	if p.pad != nil {
		gone = penGone / 10
		go p.pad.Play(ctx, softpad.Signature(image.Rect(0, id.Height/2, id.Width, id.Height)))
	}
	n, err := scribble(ctx, d, comes, gone)
	if err == nil && n == 0 {
		err = fmt.Errorf("no pen came within %s; what passed before is in %s", penComes, p.file)
	}
	if err == nil {
		fmt.Fprintf(p.out, "%d pen reports; written to %s\n", n, p.file)
	}
	return err
}

func (p *program) padDevice() (hid.Device, stu.Opts, error) {
	if !p.practice {
		return counter.AttachedDevice()
	}
	p.pad = softpad.New(softpad.DefaultOpts())
	return p.pad.Link(), stu.DefaultOpts(), nil
}

// scribble reads the pen until it stays away, and returns the number of samples.
func scribble(ctx context.Context, d *stu.Dev, comes, gone time.Duration) (int, error) {
	n := 0
	for wait := comes; n < mostReports; wait = gone {
		some, cancel := context.WithTimeout(ctx, wait)
		_, err := d.Read(some)
		cancel()
		switch {
		case err == nil:
			n++
		case ctx.Err() != nil:
			return n, ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			return n, nil
		default:
			return n, err
		}
	}
	return n, nil
}
