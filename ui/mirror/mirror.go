// Package mirror is the clerk's copy of the citizen's screen with the pen's trace
// on it, for whichever page shows it. It knows no case and shows nothing itself.
package mirror

import (
	"image"
	"image/color"
	"image/draw"

	"counterfoil/app/desk"
	"counterfoil/app/ink"
)

// Copy is a screen with ink. The ink goes into one picture, a new stretch at a
// time: hundreds of canvas lines would bring a window down. The zero value is ready.
type Copy struct {
	Pixels *image.RGBA // what is to be shown; nil: there is no screen

	from  *image.RGBA // the screen that is mirrored
	ink   *ink.Drawing
	drawn int // samples drawn so far
}

// colour is a dark blue, as of a pen.
func colour() color.RGBA { return color.RGBA{R: 0x10, G: 0x1c, B: 0x3c, A: 0xff} }

// Take brings the copy to a snapshot, and reports whether Pixels have to be shown
// anew.
func (c *Copy) Take(s desk.Snapshot) (changed bool) {
	if s.Screen.Image == nil {
		changed = c.from != nil
		*c = Copy{}
		return changed
	}
	if c.from != s.Screen.Image || len(s.Ink) < c.drawn { // another screen, or the citizen starts again
		c.from, c.drawn, changed = s.Screen.Image, 0, true
		c.Pixels = image.NewRGBA(c.from.Bounds())
		draw.Draw(c.Pixels, c.Pixels.Bounds(), c.from, c.from.Bounds().Min, draw.Src)
		c.ink = ink.OnPad(s.PadIdentity, c.Pixels.Rect.Size())
	}
	if len(s.Ink) > c.drawn {
		c.ink.Add(s.Ink[c.drawn:]...)
		c.drawn, changed = len(s.Ink), true
		c.ink.Over(c.Pixels, c.from, c.ink.Dirty(), colour())
	}
	return changed
}
