package ink_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/ink"
)

var pad = casework.PadIdentity{Width: 800, Height: 480, MaxX: 10800, MaxY: 6480, MaxP: 1023}

// signature is three strokes: one that presses harder and harder, a sharp
// corner, and a dot; in whole numbers, so that it is the same everywhere.
func signature() casework.Ink {
	k := casework.Ink{Pad: pad}
	add := func(x, y, p int, down bool) {
		k.Samples = append(k.Samples, casework.PenSample{X: x, Y: y, Pressure: p, Near: true, Down: down, Seq: len(k.Samples)})
	}
	for i := range 40 {
		add(2000+i*90, 4200-(i-20)*(i-20)*5, i*25, i > 2)
	}
	add(0, 0, 0, false)
	for i := range 13 {
		add(6200+max(i-6, 6-i)*200, 1800+i*220, 500, true)
	}
	add(0, 0, 0, false)
	add(8600, 4600, 1023, true)
	add(0, 0, 0, false)
	return k
}

func white(size image.Point) *image.RGBA {
	return ink.Render(casework.Ink{}, size)
}

func darkest(img *image.RGBA, r image.Rectangle) uint8 {
	v := uint8(0xFF)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			v = min(v, img.RGBAAt(x, y).R)
		}
	}
	return v
}

// around returns the pixels around a place of the pen on an 800×480 display.
func around(x, y, by int) image.Rectangle {
	at := image.Pt(x*800/10800, y*480/6480)
	return image.Rectangle{Min: at.Sub(image.Pt(by, by)), Max: at.Add(image.Pt(by+1, by+1))}
}

// TestTheDrawingIsTheMaster compares every pixel with the pictures in testdata,
// which anybody can look at. When one differs, look at the new one, which the
// test leaves beside it as a .new file, before it becomes the master.
func TestTheDrawingIsTheMaster(t *testing.T) {
	onPad := white(image.Pt(800, 480))
	ink.Trace(onPad, pad, signature().Samples, color.RGBA{0x10, 0x1C, 0x3C, 0xFF})
	for name, got := range map[string]*image.RGBA{"pad.png": onPad, "print.png": ink.Render(signature(), image.Pt(300, 120))} {
		file := filepath.Join("testdata", name)
		raw, err := os.ReadFile(file)
		if err == nil {
			var want image.Image
			if want, err = png.Decode(bytes.NewReader(raw)); err == nil && same(got, want) {
				continue
			}
		}
		var out bytes.Buffer
		if err := png.Encode(&out, got); err != nil {
			t.Fatal(err)
		}
		os.WriteFile(file+".new", out.Bytes(), 0o644)
		t.Errorf("%s: not the master (%v)", name, err)
	}
}

func same(got *image.RGBA, want image.Image) bool {
	if got.Rect != want.Bounds() {
		return false
	}
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			if color.RGBAModel.Convert(want.At(x, y)) != got.At(x, y) {
				return false
			}
		}
	}
	return true
}

func TestSamplesInAnyPortionsGiveTheSameBytes(t *testing.T) {
	k := signature()
	want := white(image.Pt(400, 240))
	ink.Trace(want, pad, k.Samples, color.RGBA{A: 0xFF})
	rapid.Check(t, func(t *rapid.T) {
		base := white(image.Pt(400, 240))
		got := white(image.Pt(400, 240))
		d := ink.OnPad(pad, got.Rect.Size())
		for left := k.Samples; len(left) > 0; {
			n := rapid.IntRange(1, len(left)).Draw(t, "portion")
			d.Add(left[:n]...)
			d.Over(got, base, d.Dirty(), color.RGBA{A: 0xFF})
			left = left[n:]
		}
		if !bytes.Equal(got.Pix, want.Pix) {
			t.Fatal("the portions show")
		}
	})
}

