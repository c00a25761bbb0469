package tablet

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/evdev"
)

// Read waits for the next sample. Each frame of a pen that is near is one, and
// the one in which it leaves, so that Seq counts without a gap; where the kernel
// dropped frames it jumps, by one at the least: how many were lost, nobody knows.
// After an error other than ctx's the device is lost and must be closed.
func (d *Dev) Read(ctx context.Context) (casework.PenSample, error) {
	for {
		f, err := d.dev.Read(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return casework.PenSample{}, ctx.Err()
			}
			return casework.PenSample{}, refusal(err)
		}
		was := d.now.near()
		if f.Lost {
			d.seq++
			if err := d.look(); err != nil {
				return casework.PenSample{}, refusal(err)
			}
		}
		for _, e := range f.Events {
			d.now.change(e)
		}
		if was || d.now.near() {
			return d.sample(f.At), nil
		}
	}
}

// look asks where the pen is: at the beginning, and after a loss.
func (d *Dev) look() error {
	x, err := d.dev.Axis(absX)
	if err != nil {
		return err
	}
	y, err := d.dev.Axis(absY)
	if err != nil {
		return err
	}
	d.now = state{x: x.Value, y: y.Value}
	if p, err := d.dev.Axis(absPressure); err == nil {
		d.now.pressure = p.Value
	}
	held, err := d.dev.Held(btnToolPen, btnToolRub, btnTouch)
	if err != nil {
		return err
	}
	d.now.pen, d.now.rub, d.now.touch = held[0], held[1], held[2]
	return nil
}

func (s *state) change(e evdev.Event) {
	switch {
	case e.Type == evdev.TypeAbs && e.Code == absX:
		s.x = int(e.Value)
	case e.Type == evdev.TypeAbs && e.Code == absY:
		s.y = int(e.Value)
	case e.Type == evdev.TypeAbs && e.Code == absPressure:
		s.pressure = int(e.Value)
	case e.Type == evdev.TypeKey && e.Code == btnToolPen:
		s.pen = e.Value != 0
	case e.Type == evdev.TypeKey && e.Code == btnToolRub:
		s.rub = e.Value != 0
	case e.Type == evdev.TypeKey && e.Code == btnTouch:
		s.touch = e.Value != 0
	}
}

// near holds for the pen and not for its other end, which erases elsewhere: here
// nothing is erased but by the citizen's own key on the display.
func (s *state) near() bool { return !s.rub && (s.pen || s.touch) }

func (d *Dev) sample(at time.Duration) casework.PenSample {
	if !d.some {
		d.zero, d.some = at, true
	}
	d.seq++
	s := casework.PenSample{Seq: d.seq - 1, Time: max(at-d.zero, 0).Truncate(time.Millisecond), Near: d.now.near()}
	if !s.Near { // as a pad says it: all zero
		return s
	}
	s.X, s.Y = min(max(d.now.x-d.minX, 0), d.has.MaxX), min(max(d.now.y-d.minY, 0), d.has.MaxY)
	s.Down = d.now.touch
	if !s.Down {
		return s
	}
	s.Pressure = d.has.MaxP
	if d.has.MaxP > 1 {
		s.Pressure = min(max(d.now.pressure-d.minP, 0), d.has.MaxP)
	}
	return s
}
