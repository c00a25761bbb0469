package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"

	"counterfoil/devices/signpad/softpad"
)

// Soft is the way to a software pad, opened by open: the hand and the eye are
// its own. Unplugging takes the pad itself away; who has put a kernel node
// before it replaces Unplug and Plug.
func Soft(pad *softpad.Pad, open func(context.Context) (Pad, error)) Way {
	return Way{
		Open: open,
		Write: func(ctx context.Context, in, out image.Rectangle) error {
			strokes := softpad.Signature(in.Inset(4))
			if !out.Empty() {
				strokes = append(strokes, line(out))
			}
			return pad.Play(ctx, strokes)
		},
		Look:   func(want *image.RGBA, ink image.Rectangle) error { return look(pad.Display(), want, ink) },
		Unplug: pad.Unplug,
		Plug:   pad.Plug,
	}
}

func line(r image.Rectangle) []softpad.Point {
	var points []softpad.Point
	for x := r.Min.X; x < r.Max.X; x += 4 {
		points = append(points, softpad.Point{X: float64(x), Y: float64(r.Min.Y), Pressure: 0.5})
	}
	return points
}

// look compares pixel by pixel; within ink there must be something darker.
func look(got, want *image.RGBA, ink image.Rectangle) error {
	if got.Rect != want.Rect {
		return fmt.Errorf("the display is %v, not %v", got.Rect, want.Rect)
	}
	traced := false
	for y := range want.Rect.Dy() {
		if from, to := want.PixOffset(0, y), want.PixOffset(0, y+1); bytes.Equal(got.Pix[from:to], want.Pix[from:to]) {
			continue
		}
		for x := range want.Rect.Dx() {
			g, w := got.RGBAAt(x, y), want.RGBAAt(x, y)
			switch {
			case g == w:
			case !image.Pt(x, y).In(ink):
				return fmt.Errorf("pixel %d,%d shows %v, not %v", x, y, g, w)
			case g.R <= w.R && g.G <= w.G && g.B <= w.B:
				traced = true
			}
		}
	}
	if !ink.Empty() && !traced {
		return errors.New("the pen left no trace")
	}
	return nil
}
