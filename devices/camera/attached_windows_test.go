//go:build amd64 || arm64

package camera

import (
	"time"

	"counterfoil/devices/camera/softcam"
)

// fitted is a camera with all that softcam has here.
func fitted() softcam.Opts { return webcam() }

// silence of a camera that was unplugged: Wine's reader does not hand on that its
// source failed.
const silence = 100 * time.Millisecond
