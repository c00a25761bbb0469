//go:build amd64 || arm64

package mediafoundation

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"counterfoil/devices/camera/capture"
)

const long = time.Minute // a camera that answers is not waited for so long

var (
	plain = capture.Mode{Pixel: capture.YUYV, Width: 64, Height: 48, Rate: 30}
	half  = capture.Mode{Pixel: capture.NV12, Width: 64, Height: 48, Rate: 30}
)

// stripes is a picture of a film: no line and no column is like its neighbour.
func stripes(i int) []byte {
	b := make([]byte, 2*plain.Width*plain.Height)
	for at := range b {
		b[at] = byte(16 + (40*i+at%(2*plain.Width)+3*(at/(2*plain.Width)))%200)
	}
	return b
}

// show opens a film of so many pictures.
func show(t *testing.T, frames int) *Device {
	t.Helper()
	d, err := open("Film", ofFile(film(t, plain.Width, plain.Height, frames, stripes)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func begin(t *testing.T, d *Device, m capture.Mode) capture.Layout {
	t.Helper()
	l, err := d.Agree(m)
	if err == nil {
		err = d.Start(1)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEveryPictureOfAFilmComesAsItWasWritten(t *testing.T) {
	d := show(t, 5)
	if l := begin(t, d, plain); l.Stride != 128 || l.Bytes() != 6144 {
		t.Fatalf("%+v", l)
	}
	var data []byte
	for i := range 5 {
		f, err := d.Next(t.Context(), long, data)
		if err != nil || !bytes.Equal(f.Data, stripes(i)) {
			t.Fatalf("picture %d: %d bytes, %v", i, len(f.Data), err)
		}
		data = f.Data
	}
	if _, err := d.Next(t.Context(), long, data); !errors.Is(err, capture.ErrUnplugged) {
		t.Errorf("after its end: %v", err)
	}
	if _, err := d.Next(t.Context(), long, data); !errors.Is(err, capture.ErrRefused) {
		t.Errorf("of a stream that has ended: %v", err)
	}
}

func TestAnotherFormatAndTheFirstOneAgain(t *testing.T) {
	d := show(t, 30)
	for range 3 {
		begin(t, d, plain)
		if f, err := d.Next(t.Context(), long, nil); err != nil || !bytes.Equal(f.Data, stripes(0)) {
			t.Fatalf("%d bytes, %v", len(f.Data), err)
		}
		if l := begin(t, d, half); l.Bytes() != 4608 { // while it sends
			t.Fatalf("%+v", l)
		}
		f, err := d.Next(t.Context(), long, nil)
		if err != nil || len(f.Data) != 4608 {
			t.Fatalf("%d bytes, %v", len(f.Data), err)
		}
		for at, v := range f.Data[:64*48] {
			if v != stripes(0)[2*at] {
				t.Fatalf("luminance %d is %d", at, v)
			}
		}
		if err := d.Stop(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOnlyModesThatItHasAreAgreedTo(t *testing.T) {
	d := show(t, 1)
	modes, err := d.Modes()
	if err != nil || len(modes) != 2 || modes[0] != plain || modes[1] != half {
		t.Fatalf("%v, %v", modes, err)
	}
	if _, err := d.Agree(capture.Mode{Pixel: capture.YUYV, Width: 1111, Height: 777}); !errors.Is(err, capture.ErrRefused) {
		t.Errorf("a size that it does not have: %v", err)
	}
	if _, err := d.Next(t.Context(), long, nil); !errors.Is(err, capture.ErrRefused) {
		t.Errorf("before Start: %v", err)
	}
	if d.Name() != "Film" {
		t.Errorf("it is called %s", d.Name())
	}
}

func TestACameraThatIsClosedRefusesEverything(t *testing.T) {
	d := show(t, 3)
	begin(t, d, plain)
	d.Close()
	d.Close()
	_, agree := d.Agree(plain)
	_, modes := d.Modes()
	_, next := d.Next(t.Context(), long, nil)
	for what, err := range map[string]error{"agree": agree, "modes": modes, "next": next, "start": d.Start(1), "stop": d.Stop(), "skip": d.Skip()} {
		if !errors.Is(err, capture.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAMachineWithoutCamerasHasNone(t *testing.T) {
	if found, err := Find(); err != nil || len(found) != 0 {
		t.Errorf("%v, %v", found, err)
	}
	if _, err := Open(capture.Node{Path: `\\?\usb#vid_046d&pid_0825#1#{e5323777-f976-4f5b-9b55-b94699c46e44}\global`}); !errors.Is(err, capture.ErrUnplugged) {
		t.Errorf("one that is not there: %v", err)
	}
}

// TestAThousandPicturesLeaveNothingBehind asks of each sample how many have a
// reference once the camera is closed: the reader gives its own back after it has
// told of the sample.
func TestAThousandPicturesLeaveNothingBehind(t *testing.T) {
	const count = 1000
	d := show(t, count)
	begin(t, d, plain)
	var data []byte
	var samples []*object
	for i := range count {
		if err := d.request(); err != nil {
			t.Fatal(err)
		}
		<-d.calls.came
		d.calls.mu.Lock()
		samples = append(samples, d.calls.last.sample)
		samples[i].call(addRef)
		d.calls.mu.Unlock()
		d.calls.came <- struct{}{}
		f, err := d.Next(t.Context(), long, data)
		if err != nil {
			t.Fatalf("picture %d: %v", i, err)
		}
		data = f.Data
	}
	source := d.source
	source.call(addRef)
	calls := d.calls
	d.Close()
	for i, sample := range samples {
		if left := sample.release(); left != 0 {
			t.Fatalf("picture %d has %d references too many", i, left)
		}
	}
	if left := source.release(); left != 0 {
		t.Errorf("the source has %d references too many", left)
	}
	select {
	case <-calls.unused:
	case <-time.After(long):
		t.Errorf("somebody still holds the callback: %d", calls.refs.Load())
	}
}

func TestOpeningAgainAndAgainTakesNoMoreCallbacks(t *testing.T) {
	for range 3000 { // the runtime has 2,000 in all
		newCallback().release()
	}
}
