package conformance

import (
	"context"
	"errors"
	"fmt"
	"image"
	"sync"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad"
)

// written lets somebody write and returns what the pad reported of it, up to the
// report of the pen that left. It reads all the time: a kernel drops what it
// cannot keep.
func (b *bench) written(ctx context.Context, out image.Rectangle) ([]casework.PenSample, error) {
	ctx, cancel := context.WithCancel(ctx)
	var both sync.WaitGroup
	defer both.Wait()
	defer cancel()
	type heard struct {
		sample casework.PenSample
		err    error
	}
	reports, left := make(chan heard), make(chan error, 1)
	both.Go(func() {
		for {
			s, err := b.pad.Read(ctx)
			select {
			case reports <- heard{s, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	})
	both.Go(func() { left <- b.Write(ctx, b.in, out) })
	var samples []casework.PenSample
	for done, away := false, false; !done || !away; {
		select {
		case h := <-reports:
			if h.err != nil {
				return nil, fmt.Errorf("after %d reports: %w", len(samples), h.err)
			}
			samples, away = append(samples, h.sample), !h.sample.Near
		case err := <-left:
			if done = true; err != nil {
				return nil, err
			}
		}
	}
	return samples, nil
}

// sound reports what is wrong with the reports of one time of writing.
func (b *bench) sound(samples []casework.PenSample) error {
	id, touched := b.pad.Identity(), 0
	for i, s := range samples {
		switch {
		case s.X < 0 || s.Y < 0 || s.Pressure < 0 || s.X > id.MaxX || s.Y > id.MaxY || s.Pressure > id.MaxP:
			return fmt.Errorf("report %d lies outside of the pad: %+v", i, s)
		case s.Down && (!s.Near || s.Pressure == 0):
			return fmt.Errorf("report %d touches from afar or without pressure: %+v", i, s)
		case (s.Seq < 0) != b.unnumbered:
			return fmt.Errorf("report %d has the sequence %d", i, s.Seq)
		case i > 0 && s.Time < samples[i-1].Time:
			return fmt.Errorf("report %d is older than the one before: %v after %v", i, s.Time, samples[i-1].Time)
		case i > 0 && !b.unnumbered && s.Seq <= samples[i-1].Seq:
			return fmt.Errorf("report %d has the sequence %d after %d", i, s.Seq, samples[i-1].Seq)
		}
		if s.Down {
			touched++
		}
	}
	if lost := signpad.Lost(samples); lost > 0 {
		return fmt.Errorf("%d of %d reports were lost", lost, len(samples)+lost)
	}
	if touched == 0 {
		return errors.New("the pen never touched")
	}
	return nil
}
