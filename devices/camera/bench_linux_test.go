//go:build amd64 || arm64 || loong64 || riscv64

package camera

import (
	"context"
	"image"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/softcam"
)

func BenchmarkAttachedPreview(b *testing.B) {
	for _, m := range []capture.Mode{{Pixel: capture.MJPEG, Width: 1280, Height: 720, Rate: 30}, {Pixel: capture.YUYV, Width: 1280, Height: 720, Rate: 10}} {
		b.Run(m.Pixel.String(), func(b *testing.B) { benchmark(b, m, (*Attached).Frame) })
	}
}

func BenchmarkAttachedStill(b *testing.B) {
	for _, m := range []capture.Mode{{Pixel: capture.MJPEG, Width: 2592, Height: 1944, Rate: 15}, {Pixel: capture.MJPEG, Width: 4608, Height: 3456, Rate: 5}, {Pixel: capture.YUYV, Width: 2592, Height: 1944, Rate: 2}} {
		b.Run(m.Pixel.String()+" "+image.Pt(m.Width, m.Height).String(), func(b *testing.B) { benchmark(b, m, (*Attached).Still) })
	}
}

func benchmark(b *testing.B, m capture.Mode, picture func(*Attached, context.Context) ([]byte, error)) {
	frame := scene(b, m.Width, m.Height)
	if !m.Pixel.Compressed() {
		frame = yuyv(corner(m.Width, m.Height))
	}
	_, a, err := attachTo(b, softcam.Opts{Modes: []capture.Mode{m}, Buffer: len(frame)}, func(capture.Mode) []byte { return frame }, nil)
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

// BenchmarkTenMinutesOfPreview takes the previews of ten minutes at 15 a second,
// one after the other, and reports how much of a core that is over the ten minutes,
// and by how much the memory in use has grown at their end.
func BenchmarkTenMinutesOfPreview(b *testing.B) {
	const each, minutes = 15, 10
	for _, m := range []capture.Mode{{Pixel: capture.MJPEG, Width: 1280, Height: 720, Rate: 30}, {Pixel: capture.YUYV, Width: 1280, Height: 720, Rate: 30}} {
		b.Run(m.Pixel.String(), func(b *testing.B) {
			frame := scene(b, m.Width, m.Height)
			if !m.Pixel.Compressed() {
				frame = yuyv(corner(m.Width, m.Height))
			}
			_, a, err := attachTo(b, softcam.Opts{Modes: []capture.Mode{m}, Buffer: len(frame)}, func(capture.Mode) []byte { return frame }, nil)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				before, spent := inUse(), processor(b)
				for range each * 60 * minutes {
					if _, err := a.Frame(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(100*(processor(b)-spent).Seconds()/(60*minutes), "%core")
				b.ReportMetric(float64(int64(inUse())-int64(before))/(1<<20), "MiB-grown")
			}
		})
	}
}

// inUse is how much memory is in use, in bytes.
func inUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// processor is the processor's time that this process has had.
func processor(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
