package step

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"golang.org/x/image/draw"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Crop shows the picture of a page with the corners that were found; the clerk
// moves them, by pointer or by keys, and keeps what lies between.
type Crop struct {
	*frame
	view *corners
	word *kit.Text

	by    quarter
	still []byte // what is shown
	first casework.Corners
	size  image.Point // of the still, in its own pixels
	cut   bool        // what would be kept is shown, and not the corners
	page  *canvas.Image
	both  *fyne.Container
}

func newCrop(b *Bench) *Crop {
	c := &Crop{view: newCorners(), word: kit.NewText("", kit.TextStyle{Size: 13, Color: kit.Ink2})}
	c.page = &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}
	c.both = kit.Layers(c.view, c.page)
	c.frame = newFrame(b, "crop", startOver(b), kit.NewButton(kit.SecondaryButton, "", "F8", nil), kit.NewButton(kit.PrimaryButton, "", "Enter", nil))
	c.by = newQuarter(b)
	c.fit(kit.Below(8, kit.Row(12, kit.Flex(c.word), c.by.hint), c.both))
	c.turn(false)
	c.primary.Allow(false)
	return c
}

// turn shows the corners, or what lies between them, with what can be done then.
func (c *Crop) turn(cut bool) {
	c.cut = cut
	c.view.Hidden, c.page.Hidden = cut, !cut
	c.by.allow(!cut)
	if cut {
		c.primary.Means(c.b.T("ui.crop.keep"), "Enter", c.keep)
		c.second.Means(c.b.T("ui.crop.corners"), "F8", func() { c.turn(false) })
	} else {
		c.page.Image = nil
		c.primary.Means(c.b.T("ui.crop.look"), "Enter", c.look)
		c.second.Means(c.b.T("ui.crop.again"), "F8", func() { c.b.Run(c.second, c.b.Desk.Retake) })
	}
	c.both.Refresh()
	c.page.Refresh()
}

// look has the page cut out and shows it. The button is free again in the very turn
// in which it means something else: Enter twice looks and then keeps.
func (c *Crop) look() {
	at := c.view.at
	c.primary.Lock(true)
	c.b.Load(func(ctx context.Context) func() {
		cut, err := c.b.Desk.CutOut(ctx, at)
		var img *image.RGBA
		if err == nil {
			img, _ = shrunk(cut)
		}
		return func() {
			c.primary.Lock(false)
			switch {
			case err != nil:
				c.b.Run(nil, func(context.Context) error { return err }) // it is shown as every refusal is
			case img != nil && c.still != nil && at == c.view.at:
				c.page.Image = img
				c.turn(true)
			}
		}
	})
}

func (c *Crop) keep() {
	at := c.view.at
	c.b.Run(c.primary, func(ctx context.Context) error { return c.b.Desk.Crop(ctx, at) })
}

// shownSide is the longer side of the picture as it is shown, in pixels: enough
// for any screen's middle, and a small share of a document camera's.
const shownSide = 1600

// Show takes the picture and its corners once; afterwards they are the clerk's.
func (c *Crop) Show(s desk.Snapshot) {
	c.say(s)
	if s.Case == nil || len(s.Case.Still) == 0 || len(c.still) > 0 && &c.still[0] == &s.Case.Still[0] {
		return
	}
	still, at := s.Case.Still, s.Case.Corners
	c.still, c.first = still, at
	c.b.Load(func(context.Context) func() {
		img, size := shrunk(still)
		return func() {
			if img == nil || c.still == nil || &c.still[0] != &still[0] {
				return
			}
			c.size = size
			c.view.show(img, size, at)
			c.primary.Allow(true)
		}
	})
}

// say puts what is to be done into the line above the picture, also why corners
// were refused: a notice would take the room of the very picture that it is about.
func (c *Crop) say(s desk.Snapshot) {
	problem := s.Problem
	switch {
	case problem != nil && problem.Kind == casework.NoPage:
		c.word.Paint(kit.Failed)
		c.word.Set(c.b.T("refusal." + string(casework.NoPage) + ".what"))
		problem = nil
	case s.Case != nil:
		c.word.Paint(kit.Ink2)
		c.word.Set(c.b.T(map[bool]string{true: "ui.crop.found", false: "ui.crop.none"}[s.Case.Found]))
	}
	c.refuse(problem)
}

// shrunk decodes a picture for the screen.
func shrunk(still []byte) (*image.RGBA, image.Point) {
	img, err := jpeg.Decode(bytes.NewReader(still))
	if err != nil {
		return nil, image.Point{}
	}
	size := img.Bounds().Size()
	w, h := size.X, size.Y
	if longest := max(w, h); longest > shownSide {
		w, h = max(w*shownSide/longest, 1), max(h*shownSide/longest, 1)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(out, out.Rect, img, img.Bounds(), draw.Src, nil)
	return out, size
}

// Key moves the corner that is chosen with the arrows, and goes back to what was
// found with F5.
func (c *Crop) Key(name fyne.KeyName) bool {
	step := float64(max(c.size.X, c.size.Y)) / 200
	move := map[fyne.KeyName]casework.Corner{fyne.KeyLeft: {X: -step}, fyne.KeyRight: {X: step}, fyne.KeyUp: {Y: -step}, fyne.KeyDown: {Y: step}}
	if by, ok := move[name]; ok && !c.cut {
		c.view.move(by)
		return true
	}
	if name == fyne.KeyF5 && !c.cut {
		c.view.set(c.first)
		return true
	}
	return c.frame.Key(name)
}

// Rune chooses a corner by its number, and the whole picture with 0; the keypad's
// * stands for F5.
func (c *Crop) Rune(r rune) bool {
	switch {
	case c.cut:
		return c.frame.Rune(r)
	case r >= '1' && r <= '4':
		c.view.choose(int(r - '1'))
	case r == '0':
		w, h := float64(c.size.X), float64(c.size.Y)
		c.view.set(casework.Corners{{}, {X: w}, {X: w, Y: h}, {Y: h}})
	case r == '9':
		c.by.turn.Press()
	case r == '*':
		c.view.set(c.first)
	default:
		return c.frame.Rune(r)
	}
	return true
}

// Close lets go of the picture.
func (c *Crop) Close() { c.still, c.page.Image = nil, nil; c.view.clear() }
