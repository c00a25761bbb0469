package stu_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

func plugged(t *testing.T, change func(*softpad.Opts)) (*softpad.Pad, *stu.Dev) {
	t.Helper()
	opts := softpad.DefaultOpts()
	if change != nil {
		change(&opts)
	}
	pad := softpad.New(opts)
	dopts := stu.DefaultOpts()
	dopts.Poll = time.Microsecond
	d, err := stu.New(t.Context(), pad.Link(), dopts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return pad, d
}

func blank(size image.Point) *image.RGBA {
	img := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(img, img.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	return img
}

// noise has colours that survive 16 bits a pixel unchanged.
func noise(img *image.RGBA, r image.Rectangle, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			v := rng.Uint32()
			r5, g6, b5 := uint8(v)&31, uint8(v>>8)&63, uint8(v>>16)&31
			img.SetRGBA(x, y, color.RGBA{r5<<3 | r5>>2, g6<<2 | g6>>4, b5<<3 | b5>>2, 0xFF})
		}
	}
}

func checks(img *image.RGBA, r image.Rectangle, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 2))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			v := uint8(rng.Uint32()&1) * 0xFF
			img.SetRGBA(x, y, color.RGBA{v, v, v, 0xFF})
		}
	}
}

func same(t *testing.T, pad *softpad.Pad, want *image.RGBA) {
	t.Helper()
	got := pad.Display()
	for i := range want.Pix {
		if got.Pix[i] != want.Pix[i] {
			t.Fatalf("pixel %d,%d: the display shows %v, want %v", i/4%want.Rect.Dx(), i/4/want.Rect.Dx(), got.Pix[i/4*4:i/4*4+4], want.Pix[i/4*4:i/4*4+4])
		}
	}
}

func TestEveryModelIsIdentified(t *testing.T) {
	for _, m := range []softpad.Model{softpad.STU430(), softpad.STU530(), softpad.STU540()} {
		_, d := plugged(t, func(o *softpad.Opts) { o.Model = m })
		want := casework.PadIdentity{Model: m.Name, Serial: "EMU0000001", Firmware: "1.8", Transport: "emulator", Width: m.Width, Height: m.Height,
			MaxX: m.MaxX, MaxY: m.MaxY, MaxP: m.MaxP, Rate: 200, Colour: m.Colour}
		if got := d.Identity(); got != want {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
		if !d.Identity().Software() {
			t.Error("a software pad must be known for what it is")
		}
	}
}

func TestAModelThatIsNotInTheTableIsRefused(t *testing.T) {
	opts := softpad.DefaultOpts()
	opts.Model.Name = "STU-541"
	_, err := stu.New(t.Context(), softpad.New(opts).Link(), stu.DefaultOpts())
	if casework.KindOf(err) != casework.PadUnsupported {
		t.Fatalf("got %v", err)
	}
}

func TestAPictureArrivesPixelByPixelInEveryEncoding(t *testing.T) {
	parts := []image.Rectangle{image.Rect(300, 100, 601, 333), image.Rect(3, 5, 44, 18), image.Rect(799, 479, 800, 480)}
	for name, c := range map[string]struct {
		flags byte
		fill  func(*image.RGBA, image.Rectangle, uint64)
	}{
		"24 bits":            {0x0A, noise},
		"16 bits":            {0x0E, noise},
		"one bit":            {0x0E, checks},
		"one bit and zlib":   {0x0F, checks},
		"mono":               {0x02, checks},
		"mono and zlib":      {0x03, checks},
		"nothing said of it": {0x00, checks},
	} {
		t.Run(name, func(t *testing.T) {
			pad, d := plugged(t, func(o *softpad.Opts) {
				o.Model.Encodings, o.Model.Colour = c.flags, c.flags&0x0C != 0
				if c.flags == 0 {
					o.Model.Encodings = 0x02
				}
			})
			for i, r := range parts {
				img := blank(pad.Size())
				c.fill(img, r, uint64(i))
				if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
					t.Fatal(err)
				}
				same(t, pad, img)
			}
		})
	}
}

