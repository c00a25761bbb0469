//go:build amd64 || arm64 || loong64 || riscv64

package camera

import (
	"context"
	"image"
	"testing"

	"counterfoil/devices/camera/softcam"
	"counterfoil/devices/camera/v4l2"
)

func BenchmarkAttachedPreview(b *testing.B) {
	for _, m := range []v4l2.Mode{{Pixel: v4l2.MJPEG, Width: 1280, Height: 720, Rate: 30}, {Pixel: v4l2.YUYV, Width: 1280, Height: 720, Rate: 10}} {
		b.Run(m.Pixel.String(), func(b *testing.B) { benchmark(b, m, (*Attached).Frame) })
	}
}

func BenchmarkAttachedStill(b *testing.B) {
	for _, m := range []v4l2.Mode{{Pixel: v4l2.MJPEG, Width: 2592, Height: 1944, Rate: 15}, {Pixel: v4l2.MJPEG, Width: 4608, Height: 3456, Rate: 5}, {Pixel: v4l2.YUYV, Width: 2592, Height: 1944, Rate: 2}} {
		b.Run(m.Pixel.String()+" "+image.Pt(m.Width, m.Height).String(), func(b *testing.B) { benchmark(b, m, (*Attached).Still) })
	}
}

func benchmark(b *testing.B, m v4l2.Mode, picture func(*Attached, context.Context) ([]byte, error)) {
	frame := scene(b, m.Width, m.Height)
	if !m.Pixel.Compressed() {
		frame = yuyv(corner(m.Width, m.Height))
	}
	_, a, err := attachTo(b, softcam.Opts{Modes: []v4l2.Mode{m}, Buffer: len(frame)}, func(v4l2.Mode) []byte { return frame }, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := picture(a, b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
