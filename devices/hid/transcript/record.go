// Package transcript writes down what a driver and a HID device say to each
// other, and plays the device from what was written, so that an exchange with
// hardware can be repeated where there is none.
//
// A transcript is text, a line for each call that ended:
//
//	G 08 17 08 5354552d353430…   asked for report 08 of 17 bytes, and the answer
//	S 21 00                      wrote this report
//	I 34 80…                     this input report came
//	G 60 64 !refused             the call ended with an error: refused, unplugged, closed, other
//	# …                          a remark
//
// It holds all that passed: the picture on a pad and the way of the pen. Nobody
// may sign in earnest while one is written.
package transcript

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"

	"counterfoil/devices/hid"
)

// Recorder is a device that writes down what passes.
type Recorder struct {
	dev hid.Device

	mu  sync.Mutex
	out io.Writer
	err error // of the first write that failed
}

// Record returns dev with its exchange written to out. dev belongs to the
// Recorder from then on; out must outlive it.
func Record(dev hid.Device, out io.Writer) *Recorder { return &Recorder{dev: dev, out: out} }

// note writes a line. What cannot be written must not disturb the device; Err
// tells it afterwards.
func (r *Recorder) note(head string, b []byte, err error) {
	line := head
	switch {
	case err != nil:
		line += " !" + nameOf(err)
	case len(b) > 0:
		line += " " + hex.EncodeToString(b[:1]) + " " + hex.EncodeToString(b[1:])
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		_, r.err = fmt.Fprintln(r.out, line)
	}
}

// Err returns why the transcript is not whole, or nil.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// GetFeature implements hid.Device.
func (r *Recorder) GetFeature(id byte, size int) ([]byte, error) {
	b, err := r.dev.GetFeature(id, size)
	r.note(fmt.Sprintf("G %02x %d", id, size), b, err)
	return b, err
}

// SetFeature implements hid.Device.
func (r *Recorder) SetFeature(report []byte) error {
	err := r.dev.SetFeature(report)
	head := "S"
	if err != nil {
		head += " " + hex.EncodeToString(report)
	}
	r.note(head, report, err)
	return err
}

// ReadInput implements hid.Device. A read that its caller gave up leaves no line:
// the device said nothing.
func (r *Recorder) ReadInput(ctx context.Context) ([]byte, error) {
	b, err := r.dev.ReadInput(ctx)
	if err == nil || ctx.Err() == nil {
		r.note("I", b, err)
	}
	return b, err
}

// Close implements hid.Device.
func (r *Recorder) Close() error { return r.dev.Close() }

func nameOf(err error) string {
	switch {
	case errors.Is(err, hid.ErrRefused):
		return "refused"
	case errors.Is(err, hid.ErrUnplugged):
		return "unplugged"
	case errors.Is(err, hid.ErrClosed):
		return "closed"
	}
	return "other"
}

// errOther stands for an error of the system that was written down without its
// text.
var errOther = errors.New("transcript: an error of the system")

func errorOf(name string) (error, bool) {
	err, ok := map[string]error{"refused": hid.ErrRefused, "unplugged": hid.ErrUnplugged, "closed": hid.ErrClosed, "other": errOther}[name]
	return err, ok
}
