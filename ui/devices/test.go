package devices

import (
	"bytes"
	"image/jpeg"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"counterfoil/app/desk"
	"counterfoil/ui/kit"
	"counterfoil/ui/mirror"
)

// test is the live test under way, on the right of the page.
type test struct {
	b      Bench
	object *fyne.Container
	title  *kit.Text
	view   *canvas.Image
	frame  *fyne.Container
	words  *kit.Text

	of   desk.Tried
	end  func() // of the preview; nil: none
	copy mirror.Copy
}

func newTest(b Bench) *test {
	t := &test{b: b, title: kit.Heading(""), words: kit.Body(""), view: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleFastest}}
	t.frame = kit.Aspect(800.0/480, 760, kit.Layers(kit.Panel(kit.Bar, kit.Edge, 12), kit.Inset(10, 10, 10, 10, t.view)))
	t.frame.Hide()
	t.object = kit.Card("", nil, t.title, t.frame, t.words)
	return t
}

func (t *test) show(s desk.Snapshot) {
	of := desk.Tried("")
	if s.Trial != nil {
		of = s.Trial.Of
	}
	if of != t.of {
		t.become(of)
	}
	switch {
	case of == "" && s.Case != nil:
		t.title.Set(t.b.T("ui.devices.busy.title"))
		t.words.Set(t.b.T("ui.devices.busy"))
	case of == "":
		t.title.Set(t.b.T("ui.devices.none.title"))
		t.words.Set(t.b.T("ui.devices.none"))
	default:
		t.title.Set(t.b.T("ui.devices.try." + string(of)))
		t.words.Set(strings.Join(told(t.b.T, *s.Trial, t.away(s)), "\n"))
	}
	if of == desk.TryPad {
		t.mirror(s)
	}
}

// become ends the test that was and begins another.
func (t *test) become(of desk.Tried) {
	t.close()
	t.of, t.copy, t.view.Image = of, mirror.Copy{}, nil
	t.view.Refresh()
	t.frame.Hidden = of != desk.TryPad && !isCamera(of)
	if isCamera(of) {
		t.end = t.b.Follow(t.b.Desk.Preview, t.picture)
	}
	t.object.Refresh()
}

func (t *test) close() {
	if t.end != nil {
		t.end()
		t.end = nil
	}
}

func (t *test) picture(frame []byte) {
	img, err := jpeg.Decode(bytes.NewReader(frame))
	if err != nil || !isCamera(t.of) { // one bad frame; the next one comes
		return
	}
	t.view.Image = img
	t.view.Refresh()
}

// mirror shows what the pad shows, with the ink of the test.
func (t *test) mirror(s desk.Snapshot) {
	if t.copy.Take(s) {
		t.view.Image = nil
		if t.copy.Pixels != nil { // a nil picture in an interface is none
			t.view.Image = t.copy.Pixels
		}
		t.view.Refresh()
	}
}

// away reports whether the device that is being tried is not there now. A scanner
// that types says nothing of itself.
func (t *test) away(s desk.Snapshot) bool {
	l, ok := map[desk.Tried]desk.Light{desk.TryPad: s.Pad, desk.TryCamera: s.Camera, desk.TryDocument: s.Document, desk.TryScanner: s.Scanner}[s.Trial.Of]
	return ok && (l.State == desk.Waiting || l.State == desk.Failed)
}
