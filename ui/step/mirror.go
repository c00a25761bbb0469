package step

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"counterfoil/app/desk"
	"counterfoil/ui/kit"
	mirrors "counterfoil/ui/mirror"
)

// mirror shows small what the citizen sees, with the ink as it is written.
type mirror struct {
	object *fyne.Container
	image  *canvas.Image
	page   *kit.Text // which page of how many
	copy   mirrors.Copy
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
	if m.copy.Take(s) {
		m.image.Image = m.copy.Pixels
		m.image.Refresh()
	}
}

func (m *mirror) close() { m.image.Image, m.copy = nil, mirrors.Copy{} }
