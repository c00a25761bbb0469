//go:build amd64 || arm64

package camera

import (
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/softcam"
)

// fitted is a camera with all that softcam has here.
func fitted() softcam.Opts { return webcam() }

// silence of a camera that was unplugged: Wine's reader does not hand on that its
// source failed.
const silence = 100 * time.Millisecond

func TestAMachineWithoutCamerasSaysThatNoneIsAttached(t *testing.T) {
	if _, err := OpenAttached(t.Context(), DefaultAttachedOpts()); casework.KindOf(err) != casework.CameraMissing {
		t.Errorf("got %v", err)
	}
}

func TestACameraThatThePrivacySettingsKeepFromUsSaysWhichTheyAre(t *testing.T) {
	err := mayNot(capture.Node{Name: "HD Webcam", Path: `\\?\usb#vid_046d`})
	if casework.KindOf(err) != casework.CameraDenied || !strings.Contains(err.Error(), "HD Webcam") || !strings.Contains(err.Error(), "设置 > 隐私 > 相机") {
		t.Errorf("got %v", err)
	}
}
