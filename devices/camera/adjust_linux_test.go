//go:build amd64 || arm64 || loong64 || riscv64

package camera

import (
	"testing"

	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/softcam"
)

func controls() []capture.Control {
	return []capture.Control{
		{ID: capture.Rotation, Name: "Rotate", Min: 0, Max: 180, Step: 180},
		{ID: capture.ExposureMode, Name: "Exposure, Auto", Min: 0, Max: 3, Step: 1},
		{ID: capture.Exposure, Name: "Exposure (Absolute)", Min: 10, Max: 5000, Step: 10},
		{ID: capture.Focus, Name: "Focus (absolute)", Min: 0, Max: 250, Step: 5},
		{ID: capture.FocusAuto, Name: "Focus, Auto", Min: 0, Max: 1, Step: 1},
	}
}

func TestFocusExposureAndRotationAreSetWhereTheCameraHasThem(t *testing.T) {
	o := webcam()
	o.Controls = controls()
	c, a, err := attachTo(t, o, scenes(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Value(capture.FocusAuto) != 1 || c.Value(capture.ExposureMode) != capture.ExposurePrior {
		t.Error("they are automatic unless told otherwise")
	}
	if can := a.Can(); !can.Focus || !can.Exposure || !can.Rotation || len(can.Modes) != 2 {
		t.Errorf("%+v", can)
	}
	c, a, err = attachTo(t, o, scenes(t), func(o *AttachedOpts) {
		o.Focus, o.Exposure, o.Turn = Adjust{Manual: true, Value: 123}, Adjust{Manual: true, Value: 9999}, 180
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Value(capture.Focus) != 125 || c.Value(capture.Exposure) != 5000 || c.Value(capture.ExposureMode) != capture.ExposureFixed || c.Value(capture.Rotation) != 180 {
		t.Error("focus, exposure or rotation is another")
	}
	if f, err := a.Frame(t.Context()); err != nil || redAt(t, f) != "top left" {
		t.Errorf("turned twice: %v", err)
	}
}

func TestAPictureIsTurnedHereWhereTheCameraCannot(t *testing.T) {
	for _, m := range []capture.Mode{liveMode, plainMode} {
		for turn, want := range map[Turn]string{0: "top left", 90: "top right", 180: "bottom right", 270: "bottom left"} {
			_, a, err := attachTo(t, softcam.Opts{Modes: []capture.Mode{m}, Controls: controls()[1:]}, scenes(t), func(o *AttachedOpts) { o.Turn = turn })
			if err != nil {
				t.Fatal(err)
			}
			f, err := a.Frame(t.Context())
			if err != nil || redAt(t, f) != want {
				t.Errorf("%v preview by %d: %s, %v", m, turn, redAt(t, f), err)
			}
			s, err := a.Still(t.Context())
			if err != nil || redAt(t, s) != want {
				t.Errorf("%v still by %d: %s, %v", m, turn, redAt(t, s), err)
			}
			a.Close()
		}
	}
}
