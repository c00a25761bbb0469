package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// TextStyle is how a text looks. Size is in pixels at 100 %.
type TextStyle struct {
	Size  float32
	Color fyne.ThemeColorName
	Bold  bool
	Align fyne.TextAlign
	Wrap  bool // break into lines; otherwise one line, cut with … where it doesn't fit
	Lines int  // with Wrap: at most so many; 0: any number
}

// Text shows words in one style, on one line or broken into several.
type Text struct {
	widget.BaseWidget
	words string
	style TextStyle
	kept  brokenLines
}

// brokenLines are the lines of the width that was asked for last: a layout asks
// several times for the same.
type brokenLines struct {
	words       string
	width, size float32
	lines       []string
}

// NewText returns a text.
func NewText(words string, style TextStyle) *Text {
	t := &Text{words: words, style: style}
	t.ExtendBaseWidget(t)
	return t
}

// Title returns the heading of a screen.
func Title(words string) *Text {
	return NewText(words, TextStyle{Size: 26, Color: Ink, Bold: true, Wrap: true, Lines: 2})
}

// Heading returns the heading of a card.
func Heading(words string) *Text { return NewText(words, TextStyle{Size: 16, Color: Ink, Bold: true}) }

// Body returns running text.
func Body(words string) *Text { return NewText(words, TextStyle{Size: 15, Color: Ink, Wrap: true}) }

// Lead returns the sentence below a title.
func Lead(words string) *Text { return NewText(words, TextStyle{Size: 16, Color: Ink2, Wrap: true}) }

// Small returns a small line in a colour.
func Small(words string, c fyne.ThemeColorName) *Text {
	return NewText(words, TextStyle{Size: 13, Color: c})
}

// Note returns small text that may take several lines.
func Note(words string, c fyne.ThemeColorName) *Text {
	return NewText(words, TextStyle{Size: 13, Color: c, Wrap: true})
}

// Words returns what the text says.
func (t *Text) Words() string { return t.words }

// Set changes the words.
func (t *Text) Set(words string) {
	if t.words != words {
		t.words = words
		t.Refresh()
	}
}

// Paint changes the colour.
func (t *Text) Paint(c fyne.ThemeColorName) {
	if t.style.Color != c {
		t.style.Color = c
		t.Refresh()
	}
}

func (t *Text) size() float32        { return Em(t.style.Size) }
func (t *Text) face() fyne.TextStyle { return fyne.TextStyle{Bold: t.style.Bold} }
func (t *Text) measure(s string) fyne.Size {
	return fyne.MeasureText(s, t.size(), t.face())
}

func (t *Text) linesFor(width float32) []string {
	if k := t.kept; k.lines == nil || k.words != t.words || k.width != width || k.size != t.size() {
		t.kept = brokenLines{t.words, width, t.size(), t.breakFor(width)}
	}
	return t.kept.lines
}

func (t *Text) breakFor(width float32) []string {
	width += 0.5 // sizes that were measured and laid out again differ in the last bit
	of := func(s string) float32 { return t.measure(s).Width }
	if !t.style.Wrap {
		return []string{cut(t.words, width, of)}
	}
	lines := breakLines(t.words, width, of)
	if n := t.style.Lines; n > 0 && len(lines) > n {
		rest := lines[n-1]
		for _, l := range lines[n:] {
			rest += l
		}
		lines = append(lines[:n-1:n-1], cut(rest, width, of))
	}
	return lines
}

// HeightFor returns the height of the lines at a width.
func (t *Text) HeightFor(width float32) float32 {
	h := t.measure("口").Height
	if !t.style.Wrap {
		return h
	}
	return h * float32(len(t.linesFor(width)))
}

// MinSize returns the size of one line, or, where lines may break, of the lines
// at the width that the text has now.
func (t *Text) MinSize() fyne.Size {
	t.ExtendBaseWidget(t)
	if !t.style.Wrap {
		s := t.measure(t.words)
		return fyne.NewSize(s.Width, t.measure("口").Height)
	}
	w := min(t.measure(t.words).Width, t.measure("口口口口").Width)
	return fyne.NewSize(w, t.HeightFor(max(w, t.Size().Width)))
}

// CreateRenderer is Fyne's.
func (t *Text) CreateRenderer() fyne.WidgetRenderer { return anew(&textRenderer{text: t}, t.Size()) }

type textRenderer struct {
	text  *Text
	lines []fyne.CanvasObject
}

func (r *textRenderer) Destroy()                     {}
func (r *textRenderer) MinSize() fyne.Size           { return r.text.MinSize() }
func (r *textRenderer) Objects() []fyne.CanvasObject { return r.lines }

func (r *textRenderer) Refresh() {
	r.Layout(r.text.Size())
	canvas.Refresh(r.text)
}

func (r *textRenderer) Layout(size fyne.Size) {
	words := r.text.linesFor(size.Width)
	height := r.text.measure("口").Height
	for len(r.lines) < len(words) {
		r.lines = append(r.lines, canvas.NewText("", nil))
	}
	r.lines = r.lines[:len(words)]
	y := float32(0)
	if !r.text.style.Wrap {
		y = (size.Height - height) / 2
	}
	for i, s := range words {
		line := r.lines[i].(*canvas.Text)
		line.Text, line.TextSize, line.TextStyle = s, r.text.size(), r.text.face()
		line.Color, line.Alignment = colorOf(r.text.style.Color), r.text.style.Align
		line.Move(fyne.NewPos(0, y+height*float32(i)))
		line.Resize(fyne.NewSize(size.Width, height))
		line.Refresh()
	}
}
