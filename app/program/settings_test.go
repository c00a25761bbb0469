package program

import (
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/app/desk"
	"counterfoil/assets"
)

func TestASecondMonitorAsPadLeavesTheCamerasAsTheyAreSet(t *testing.T) {
	s := config.Default()
	s.Devices.Pad, s.Devices.Camera, s.Devices.Document = "screen", "auto", "https://camera.invalid/page"
	opened := devicesOf(t, &program{}, s)
	if opened.OpenPad == nil || opened.OpenCamera == nil || opened.OpenDocument == nil {
		t.Errorf("opened are: pad %v, camera %v, camera for pages %v", opened.OpenPad != nil, opened.OpenCamera != nil, opened.OpenDocument != nil)
	}

	s.Devices.Camera, s.Devices.Document = "none", "none"
	opened = devicesOf(t, &program{}, s)
	if opened.OpenPad == nil || opened.OpenCamera != nil || opened.OpenDocument != nil {
		t.Errorf("without cameras, opened are: pad %v, camera %v, camera for pages %v", opened.OpenPad != nil, opened.OpenCamera != nil, opened.OpenDocument != nil)
	}
}

func TestPracticeHasBothCamerasWhicheverItsPadIs(t *testing.T) {
	for _, second := range []bool{false, true} {
		opened := devicesOf(t, &program{practice: true, screenPad: second}, config.Default())
		if opened.OpenPad == nil || opened.OpenCamera == nil || opened.OpenDocument == nil {
			t.Errorf("second monitor %v: pad %v, camera %v, camera for pages %v", second, opened.OpenPad != nil, opened.OpenCamera != nil, opened.OpenDocument != nil)
		}
	}
}

func TestThePracticePadEncryptsForAPersonAndNotForWhatPlaysByItself(t *testing.T) {
	for command, want := range map[string]bool{"": true, "demonstrate": false, "rehearse": false} {
		pad, err := devicesOf(t, &program{practice: true, command: command}, config.Default()).OpenPad(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := pad.Identity().Encryption != ""; got != want {
			t.Errorf("%q: encrypted %v", command, got)
		}
		pad.Close()
	}
}

// devicesOf returns what a program would open with these settings.
func devicesOf(t *testing.T, p *program, s config.Settings) counter.Options {
	t.Helper()
	texts, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	p.began, p.texts, p.log = time.Now(), texts, slog.New(slog.NewTextHandler(io.Discard, nil))
	s.Centre.Key = make([]byte, 32)
	o, err := p.options(s, counter.Identity{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestWhatTheHallWantsAWordForReachesTheDesk(t *testing.T) {
	s := config.Default()
	s.Clerks = config.Clerks{Lock: time.Minute, Presence: config.Guarded(), Second: []string{"export"}}
	o := devicesOf(t, &program{}, s)
	if o.LockAfter != time.Minute || !slices.Equal(o.Presence, desk.Guards()) || !slices.Equal(o.Second, []desk.Guarded{desk.GuardExport}) {
		t.Errorf("%v, %v, %v", o.LockAfter, o.Presence, o.Second)
	}
}
