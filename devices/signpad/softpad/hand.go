package softpad

import (
	"context"
	"image"

	"counterfoil/devices/hid"
)

// Point is a place on the display, in pixels, with the pressure there (0 to 1;
// 0 derives it).
type Point struct{ X, Y, Pressure float64 }

// Play writes strokes as a patient hand would: it hovers to each, draws it,
// lifts, and leaves at the end. Where a mouse goes on whether or not anybody
// reads, this hand waits until the last report was taken, so that a rehearsal
// is as fast as its reader and loses nothing. It returns hid.ErrUnplugged when
// the pad goes, or ctx's error.
func (p *Pad) Play(ctx context.Context, strokes [][]Point) error {
	stop := context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.room.Broadcast()
	})
	defer stop()
	for _, stroke := range strokes {
		for i, at := range stroke {
			if i == 0 {
				if err := p.patient(ctx, at, false); err != nil {
					return err
				}
			}
			if err := p.patient(ctx, at, true); err != nil {
				return err
			}
		}
		if n := len(stroke); n > 0 {
			if err := p.patient(ctx, stroke[n-1], false); err != nil {
				return err
			}
		}
	}
	p.Leave()
	return nil
}

func (p *Pad) patient(ctx context.Context, at Point, down bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case p.gone || p.link == nil || p.link.err != nil:
			return hid.ErrUnplugged
		case len(p.link.queue) < max(p.opts.Ring-longest-1, 1):
			p.move(at.X, at.Y, at.Pressure, down)
			return nil
		}
		p.room.Wait()
	}
}

// Tap touches a place for a moment, as one presses a key on the display.
func (p *Pad) Tap(ctx context.Context, at image.Point) error {
	to := Point{X: float64(at.X), Y: float64(at.Y), Pressure: 0.5}
	return p.Play(ctx, [][]Point{{to, to, to, to}})
}

// Signature returns the strokes of an invented signature within area, for
// rehearsals. It is nobody's.
func Signature(area image.Rectangle) [][]Point {
	shapes := [][][2]float64{
		{{0.16, 0.34}, {0.22, 0.31}, {0.30, 0.28}, {0.38, 0.27}},
		{{0.28, 0.14}, {0.28, 0.34}, {0.24, 0.58}, {0.17, 0.80}},
		{{0.28, 0.42}, {0.33, 0.58}, {0.38, 0.70}, {0.43, 0.76}},
		{{0.52, 0.26}, {0.60, 0.25}, {0.68, 0.24}},
		{{0.53, 0.48}, {0.60, 0.46}, {0.67, 0.45}},
		{{0.60, 0.14}, {0.60, 0.40}, {0.60, 0.78}},
		{{0.78, 0.26}, {0.80, 0.46}, {0.76, 0.66}, {0.71, 0.82}},
		{{0.77, 0.44}, {0.82, 0.58}, {0.87, 0.74}},
	}
	const between = 6 // points drawn from one corner to the next
	strokes := make([][]Point, 0, len(shapes))
	for _, shape := range shapes {
		var stroke []Point
		for i := 1; i < len(shape); i++ {
			for k := range between {
				t := float64(k) / between
				x := shape[i-1][0] + (shape[i][0]-shape[i-1][0])*t
				y := shape[i-1][1] + (shape[i][1]-shape[i-1][1])*t
				stroke = append(stroke, Point{X: float64(area.Min.X) + x*float64(area.Dx()), Y: float64(area.Min.Y) + y*float64(area.Dy())})
			}
		}
		strokes = append(strokes, stroke)
	}
	return strokes
}