func TestInkIsDrawnWhereThePenTouched(t *testing.T) {
	k := signature()
	img := white(image.Pt(800, 480))
	ink.Trace(img, pad, k.Samples, color.RGBA{A: 0xFF})
	if at := k.Samples[20]; darkest(img, around(at.X, at.Y, 1)) > 0x20 {
		t.Error("no ink where the pen touched")
	}
	if at := k.Samples[0]; darkest(img, around(at.X, at.Y, 2)) != 0xFF {
		t.Error("a hovering pen leaves no ink")
	}
	if darkest(img, around(8600, 4600, 1)) > 0x20 {
		t.Error("no dot where the pen touched once")
	}
	if darkest(img, image.Rect(0, 0, 100, 480)) != 0xFF {
		t.Error("ink where the pen never was")
	}
}

func TestTheHarderTheWider(t *testing.T) {
	high := func(pressure int) int {
		img := white(image.Pt(800, 480))
		var line []casework.PenSample
		for i := range 20 {
			line = append(line, casework.PenSample{X: 2000 + i*100, Y: 3240, Pressure: pressure, Down: true, Seq: i})
		}
		ink.Trace(img, pad, line, color.RGBA{A: 0xFF})
		n := 0
		for y := range 480 {
			n += 0xFF - int(img.RGBAAt(220, y).R)
		}
		return n
	}
	if light, firm, hard := high(50), high(500), high(1023); light >= firm || firm >= hard {
		t.Errorf("widths %d, %d, %d", light, firm, hard)
	}
}

func TestAGapIsNotDrawnOver(t *testing.T) {
	k := signature()
	a, b := k.Samples[12], k.Samples[30]
	k.Samples = append(k.Samples[:13], k.Samples[30:]...)
	img := white(image.Pt(800, 480))
	ink.Trace(img, pad, k.Samples, color.RGBA{A: 0xFF})
	if darkest(img, around((a.X+b.X)/2, (a.Y+b.Y)/2, 4)) != 0xFF {
		t.Error("what was not measured must not be drawn")
	}
}

func TestARenderedInkFillsItsPicture(t *testing.T) {
	img := ink.Render(signature(), image.Pt(300, 120))
	if darkest(img, image.Rect(0, 0, 300, 20)) > 0x40 && darkest(img, image.Rect(0, 0, 40, 120)) > 0x40 {
		t.Error("the ink does not fill the picture")
	}
	if darkest(white(image.Pt(300, 120)), image.Rect(0, 0, 300, 120)) != 0xFF {
		t.Error("no ink, no mark")
	}
}

func TestWildSamplesAreDrawnWithinTheirPicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wild := rapid.IntRange(-1<<40, 1<<40)
		k := casework.Ink{Pad: casework.PadIdentity{MaxX: rapid.IntRange(-1, 0xFFFF).Draw(t, "max x"), MaxY: rapid.IntRange(-1, 0xFFFF).Draw(t, "max y"), MaxP: rapid.IntRange(-1, 0xFFFF).Draw(t, "max p")}}
		for i := range rapid.IntRange(0, 6).Draw(t, "samples") {
			k.Samples = append(k.Samples, casework.PenSample{X: wild.Draw(t, "x"), Y: wild.Draw(t, "y"), Pressure: wild.Draw(t, "p"), Down: true, Seq: i})
		}
		size := image.Pt(rapid.IntRange(-1, 90).Draw(t, "w"), rapid.IntRange(-1, 90).Draw(t, "h"))
		ink.Render(k, size)
		ink.Trace(image.NewRGBA(image.Rect(0, 0, max(size.X, 0), max(size.Y, 0))), k.Pad, k.Samples, color.RGBA{A: 0xFF})
	})
}

// BenchmarkPenSampleToInk draws what a pen reports during one frame of a
// window: four samples, at 200 a second.
func BenchmarkPenSampleToInk(b *testing.B) {
	base, dst := white(image.Pt(800, 480)), white(image.Pt(800, 480))
	d := ink.OnPad(pad, dst.Rect.Size())
	for n := 0; b.Loop(); n += 4 {
		for i := n; i < n+4; i++ {
			d.Add(casework.PenSample{X: 800 + i*37%9000, Y: 1000 + i*53%4000/4, Pressure: 500, Down: true, Seq: i})
		}
		d.Over(dst, base, d.Dirty(), color.RGBA{A: 0xFF})
	}
}
