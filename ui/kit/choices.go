package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
)

// Choices is a list of which one is taken: by its number, by arrows and Enter,
// or by pointer.
type Choices struct {
	Object *fyne.Container
	rows   []*Tap
	mark   int
	taken  func(i int)
}

// NewChoices returns a list. mark is the one that Enter takes, -1 for none.
func NewChoices(labels []string, mark int, taken func(i int)) *Choices {
	c := &Choices{taken: taken, mark: mark}
	var objects []fyne.CanvasObject
	for i, label := range labels {
		number := Sized(Em(28), 0, keyCap(strconv.Itoa(i+1), Ink2, Surface, Edge))
		row := NewTap(Inset(8, 12, 8, 10, Row(12, number, Flex(Body(label)))), func() { taken(i) }).Framed()
		row.Mark(i == mark)
		c.rows = append(c.rows, row)
		objects = append(objects, row)
	}
	c.Object = Column(6, objects...)
	return c
}

// NewSegments is NewChoices with the choices beside each other; numbered says
// whether their numbers are keys.
func NewSegments(labels []string, mark int, numbered bool, taken func(i int)) *Choices {
	c := &Choices{taken: taken, mark: mark}
	var objects []fyne.CanvasObject
	for i, label := range labels {
		words := []fyne.CanvasObject{Space(), NewText(label, TextStyle{Size: 15, Color: Ink}), Space()}
		if numbered {
			words = append([]fyne.CanvasObject{keyCap(strconv.Itoa(i+1), Ink2, Surface, Edge)}, words[1:]...)
		}
		row := NewTap(Inset(8, 10, 8, 10, Row(8, words...)), func() { taken(i) }).Framed()
		row.Mark(i == mark)
		c.rows = append(c.rows, row)
		objects = append(objects, Flex(row))
	}
	c.Object = Row(8, objects...)
	return c
}

// Key moves the mark, or takes the marked one; it reports whether it used the key.
func (c *Choices) Key(name fyne.KeyName) bool {
	switch {
	case name == fyne.KeyDown:
		c.move(1)
	case name == fyne.KeyUp:
		c.move(-1)
	case IsEnter(name) && c.mark >= 0:
		c.taken(c.mark)
	default:
		return false
	}
	return true
}

// Digit takes a choice by its number.
func (c *Choices) Digit(r rune) bool {
	if i := int(r - '1'); i >= 0 && i < len(c.rows) {
		c.taken(i)
		return true
	}
	return false
}

func (c *Choices) move(by int) {
	c.mark = min(max(c.mark+by, 0), len(c.rows)-1)
	for i, row := range c.rows {
		row.Mark(i == c.mark)
	}
}
