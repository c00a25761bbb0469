package step

import (
	"image"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// mirror shows small what the citizen sees, with the ink as it is written. The
// ink goes into one picture of the mirror's own, a new stretch at a time:
// hundreds of canvas lines would bring the window down.
type mirror struct {
	object *fyne.Container
	image  *canvas.Image
	page   *kit.Text   // which page of how many
	from   *image.RGBA // the screen that is mirrored
	pixels *image.RGBA // a copy of it with ink
	drawn  int         // samples drawn so far
}

func newMirror(b *Bench) *mirror {
	m := &mirror{image: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}}
	m.page = kit.NewText("", kit.TextStyle{Size: 13, Color: kit.Ink2, Align: fyne.TextAlignTrailing})
	picture := kit.Aspect(820.0/500, 820, kit.Layers(kit.Panel(kit.Bar, kit.Edge, 12), kit.Inset(10, 10, 10, 10, m.image)))
	m.object = kit.Below(8, kit.Row(8, kit.Flex(kit.Small(b.T("ui.mirror"), kit.Ink2)), kit.Flex(m.page)), picture)
	return m
}

func (m *mirror) show(s desk.Snapshot) {
	if s.Screen.Image == nil {
		m.image.Hide()
		return
	}
	m.image.Show()
	if m.from != s.Screen.Image || len(s.Ink) < m.drawn { // another screen, or the citizen starts again
		m.from, m.drawn = s.Screen.Image, 0
		m.pixels = image.NewRGBA(m.from.Bounds())
		draw.Draw(m.pixels, m.pixels.Bounds(), m.from, m.from.Bounds().Min, draw.Src)
		m.image.Image = m.pixels
		m.image.Refresh()
	}
	if len(s.Ink) > m.drawn && s.PadIdentity.MaxX > 0 && s.PadIdentity.MaxY > 0 {
		inkOn(m.pixels, s.PadIdentity, s.Ink, max(m.drawn, 1))
		m.drawn = len(s.Ink)
		m.image.Refresh()
	}
}

func (m *mirror) close() { m.image.Image, m.from, m.pixels = nil, nil, nil }

// inkOn draws the strokes that end at the samples from index first on.
func inkOn(img *image.RGBA, pad casework.PadIdentity, ink []casework.PenSample, first int) {
	b := img.Bounds()
	at := func(s casework.PenSample) (float64, float64) {
		return float64(s.X) * float64(b.Dx()) / float64(pad.MaxX), float64(s.Y) * float64(b.Dy()) / float64(pad.MaxY)
	}
	for i := first; i < len(ink); i++ {
		if !ink[i].Down || !ink[i-1].Down {
			continue
		}
		x0, y0 := at(ink[i-1])
		x1, y1 := at(ink[i])
		radius := 1.4
		if pad.MaxP > 0 {
			radius = 0.9 + 1.4*float64(ink[i].Pressure)/float64(pad.MaxP)
		}
		stroke(img, x0, y0, x1, y1, radius)
	}
}
