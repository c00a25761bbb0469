package citizen

import (
	"crypto/sha256"
	"image"
	"testing"

	"counterfoil/app/casework"
)

func someInk() casework.Ink {
	k := casework.Ink{Pad: casework.PadIdentity{Width: 800, Height: 480, MaxX: 10800, MaxY: 6480, MaxP: 1023}}
	for i := range 60 {
		k.Samples = append(k.Samples, casework.PenSample{X: 3000 + i*40, Y: 3000 + i*i/2, Pressure: 200 + i*10, Near: true, Down: i > 3, Seq: i})
	}
	return k
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

func TestInkIsDrawnWhereThePenWas(t *testing.T) {
	k := someInk()
	img := image.NewRGBA(image.Rect(0, 0, 800, 480))
	fill(img, img.Rect, rgb(0xFFFFFF))
	Trace(img, k.Pad, k.Samples, rgb(0x18212D))
	at := image.Pt(k.Samples[30].X*800/10800, k.Samples[30].Y*480/6480)
	if darkest(img, image.Rect(at.X-1, at.Y-1, at.X+2, at.Y+2)) > 0x20 {
		t.Error("no ink where the pen touched")
	}
	if darkest(img, image.Rect(0, 0, 200, 480)) != 0xFF {
		t.Error("ink where the pen never was")
	}
	if img.RGBAAt(k.Samples[0].X*800/10800, k.Samples[0].Y*480/6480).R != 0xFF {
		t.Error("a hovering pen leaves no ink")
	}
}

func TestAGapIsNotDrawnOver(t *testing.T) {
	k := someInk()
	k.Samples = append(k.Samples[:20], k.Samples[50:]...)
	img := image.NewRGBA(image.Rect(0, 0, 800, 480))
	fill(img, img.Rect, rgb(0xFFFFFF))
	Trace(img, k.Pad, k.Samples, rgb(0))
	mid := image.Pt((k.Samples[19].X+k.Samples[20].X)/2*800/10800, (k.Samples[19].Y+k.Samples[20].Y)/2*480/6480)
	if darkest(img, image.Rect(mid.X-3, mid.Y-3, mid.X+3, mid.Y+3)) != 0xFF {
		t.Error("what was not measured must not be drawn")
	}
}

func TestARenderedInkFillsItsPictureAndIsAlwaysTheSame(t *testing.T) {
	k := someInk()
	a := Render(k, image.Pt(300, 120))
	if sha256.Sum256(a.Pix) != sha256.Sum256(Render(someInk(), image.Pt(300, 120)).Pix) {
		t.Fatal("two pictures of one ink")
	}
	if darkest(a, image.Rect(0, 0, 40, 120)) > 0x40 && darkest(a, image.Rect(0, 0, 300, 20)) > 0x40 {
		t.Error("the ink does not fill the picture")
	}
	if darkest(Render(casework.Ink{}, image.Pt(300, 120)), image.Rect(0, 0, 300, 120)) != 0xFF {
		t.Error("no ink, no mark")
	}
}
