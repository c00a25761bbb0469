package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Digits shows the eight cells of a code as 4+4, the digit to come outlined.
type Digits struct {
	widget.BaseWidget
	digits string
	busy   bool
	wrong  bool
}

const cells = 8

// NewDigits returns eight empty cells.
func NewDigits() *Digits {
	d := &Digits{}
	d.ExtendBaseWidget(d)
	return d
}

// Set changes what stands in the cells. busy: the code is on its way, no cell
// waits. wrong: these digits were refused.
func (d *Digits) Set(digits string, busy, wrong bool) {
	if d.digits != digits || d.busy != busy || d.wrong != wrong {
		d.digits, d.busy, d.wrong = digits, busy, wrong
		d.Refresh()
	}
}

// Shown returns what stands in the cells.
func (d *Digits) Shown() string { return d.digits }

// CreateRenderer is Fyne's.
func (d *Digits) CreateRenderer() fyne.WidgetRenderer {
	r := &digitsRenderer{digits: d}
	for i := range cells {
		r.halo[i], r.cell[i], r.text[i] = canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewText("", nil)
		r.text[i].Alignment = fyne.TextAlignCenter
		r.objects = append(r.objects, r.halo[i], r.cell[i], r.text[i])
	}
	r.paint()
	return anew(r, d.Size())
}

type digitsRenderer struct {
	digits     *Digits
	halo, cell [cells]*canvas.Rectangle
	text       [cells]*canvas.Text
	objects    []fyne.CanvasObject
}

func (r *digitsRenderer) Destroy()                     {}
func (r *digitsRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *digitsRenderer) MinSize() fyne.Size           { return fyne.NewSize(Em(8*30+6*6+16), Em(60)) }

func (r *digitsRenderer) Layout(size fyne.Size) {
	gap, middle := Em(8), Em(24)
	w := min((size.Width-6*gap-middle)/cells, Em(44))
	x := float32(0)
	for i := range cells {
		at, box := fyne.NewPos(x, 0), fyne.NewSize(w, size.Height)
		r.cell[i].Move(at)
		r.cell[i].Resize(box)
		r.halo[i].Move(at.SubtractXY(3, 3))
		r.halo[i].Resize(box.AddWidthHeight(6, 6))
		h := r.text[i].MinSize().Height
		r.text[i].Move(fyne.NewPos(x, (size.Height-h)/2))
		r.text[i].Resize(fyne.NewSize(w, h))
		x += w + gap
		if i == 3 {
			x += middle - gap
		}
	}
}

func (r *digitsRenderer) Refresh() {
	r.paint()
	r.Layout(r.digits.Size())
	for _, o := range r.objects {
		o.Refresh()
	}
}

func (r *digitsRenderer) paint() {
	for i := range cells {
		line, width, halo, ink := Edge, float32(1.5), Clear, Ink
		if i == len(r.digits.digits) && !r.digits.busy {
			line, width, halo = Primary, 2, PrimarySoft
		}
		ground := Surface
		if r.digits.wrong && len(r.digits.digits) == cells {
			line, ink = Failed, Failed
		}
		if r.digits.busy {
			line, ink, ground = Line, Ink2, Ground
		}
		r.halo[i].Hidden = halo == Clear
		r.halo[i].FillColor, r.halo[i].CornerRadius = colorOf(halo), 10
		r.cell[i].FillColor, r.cell[i].StrokeColor = colorOf(ground), colorOf(line)
		r.cell[i].StrokeWidth, r.cell[i].CornerRadius = width, 8
		r.text[i].Text = ""
		if i < len(r.digits.digits) {
			r.text[i].Text = r.digits.digits[i : i+1]
		}
		r.text[i].TextSize, r.text[i].Color, r.text[i].TextStyle.Bold = Em(28), colorOf(ink), true
	}
}