func TestAnUnchangedPictureCostsNothingAndACountdownLittle(t *testing.T) {
	pad, d := plugged(t, nil)
	img := blank(pad.Size())
	noise(img, image.Rect(0, 0, 800, 64), 1)
	checks(img, image.Rect(40, 90, 340, 390), 1)
	show := func() int {
		t.Helper()
		pad.Reports()
		if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
			t.Fatal(err)
		}
		same(t, pad, img)
		return len(pad.Reports())
	}
	if n := show(); n > 500 {
		t.Errorf("the first picture took %d reports; all of it would have been 3,036", n)
	}
	if n := show(); n != 0 {
		t.Errorf("an unchanged picture took %d reports", n)
	}
	noise(img, image.Rect(420, 340, 470, 360), 2)
	if n := show(); n > 12 {
		t.Errorf("a few digits took %d reports", n)
	}
	img = blank(pad.Size())
	if n := show(); n != 2 {
		t.Errorf("an empty picture took %d reports, not a clear and no ink", n)
	}
}

func TestAPictureOfAnotherSizeIsRefused(t *testing.T) {
	_, d := plugged(t, nil)
	for _, size := range []image.Point{{799, 480}, {800, 481}, {0, 0}} {
		if err := d.Show(t.Context(), blank(size), image.Rectangle{}); casework.KindOf(err) != casework.PadUnsupported {
			t.Errorf("%v: %v", size, err)
		}
	}
	if err := d.Show(t.Context(), blank(image.Pt(800, 480)), image.Rect(0, 0, 801, 10)); casework.KindOf(err) != casework.PadUnsupported {
		t.Errorf("ink outside: %v", err)
	}
}

func read(t *testing.T, d *stu.Dev, n int) []casework.PenSample {
	t.Helper()
	out := make([]casework.PenSample, n)
	for i := range out {
		s, err := d.Read(t.Context())
		if err != nil {
			t.Fatalf("sample %d: %v", i, err)
		}
		out[i] = s
	}
	return out
}

func TestThePensWayAcrossTheWrapIsUnbroken(t *testing.T) {
	pad, d := plugged(t, nil)
	pad.Wind(10)
	for i := range 30 {
		pad.Pen(float64(100+i), 200, 0.5, i > 2)
	}
	pad.Leave()
	samples := read(t, d, 31)
	for i, s := range samples {
		if s.Seq != i || i > 0 && s.Time < samples[i-1].Time+5*time.Millisecond {
			t.Fatalf("sample %d: %+v", i, s)
		}
	}
	first, last := samples[3], samples[30]
	if !first.Down || !first.Near || first.Pressure != 512 || first.X != 1391 || first.Y != 2700 {
		t.Errorf("first touch: %+v", first)
	}
	if samples[2].Down || samples[2].Pressure != 0 || !samples[2].Near {
		t.Errorf("hover: %+v", samples[2])
	}
	if last.Near || last.Down || last.X != 0 {
		t.Errorf("lift: %+v", last)
	}
	if signpad.Lost(samples) != 0 {
		t.Error("nothing was lost")
	}
}

func TestLostReportsShowAsAJumpAndMakeTheInkIncomplete(t *testing.T) {
	pad, d := plugged(t, nil)
	pad.Pen(100, 100, 0.5, true)
	pad.Drop(3)
	for range 5 {
		pad.Pen(101, 100, 0.5, true)
	}
	samples := read(t, d, 3)
	if samples[1].Seq != 4 || signpad.Lost(samples) != 3 {
		t.Fatalf("got %+v", samples)
	}
}

