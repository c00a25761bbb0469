//go:build amd64 || arm64

package mediafoundation

import (
	"errors"
	"os"
	"testing"

	"counterfoil/devices/camera/capture"
)

// TestWhatTheReaderSaysInPlaceOfAPicture calls the callback as the reader does: the
// one under Wine does not hand on that its source failed.
func TestWhatTheReaderSaysInPlaceOfAPicture(t *testing.T) {
	for name, c := range map[string]struct {
		status  result
		flags   uintptr
		want    error
		streams bool
	}{
		"the camera is gone":       {invalidated, 0, capture.ErrUnplugged, false},
		"another program took it":  {preempted, flagError, capture.ErrBusy, false},
		"the privacy settings":     {accessDenied, 0, capture.ErrNoAccess, false},
		"an error without a name":  {0, flagError, capture.ErrUnplugged, false},
		"the end":                  {0, flagEnd, capture.ErrUnplugged, false},
		"a gap, without a picture": {0, 0x100, nil, true},
	} {
		d := &Device{calls: newCallback(), closed: make(chan struct{}), streams: true}
		d.calls.onReadSample(uintptr(c.status), 0, c.flags, 0, nil)
		data, err := d.frame(d.calls.take(), nil)
		if data != nil || !errors.Is(translate(err), c.want) || d.streams != c.streams {
			t.Errorf("%s: %v, streams %v", name, err, d.streams)
		}
		d.calls.release()
	}
}

func TestACameraThatCannotBeginSaysSoWhenItIsStarted(t *testing.T) {
	d := &Device{calls: newCallback(), closed: make(chan struct{})}
	defer d.calls.release()
	d.calls.onReadSample(uintptr(noResources), 0, 0, 0, nil)
	if err := d.first(); !errors.Is(translate(err), capture.ErrNoRoom) {
		t.Errorf("the bus has no room: %v", err)
	}
	<-d.calls.came
	d.calls.onReadSample(0, 0, 0, 0, nil)
	if err := d.first(); err != nil || len(d.calls.came) != 1 || d.calls.take() == nil {
		t.Errorf("a picture is kept for Next: %v", err)
	}
	close(d.closed)
	<-d.calls.came
	if err := d.first(); !errors.Is(err, capture.ErrClosed) {
		t.Errorf("closed meanwhile: %v", err)
	}
}

func TestOnlyTheLastAnswerIsKept(t *testing.T) {
	c := newCallback()
	for flags := range uintptr(3) {
		c.onReadSample(0, 0, flags, 0, nil)
	}
	if a := c.take(); a == nil || a.flags != 2 || c.take() != nil || len(c.came) != 1 {
		t.Errorf("%+v", a)
	}
	c.release()
	<-c.unused
}

// TestAWindowsWithoutItsMediaFeaturesIsNotSupported is run a second time, by
// packaging/test-windows, without the library that the N editions lack.
func TestAWindowsWithoutItsMediaFeaturesIsNotSupported(t *testing.T) {
	var want error
	if os.Getenv("COUNTERFOIL_WITHOUT_MEDIA") != "" {
		want = capture.ErrUnsupported
	}
	if _, err := Find(); !errors.Is(err, want) {
		t.Errorf("got %v, not %v", err, want)
	}
}
