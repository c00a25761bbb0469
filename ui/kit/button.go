package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// ButtonKind says how much a button weighs. A screen has one Primary.
type ButtonKind int

// The kinds of button.
const (
	PrimaryButton ButtonKind = iota
	SecondaryButton
	DangerButton
)

// Button does one thing, shows the key that does it too, answers to Space and
// both Enter keys while it has the focus, and stays locked while its action
// runs.
type Button struct {
	widget.BaseWidget
	kind       ButtonKind
	label, key string
	action     func()
	off        bool // the moment doesn't allow it
	locked     bool // its action runs
	hovered    bool
	focused    bool
	wide       float32
}

// NewButton returns a button. key may be empty.
func NewButton(kind ButtonKind, label, key string, action func()) *Button {
	b := &Button{kind: kind, label: label, key: key, action: action}
	b.ExtendBaseWidget(b)
	return b
}

// Wide gives the button at least a width in pixels at 100 %.
func (b *Button) Wide(px float32) *Button {
	b.wide = px
	return b
}

// Label returns what the button says.
func (b *Button) Label() string { return b.label }

// Says changes what the button says.
func (b *Button) Says(label string) {
	if b.label != label {
		b.label = label
		b.Refresh()
	}
}

// Allow says whether the moment allows the action.
func (b *Button) Allow(yes bool) {
	if b.off == yes {
		b.off = !yes
		b.Refresh()
	}
}

// Lock says whether the action runs: a second press does nothing.
func (b *Button) Lock(yes bool) {
	if b.locked != yes {
		b.locked = yes
		b.Refresh()
	}
}

// Ready reports whether a press would do anything.
func (b *Button) Ready() bool { return !b.off && !b.locked && b.action != nil && b.Visible() }

// Press does the action, if the button is ready.
func (b *Button) Press() {
	if b.Ready() {
		b.action()
	}
}

// Tapped is a press by pointer; the keys then belong to the window again.
func (b *Button) Tapped(*fyne.PointEvent) {
	if c := canvasOf(b); c != nil && b.focused {
		c.Unfocus()
	}
	b.Press()
}

// TypedKey presses on Enter and Space; every other key is the window's.
func (b *Button) TypedKey(event *fyne.KeyEvent) {
	if IsEnter(event.Name) || event.Name == fyne.KeySpace {
		b.Press()
		return
	}
	PassKey(b, event)
}

// TypedRune hands a rune to the window: digits count wherever the focus is.
func (b *Button) TypedRune(r rune) {
	if r != ' ' {
		PassRune(b, r)
	}
}

// FocusGained is Fyne's.
func (b *Button) FocusGained() { b.focused = true; b.Refresh() }

// FocusLost is Fyne's.
func (b *Button) FocusLost() { b.focused = false; b.Refresh() }

// MouseIn is Fyne's.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved is Fyne's.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is Fyne's.
func (b *Button) MouseOut() { b.hovered = false; b.Refresh() }

// Cursor is a hand while the button is ready.
func (b *Button) Cursor() desktop.Cursor {
	if b.Ready() {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer is Fyne's.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{button: b, ground: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil),
		cap: canvas.NewRectangle(nil), label: canvas.NewText("", nil), key: canvas.NewText("", nil)}
	r.paint()
	return anew(r, b.Size())
}

type buttonRenderer struct {
	button            *Button
	ground, ring, cap *canvas.Rectangle
	label, key        *canvas.Text
}

func (r *buttonRenderer) Destroy() {}
func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ring, r.ground, r.cap, r.label, r.key}
}

func (r *buttonRenderer) MinSize() fyne.Size {
	w := r.label.MinSize().Width + Em(48)
	if r.button.key != "" {
		w += r.key.MinSize().Width + Em(14) + Em(12)
	}
	return fyne.NewSize(max(w, Em(r.button.wide)), Em(48))
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	r.ring.Move(fyne.NewPos(-3, -3))
	r.ring.Resize(size.Add(fyne.NewSize(6, 6)))
	l, k := r.label.MinSize(), r.key.MinSize()
	gap, pad := Em(12), Em(7)
	total := l.Width
	if r.button.key != "" {
		total += gap + k.Width + 2*pad
	}
	x := (size.Width - total) / 2
	r.label.Move(fyne.NewPos(x, (size.Height-l.Height)/2))
	r.label.Resize(l)
	x += l.Width + gap
	h := k.Height + 3
	r.cap.Move(fyne.NewPos(x, (size.Height-h)/2))
	r.cap.Resize(fyne.NewSize(k.Width+2*pad, h))
	r.key.Move(fyne.NewPos(x+pad, (size.Height-k.Height)/2))
	r.key.Resize(k)
}

func (r *buttonRenderer) Refresh() {
	r.paint()
	r.Layout(r.button.Size())
	canvas.Refresh(r.button)
}

// paint sets words and colours for the state that the button is in.
func (r *buttonRenderer) paint() {
	b := r.button
	ground, line, ink, capGround, capInk := Surface, Edge, Ink, Surface, Ink2
	capLine := Line
	switch {
	case b.kind == PrimaryButton && !b.Ready():
		ground, line, ink, capGround, capInk, capLine = Off, Off, OnOff, Off, OnOff, OnOff
	case b.kind == PrimaryButton:
		ground, line, ink, capGround, capInk, capLine = Primary, Primary, OnPrimary, KeyOnPrimary, OnPrimary, KeyOnPrimary
		if b.hovered {
			ground, line = PrimaryDown, PrimaryDown
		}
	case !b.Ready():
		line, ink, capInk = Line, Ink3, Ink3
	case b.kind == DangerButton:
		ink, line = Failed, FailedLine
	}
	if b.kind != PrimaryButton && b.hovered && b.Ready() {
		ground, capGround = Hover, Hover
	}
	r.ground.FillColor, r.ground.StrokeColor, r.ground.StrokeWidth, r.ground.CornerRadius = colorOf(ground), colorOf(line), 1, 10
	r.ring.FillColor, r.ring.StrokeWidth, r.ring.CornerRadius = colorOf(Clear), 2, 13
	r.ring.StrokeColor = colorOf(Clear)
	r.ring.Hidden = !b.focused
	if b.focused {
		r.ring.StrokeColor = colorOf(Primary)
	}
	r.cap.FillColor, r.cap.StrokeColor, r.cap.StrokeWidth, r.cap.CornerRadius = colorOf(capGround), colorOf(capLine), 1, 4
	r.cap.Hidden, r.key.Hidden = b.key == "", b.key == ""
	r.label.Text, r.label.TextSize, r.label.Color = b.label, Em(16), colorOf(ink)
	r.label.TextStyle.Bold = b.kind == PrimaryButton
	r.key.Text, r.key.TextSize, r.key.Color = b.key, Em(12), colorOf(capInk)
	r.key.TextStyle.Bold = true
}

// Means changes what the button says and does.
func (b *Button) Means(label, key string, action func()) {
	b.label, b.key, b.action = label, key, action
	b.Refresh()
}
