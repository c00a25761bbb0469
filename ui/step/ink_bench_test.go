package step

import (
	"image"
	"testing"

	"fyne.io/fyne/v2/test"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/assets"
	"counterfoil/ui/look"
	mirrors "counterfoil/ui/mirror"
)

// BenchmarkPenSampleToInk draws what a pen reports during one frame (four
// samples, at 200 a second) into the mirror of a pad of 800 by 480 pixels. The
// painting of the window comes after it.
func BenchmarkPenSampleToInk(b *testing.B) {
	test.NewTempApp(b).Settings().SetTheme(look.New(look.Light, 1, look.Fonts{Regular: assets.Regular(), Bold: assets.Bold()}))
	pad := casework.PadIdentity{Width: 800, Height: 480, MaxX: 10800, MaxY: 6480, MaxP: 1023}
	var ink []casework.PenSample
	for n := range 2000 {
		ink = append(ink, casework.PenSample{X: 800 + n*37%9000, Y: 1000 + n*53%4000/4, Pressure: 500, Down: true, Seq: n})
	}
	s := desk.Snapshot{PadIdentity: pad}
	s.Screen.Image = image.NewRGBA(image.Rect(0, 0, 800, 480))
	m := newMirror(&Bench{T: func(key string, _ ...any) string { return key }})
	for n := 4; b.Loop(); n += 4 {
		if n > len(ink) {
			n = 4
			m.copy = mirrors.Copy{}
		}
		s.Ink = ink[:n]
		m.show(s)
	}
}
