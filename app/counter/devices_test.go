package counter

import (
	"testing"

	"counterfoil/app/casework"
)

func TestACameraThatIsNotPluggedInIsMissedByItsName(t *testing.T) {
	if CameraAt("none", 0) != nil || CameraAt("", 0) != nil {
		t.Error("a camera where none is wanted")
	}
	open := CameraAt("attached:a camera that nobody has", 90)
	if _, err := open(t.Context()); casework.KindOf(err) != casework.CameraMissing {
		t.Errorf("it opens with %v", err)
	}
}

func TestAScannerIsOpenedAsTheSettingNamesIt(t *testing.T) {
	for _, setting := range []string{"window", "none", ""} {
		if ScannerAt(setting) != nil {
			t.Errorf("%q opens a device", setting)
		}
	}
	if _, err := ScannerAt("serial:/dev/a port that nobody has")(t.Context()); casework.KindOf(err) != casework.ScannerMissing {
		t.Errorf("a port that is not there: %v", err)
	}
	if _, err := ScannerAt("input:a scanner that nobody has")(t.Context()); casework.KindOf(err) != casework.ScannerMissing {
		t.Errorf("an input node that is not there: %v", err)
	}
}
