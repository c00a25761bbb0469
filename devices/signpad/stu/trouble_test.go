package stu_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

func TestAnUnplugAtEveryReportIsAnOrdinaryEvent(t *testing.T) {
	small := softpad.DefaultOpts() // its picture is a tenth of the large one's
	small.Model = softpad.STU430()
	img := blank(image.Pt(320, 200))
	checks(img, image.Rect(10, 10, 60, 190), 3)
	for n := 1; ; n++ {
		pad := softpad.New(small)
		pad.UnplugAfter(n)
		opts := stu.DefaultOpts()
		opts.Poll = time.Microsecond
		d, err := stu.New(t.Context(), pad.Link(), opts)
		if err == nil {
			err = d.Show(t.Context(), img, image.Rect(0, 50, 100, 100))
		}
		if err == nil { // it took fewer reports than that
			if n < 20 {
				t.Fatalf("only %d reports", n)
			}
			return
		}
		if casework.KindOf(err) != casework.PadLost {
			t.Fatalf("at report %d: %v", n, err)
		}
		pad.Plug()
		d, err = stu.New(t.Context(), pad.Link(), opts)
		if err != nil {
			t.Fatalf("plugged in again after report %d: %v", n, err)
		}
		if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
			t.Fatal(err)
		}
		same(t, pad, img)
		d.Close()
	}
}

func TestAnUnplugDuringAStrokeEndsTheReaderAndLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it fails when a goroutine is left
		pad := softpad.New(softpad.DefaultOpts())
		d, err := stu.New(context.Background(), pad.Link(), stu.DefaultOpts())
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error)
		go func() {
			for {
				if _, err := d.Read(context.Background()); err != nil {
					ended <- err
					return
				}
			}
		}()
		pad.Pen(100, 100, 0.5, true)
		pad.Pen(110, 100, 0.5, true)
		synctest.Wait()
		pad.Unplug()
		if err := <-ended; casework.KindOf(err) != casework.PadLost {
			t.Errorf("got %v", err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestAPadThatNeverBecomesReadyIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pad := softpad.New(softpad.DefaultOpts())
		d, err := stu.New(context.Background(), pad.Link(), stu.DefaultOpts())
		if err != nil {
			t.Fatal(err)
		}
		pad.Hang(1 << 30)
		if err := d.Show(context.Background(), blank(pad.Size()), image.Rectangle{}); casework.KindOf(err) != casework.PadLost {
			t.Errorf("got %v", err)
		}
		pad.Hang(0)
		img := blank(pad.Size())
		checks(img, image.Rect(0, 0, 50, 50), 1)
		if err := d.Show(context.Background(), img, image.Rectangle{}); err != nil {
			t.Errorf("after it came back: %v", err)
		}
		same(t, pad, img)
	})
}

func TestAPadThatShowsItsBootPictureIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pad := softpad.New(softpad.DefaultOpts())
		pad.Hang(30)
		if _, err := stu.New(context.Background(), pad.Link(), stu.DefaultOpts()); err != nil {
			t.Error(err)
		}
	})
}

// restless is a pad that is ready and shows its boot picture by turns.
type restless struct {
	hid.Device
	looks int
}

func (r *restless) GetFeature(id byte, size int) ([]byte, error) {
	b, err := r.Device.GetFeature(id, size)
	if id == 0x03 && err == nil {
		if r.looks++; r.looks%2 == 1 {
			b[1] = 4
		}
	}
	return b, err
}

// SetFeature: after a reset it begins with its boot picture.
func (r *restless) SetFeature(report []byte) error {
	if report[0] == 0x04 {
		r.looks = 0
	}
	return r.Device.SetFeature(report)
}

func TestAPadThatNeverSettlesIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pad := softpad.New(softpad.DefaultOpts())
		if _, err := stu.New(context.Background(), &restless{Device: pad.Link()}, stu.DefaultOpts()); casework.KindOf(err) != casework.PadLost {
			t.Errorf("got %v", err)
		}
		if got := pad.Reports(); !bytes.Equal(got, []byte{0x04}) {
			t.Errorf("written before it was given up: %x, want one reset", got)
		}
	})
}

func TestAPadThatIsStuckWhenItIsOpenedIsResetOnceAndUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pad := softpad.New(softpad.DefaultOpts())
		pad.Hang(1 << 30)
		d, err := stu.New(context.Background(), pad.Link(), stu.DefaultOpts())
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if n := bytes.Count(pad.Reports(), []byte{0x04}); n != 1 {
			t.Errorf("%d resets", n)
		}
		img := blank(pad.Size())
		checks(img, image.Rect(0, 0, 50, 50), 1)
		if err := d.Show(context.Background(), img, image.Rectangle{}); err != nil {
			t.Fatal(err)
		}
		same(t, pad, img)
	})
}

func TestAPadThatOnlyTakesItsTimeIsNotReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pad := softpad.New(softpad.DefaultOpts())
		pad.Hang(300) // three seconds of looks
		d, err := stu.New(context.Background(), pad.Link(), stu.DefaultOpts())
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
		if got := pad.Reports(); bytes.Contains(got, []byte{0x04}) {
			t.Errorf("written: %x", got)
		}
	})
}

func TestAResetThatIsGivenUpEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pad := softpad.New(softpad.DefaultOpts())
		pad.Hang(1 << 30)
		opts := stu.DefaultOpts()
		ctx, cancel := context.WithTimeout(context.Background(), opts.Patience+500*time.Millisecond)
		defer cancel()
		if _, err := stu.New(ctx, pad.Link(), opts); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if !bytes.Contains(pad.Reports(), []byte{0x04}) {
			t.Error("it was given up before the reset")
		}
	})
}

func TestAPictureThatAnEarlierProgramLeftHalfSentIsAbandonedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pad := softpad.New(softpad.DefaultOpts())
		if err := pad.Link().SetFeature([]byte{0x25, 0x00}); err != nil {
			t.Fatal(err)
		}
		d, err := stu.New(context.Background(), pad.Link(), stu.DefaultOpts())
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
		if got := pad.Reports(); bytes.Contains(got, []byte{0x04}) || !bytes.Contains(got, []byte{0x27}) {
			t.Errorf("written: %x", got)
		}
	})
}

func TestAShowThatIsGivenUpLeavesThePadUsable(t *testing.T) {
	pad, d := plugged(t, nil)
	img := blank(pad.Size())
	noise(img, img.Rect, 4)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Show(ctx, img, image.Rectangle{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
		t.Fatal(err)
	}
	same(t, pad, img)
}