func TestASlowReaderLosesReportsAsWithAKernelNode(t *testing.T) {
	pad, d := plugged(t, nil)
	for range 100 {
		pad.Pen(100, 100, 0.5, true)
	}
	samples := read(t, d, 63)
	pad.Pen(100, 100, 0.5, true)
	samples = append(samples, read(t, d, 1)...)
	if signpad.Lost(samples) != 37 {
		t.Fatalf("lost %d", signpad.Lost(samples))
	}
}

func TestGarbageEndsThePadWithItsReason(t *testing.T) {
	for name, r := range map[string][]byte{
		"unknown id":        {0x77, 1, 2, 3},
		"too short":         {0x34, 0x80, 0, 0},
		"too long":          {0x01, 0x80, 0, 0, 1, 0, 1, 9},
		"outside":           {0x01, 0x80, 0, 0xFF, 0xFF, 0, 1},
		"too hard":          {0x01, 0x9F, 0xFF, 0, 1, 0, 1},
		"touching from far": {0x01, 0x10, 0, 0, 1, 0, 1},
		"encrypted":         make([]byte, 17),
		"empty":             {},
	} {
		t.Run(name, func(t *testing.T) {
			pad, d := plugged(t, nil)
			pad.Input(r)
			if _, err := d.Read(t.Context()); casework.KindOf(err) != casework.PadGarbled {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestASequenceThatRunsBackIsGarbage(t *testing.T) {
	pad, d := plugged(t, nil)
	report := []byte{0x34, 0x80, 0, 0, 1, 0, 1, 0, 10, 0, 50}
	pad.Input(report)
	pad.Input(report)
	read(t, d, 1)
	if _, err := d.Read(t.Context()); casework.KindOf(err) != casework.PadGarbled {
		t.Fatalf("got %v", err)
	}
}

func TestTheDeviceDrawsInkWhereItMayAndTheNextPictureClearsIt(t *testing.T) {
	pad, d := plugged(t, nil)
	img := blank(pad.Size())
	area := image.Rect(28, 124, 772, 358)
	if err := d.Show(t.Context(), img, area); err != nil {
		t.Fatal(err)
	}
	pad.Pen(20, 20, 0.5, true) // outside
	pad.Pen(24, 20, 0.5, true)
	pad.Leave()
	pad.Pen(100, 200, 0.5, true)
	pad.Pen(140, 200, 0.5, true)
	pad.Leave()
	read(t, d, 6)
	lcd := pad.Display()
	if lcd.RGBAAt(120, 200).R > 0x40 || lcd.RGBAAt(22, 20).R != 0xFF {
		t.Fatalf("ink %v, outside %v", lcd.RGBAAt(120, 200), lcd.RGBAAt(22, 20))
	}
	if err := d.Show(t.Context(), img, area); err != nil {
		t.Fatal(err)
	}
	same(t, pad, img)
	pad.Pen(100, 200, 0.5, true)
	pad.Pen(140, 200, 0.5, true)
	pad.Leave()
	read(t, d, 3)
	if err := d.Show(t.Context(), img, image.Rectangle{}); err != nil {
		t.Fatal(err)
	}
	pad.Pen(200, 200, 0.5, true)
	pad.Pen(240, 200, 0.5, true)
	same(t, pad, img)
}

// TestAnUnplugAtEveryReportIsAnOrdinaryEvent takes the pad away at each single
// feature report of starting, showing and inking, and plugs it in again.
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

func TestARehearsedSignatureIsCompleteInkThatPasses(t *testing.T) {
	pad, d := plugged(t, nil)
	done := make(chan error, 1)
	go func() { done <- pad.Play(t.Context(), softpad.Signature(image.Rect(28, 124, 772, 358))) }()
	ink := casework.Ink{Pad: d.Identity()}
	for {
		s, err := d.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ink.Samples = append(ink.Samples, s)
		if !s.Near {
			break
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	ink.Lost = signpad.Lost(ink.Samples)
	if err := ink.Check(); err != nil {
		t.Fatalf("%d samples: %v", len(ink.Samples), err)
	}
}
