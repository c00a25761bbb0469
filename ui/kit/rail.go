package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// RailStep is one line of a step rail as it is drawn.
type RailStep struct {
	Label string
	Note  string // below the label; may be empty
	Tone  fyne.ThemeColorName
	State RailState
}

// RailState says where a step is.
type RailState int

// The states of a step.
const (
	StepToDo RailState = iota
	StepNow
	StepDone
	StepSkipped
)

// Rail draws the steps from top to bottom, joined by a line that is green as
// far as the case has come.
func Rail(steps []RailStep) *fyne.Container {
	var rows []fyne.CanvasObject
	for i, s := range steps {
		rows = append(rows, railRow(i, s, i+1 == len(steps)))
	}
	return Column(0, rows...)
}

func railRow(i int, s RailStep, last bool) fyne.CanvasObject {
	label := NewText(s.Label, TextStyle{Size: 16, Color: Ink2, Wrap: true})
	switch s.State {
	case StepNow:
		label = NewText(s.Label, TextStyle{Size: 16, Color: Primary, Bold: true, Wrap: true})
	case StepDone:
		label.Paint(Ink)
	}
	words := []fyne.CanvasObject{label}
	if s.Note != "" {
		words = append(words, Note(s.Note, s.Tone))
	}
	below := float32(22)
	if s.Note != "" {
		below = 14
	}
	if last {
		below = 0
	}
	text := Inset(2, 0, below, 0, Column(0, words...))
	return RowFill(12, railMark(i, s, last), Flex(text))
}

func railMark(i int, s RailStep, last bool) fyne.CanvasObject {
	circle, line := canvas.NewCircle(colorOf(Surface)), canvas.NewRectangle(colorOf(Line))
	circle.StrokeWidth, circle.StrokeColor = 1.5, colorOf(Edge)
	number := NewText(strconv.Itoa(i+1), TextStyle{Size: 13, Color: Ink3, Align: fyne.TextAlignCenter})
	var inside fyne.CanvasObject = number
	switch s.State {
	case StepNow:
		circle.FillColor, circle.StrokeColor = colorOf(Primary), colorOf(Primary)
		number.Paint(OnPrimary)
	case StepDone:
		circle.FillColor, circle.StrokeColor, line.FillColor = colorOf(Done), colorOf(Done), colorOf(Done)
		inside = Check(OnPrimary, Em(16))
	case StepSkipped:
		line.FillColor = colorOf(Done)
		inside = NewText("–", TextStyle{Size: 15, Color: Ink2, Align: fyne.TextAlignCenter})
	}
	line.Hidden = last
	return container.New(markLayout{}, line, circle, inside)
}

type markLayout struct{}

func (markLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(Em(28), Em(28)) }
func (markLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	d := Em(28)
	objects[0].Move(fyne.NewPos(d/2-1, d))
	objects[0].Resize(fyne.NewSize(2, max(size.Height-d, 0)))
	objects[1].Resize(fyne.NewSize(d, d))
	objects[2].Resize(fyne.NewSize(d, d))
}
