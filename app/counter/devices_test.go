package counter

import (
	"testing"

	"counterfoil/app/casework"
)

func TestACameraThatIsNotPluggedInIsMissedByItsName(t *testing.T) {
	if CameraAt("none") != nil || CameraAt("") != nil {
		t.Error("a camera where none is wanted")
	}
	open := CameraAt("attached:a camera that nobody has")
	if _, err := open(t.Context()); casework.KindOf(err) != casework.CameraMissing {
		t.Errorf("it opens with %v", err)
	}
}
