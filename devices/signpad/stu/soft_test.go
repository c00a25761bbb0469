package stu_test

import (
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"testing"
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

func everyModel() []softpad.Model {
	return []softpad.Model{softpad.STU300(), softpad.STU430(), softpad.STU500(), softpad.STU520A(), softpad.STU530(), softpad.STU540()}
}

func TestEveryModelShowsWhatItCanAndForgetsInk(t *testing.T) {
	for _, m := range everyModel() {
		t.Run(m.Name, func(t *testing.T) {
			pad, d := plugged(t, func(o *softpad.Opts) { o.Model = m })
			img := blank(pad.Size())
			checks(img, image.Rect(5, 5, 60, 60), 7)
			if m.Colour {
				noise(img, image.Rect(60, 5, 90, 60), 8)
			}
			ink := image.Rect(100, 20, 300, 90)
			for range 2 {
				if err := d.Show(t.Context(), img, ink); err != nil {
					t.Fatal(err)
				}
				same(t, pad, img)
				pad.Pen(120, 50, 0.5, true)
				pad.Pen(160, 60, 0.5, true)
				pad.Leave()
				read(t, d, 3)
				if pad.Display().RGBAAt(160, 60).R > 0x60 {
					t.Error("the pad draws no ink")
				}
			}
		})
	}
}

func TestEveryModelsSamplesTellOfLostReportsIfTheyCan(t *testing.T) {
	for _, m := range everyModel() {
		pad, d := plugged(t, func(o *softpad.Opts) { o.Model = m })
		pad.Pen(100, 50, 0.5, true)
		pad.Drop(2)
		for range 3 {
			pad.Pen(101, 50, 0.5, true)
		}
		samples := read(t, d, 2)
		lost := 2
		if m.Old {
			lost = 0
		}
		if signpad.Lost(samples) != lost || (samples[0].Seq < 0) != m.Old {
			t.Errorf("%s: %+v", m.Name, samples)
		}
	}
}

func TestEveryModelIsIdentified(t *testing.T) {
	for _, m := range everyModel() {
		_, d := plugged(t, func(o *softpad.Opts) { o.Model = m })
		serial := "EMU0000001"
		if m.Whole {
			serial = "EMU0" // as much as report 0x0A holds
		}
		want := casework.PadIdentity{Model: m.Name, Serial: serial, Firmware: "1.8", Transport: "emulator", Width: m.Width, Height: m.Height,
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

// TestAnUnplugAtEveryReportIsAnOrdinaryEvent takes the pad away at each single
// feature report of starting, showing and inking, and plugs it in again.
