package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// KeyCap shows a key of the keyboard.
func KeyCap(key string) *fyne.Container { return keyCap(key, Ink2, Surface, Edge) }

// KeyHint shows a key with what it does, for example "F5 换一张".
func KeyHint(key, does string) *fyne.Container {
	return keyCap(key+" "+does, Ink2, Surface, Line)
}

func keyCap(key string, ink, ground, line fyne.ThemeColorName) *fyne.Container {
	words := NewText(key, TextStyle{Size: 12, Color: ink, Bold: true, Align: fyne.TextAlignCenter})
	return Layers(Panel(ground, line, 4), Inset(1, 7, 2, 7, words))
}

// Badge shows a word on a soft ground, such as where a value came from.
func Badge(words string, ink, soft fyne.ThemeColorName) *fyne.Container {
	return Layers(Panel(soft, soft, 4), Inset(1, 8, 2, 8, NewText(words, TextStyle{Size: 12, Color: ink, Bold: true})))
}

// Check draws a check mark of a size.
func Check(c fyne.ThemeColorName, size float32) *fyne.Container {
	a, b := canvas.NewLine(colorOf(c)), canvas.NewLine(colorOf(c))
	a.StrokeWidth, b.StrokeWidth = size/8, size/8
	return container.New(checkLayout{size}, a, b)
}

type checkLayout struct{ size float32 }

func (l checkLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(l.size, l.size) }
func (l checkLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	u := l.size
	x, y := (size.Width-u)/2, (size.Height-u)/2
	a, b := objects[0].(*canvas.Line), objects[1].(*canvas.Line)
	a.Position1, a.Position2 = fyne.NewPos(x+u*0.2, y+u*0.52), fyne.NewPos(x+u*0.43, y+u*0.74)
	b.Position1, b.Position2 = fyne.NewPos(x+u*0.41, y+u*0.74), fyne.NewPos(x+u*0.82, y+u*0.27)
}

// Dot is a small filled circle.
func Dot(c fyne.ThemeColorName, size float32) *fyne.Container {
	return container.New(dotLayout{size}, canvas.NewCircle(colorOf(c)))
}

type dotLayout struct{ size float32 }

func (l dotLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(l.size, l.size) }
func (l dotLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(l.size, l.size))
	objects[0].Move(fyne.NewPos((size.Width-l.size)/2, (size.Height-l.size)/2+1)) // Chinese sits a little below the middle of its line
}

// Light is a dot with the words that say the same.
type Light struct {
	Object *fyne.Container
	dot    *canvas.Circle
	words  *Text
}

// NewLight returns a light.
func NewLight() *Light {
	dot := Dot(Ink3, 9)
	l := &Light{dot: dot.Objects[0].(*canvas.Circle), words: Small("", Ink2)}
	l.Object = Row(8, dot, l.words)
	return l
}

// Set changes the colour and the words.
func (l *Light) Set(c fyne.ThemeColorName, words string) {
	if fill := colorOf(c); l.dot.FillColor != fill {
		l.dot.FillColor = fill
		l.dot.Refresh()
	}
	l.words.Set(words)
}

// Words returns what the light says.
func (l *Light) Words() string { return l.words.Words() }

// Skeleton stands for a value that is not there yet: a bar of a share (0…1) of
// the width.
func Skeleton(share float32) *fyne.Container {
	bar := Fill(Bar)
	bar.CornerRadius = 4
	return Sized(0, Em(22), Row(0, FlexBy(share, Sized(8, Em(22), bar)), FlexBy(1-share, Sized(1, 1, Fill(Clear)))))
}
