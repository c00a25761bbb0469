package step

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"counterfoil/app/desk"
	"counterfoil/app/ink"
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
	ink    *ink.Drawing
	drawn  int // samples drawn so far
}

// inkColour is a dark blue, as of a pen.
func inkColour() color.RGBA { return color.RGBA{R: 0x10, G: 0x1c, B: 0x3c, A: 0xff} }

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
		m.ink = ink.OnPad(s.PadIdentity, m.pixels.Rect.Size())
		m.image.Image = m.pixels
		m.image.Refresh()
	}
	if len(s.Ink) > m.drawn {
		m.ink.Add(s.Ink[m.drawn:]...)
		m.drawn = len(s.Ink)
		m.ink.Over(m.pixels, m.from, m.ink.Dirty(), inkColour())
		m.image.Refresh()
	}
}

func (m *mirror) close() { m.image.Image, m.from, m.pixels, m.ink = nil, nil, nil, nil }
