package camera

import (
	"context"
	"time"

	"counterfoil/devices/camera/capture"
)

// device is an open camera on one of the systems' ways: v4l2.Device on Linux,
// mediafoundation.Device on Windows. The files beside this one, of which a system
// builds one, find and open it. Close ends the call that waits.
type device interface {
	Name() string
	Modes() ([]capture.Mode, error)
	Agree(capture.Mode) (capture.Layout, error) // what it will send, a mode near the one asked for
	Start(buffers int) error                    // a wish, where the system lets us choose
	Stop() error
	Skip() error // lets go of frames from before now
	Next(ctx context.Context, silence time.Duration, into []byte) (capture.Frame, error)
	Controls() ([]capture.Control, error)
	Set(capture.ControlID, int32) error
	Close() error
}
