package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"counterfoil/ui/kit"
)

// PadTitle is the title of the practice pad's window, stable for tools.
const PadTitle = "签字板 练习"

// openPad shows the software pad in a window of its own: the LCD in its own
// pixels, and the mouse as the pen.
func (w *Window) openPad(pad PracticePad) fyne.Window {
	win := w.app.NewWindow(PadTitle)
	win.SetPadded(false)
	p := newPadFace(pad)
	unplug := kit.NewButton(kit.SecondaryButton, w.t("ui.padwindow.unplug"), "", nil)
	plugged := true
	unplug.Means(w.t("ui.padwindow.unplug"), "", func() {
		plugged = !plugged
		if plugged {
			pad.Plug()
			unplug.Says(w.t("ui.padwindow.unplug"))
		} else {
			pad.Unplug()
			unplug.Says(w.t("ui.padwindow.plug"))
		}
	})
	bar := kit.Inset(8, 12, 8, 12, kit.Row(12, practiceMark(w.t("ui.practice")), kit.Flex(kit.NewText(w.t("ui.padwindow.hint"), kit.TextStyle{Size: 14, Color: kit.Ink2})), unplug))
	win.SetContent(container.NewBorder(nil, bar, nil, nil, container.NewCenter(p)))
	win.SetFixedSize(true)
	win.Canvas().SetOnTypedKey(w.key) // the clerk who just played the citizen types on
	win.Canvas().SetOnTypedRune(w.rune)
	win.SetCloseIntercept(func() { pad.Leave() }) // the pad belongs to the program, not to its window
	win.Show()
	w.beside.Go(func() { w.follows(pad, p) })
	return win
}

// padFace is the pad's LCD. The pointer is the pen: a press touches, a move
// with the button held draws.
type padFace struct {
	widget.BaseWidget
	pad    Slate
	fills  bool   // the window's size is the display's, and not the other way round
	done   func() // the pen was lifted; may be nil
	pixels *image.RGBA
	image  *canvas.Image
	down   bool
}

func newPadFace(pad Slate) *padFace {
	p := &padFace{pad: pad, image: &canvas.Image{FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScalePixels}}
	p.ExtendBaseWidget(p)
	p.redraw()
	return p
}

// redraw shows the LCD as it is now.
func (p *padFace) redraw() {
	lcd := p.pad.Display()
	if lcd == nil {
		return
	}
	if !p.fills && (p.pixels == nil || p.pixels.Bounds() != lcd.Bounds()) {
		p.image.SetMinSize(fyne.NewSize(float32(lcd.Bounds().Dx()), float32(lcd.Bounds().Dy())))
	}
	p.pixels, p.image.Image = lcd, lcd
	p.image.Refresh()
}

func (p *padFace) pen(at fyne.Position, down bool) {
	p.down = down
	if p.pixels == nil || p.Size().Width == 0 {
		return
	}
	x := at.X * float32(p.pixels.Bounds().Dx()) / p.Size().Width
	y := at.Y * float32(p.pixels.Bounds().Dy()) / p.Size().Height
	p.pad.Pen(float64(x), float64(y), 0, down)
}

func (p *padFace) MouseDown(e *desktop.MouseEvent) {
	p.pen(e.Position, e.Button == desktop.MouseButtonPrimary)
}
func (p *padFace) MouseIn(e *desktop.MouseEvent) { p.pen(e.Position, false) }

func (p *padFace) MouseUp(e *desktop.MouseEvent) {
	p.pen(e.Position, false)
	if p.done != nil {
		p.done()
	}
}

func (p *padFace) MouseMoved(e *desktop.MouseEvent) {
	p.pen(e.Position, p.down && e.Button&desktop.MouseButtonPrimary != 0)
}

// Dragged keeps the stroke going: with the button held Fyne sends drags.
func (p *padFace) Dragged(e *fyne.DragEvent) { p.pen(e.Position, true) }

// DragEnd is Fyne's; MouseUp lifts the pen.
func (p *padFace) DragEnd() {
	if p.down {
		p.down = false
		p.pad.Leave()
	}
}

func (p *padFace) MouseOut() {
	if !p.down {
		p.pad.Leave()
	}
}

func (p *padFace) Cursor() desktop.Cursor { return desktop.CrosshairCursor }

func (p *padFace) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.image) }
