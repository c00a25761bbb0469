package camera

import (
	"image"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/devices/camera/capture"
)

// TestEveryPixelOfAnUncompressedFrameGetsItsOwnValues writes frames with lines longer
// than the picture, as drivers pad them, and looks at each pixel.
func TestEveryPixelOfAnUncompressedFrameGetsItsOwnValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := capture.Layout{
			Pixel: rapid.SampledFrom([]capture.Pixel{capture.YUYV, capture.NV12}).Draw(t, "pixel"),
			Width: 2 * rapid.IntRange(1, 12).Draw(t, "half the width"), Height: 2 * rapid.IntRange(1, 8).Draw(t, "half the height"), Full: true,
		}
		line := map[capture.Pixel]int{capture.YUYV: 2 * l.Width, capture.NV12: l.Width}[l.Pixel]
		l.Stride = line + rapid.IntRange(0, 9).Draw(t, "padding")
		l.Size = l.Bytes()
		if !l.Sound() {
			t.Fatalf("%+v is not sound", l)
		}
		data := rapid.SliceOfN(rapid.Byte(), l.Size, l.Size).Draw(t, "frame")
		got := unpack(nil, data, l)
		for y := range l.Height {
			for x := range l.Width {
				bright, blue, red := y*l.Stride+2*x, y*l.Stride+x/2*4+1, y*l.Stride+x/2*4+3
				if l.Pixel == capture.NV12 {
					bright, blue = y*l.Stride+x, (l.Height+y/2)*l.Stride+x/2*2
					red = blue + 1
				}
				if c := got.YCbCrAt(x, y); c.Y != data[bright] || c.Cb != data[blue] || c.Cr != data[red] {
					t.Fatalf("%v at %d, %d of %+v", c, x, y, l)
				}
			}
		}
	})
}

func TestLimitedLuminanceBecomesBlackAndWhite(t *testing.T) {
	l := capture.Layout{Pixel: capture.NV12, Width: 2, Height: 2, Stride: 2, Size: 6}
	got := unpack(nil, []byte{16, 235, 0, 255, 16, 240}, l)
	for at, want := range map[image.Point]byte{{}: 0, {X: 1}: 255, {Y: 1}: 0, {X: 1, Y: 1}: 255} {
		if v := got.YCbCrAt(at.X, at.Y).Y; v != want {
			t.Errorf("%v is %d", at, v)
		}
	}
	if got.Cb[0] != 1 || got.Cr[0] != 255 { // half a step either side of 128
		t.Errorf("blue %d, red %d", got.Cb[0], got.Cr[0])
	}
}

func TestAFrameOfAnotherShapeIsNotWrittenOverTheLastOne(t *testing.T) {
	nv12 := capture.Layout{Pixel: capture.NV12, Width: 4, Height: 4, Stride: 4}
	last := unpack(nil, make([]byte, nv12.Bytes()), nv12)
	if unpack(last, make([]byte, nv12.Bytes()), nv12) != last {
		t.Error("the same shape is written over")
	}
	yuyv := capture.Layout{Pixel: capture.YUYV, Width: 4, Height: 4, Stride: 8}
	if got := unpack(last, make([]byte, yuyv.Bytes()), yuyv); got == last || got.SubsampleRatio != image.YCbCrSubsampleRatio422 {
		t.Error("another shape of the same size")
	}
}
