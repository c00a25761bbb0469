package desk

import (
	"context"

	"counterfoil/app/casework"
)

// Turn turns the pictures of the camera that takes the photo by a quarter,
// clockwise, until the program ends; the picture whose page is being cut out is
// turned too, and its page looked for again.
func (d *Desk) Turn(ctx context.Context) error {
	return d.intent(ctx, casework.Photographed, func(answer func(error)) {
		s, err := d.during(StagePhoto, StageCrop)
		switch {
		case err != nil:
		case d.opt.Turn == nil:
			err = notNow("pictures are not turned here")
		case s.busy != "":
			err = notNow("a picture is being taken")
		}
		if err != nil {
			answer(err)
			return
		}
		c := d.cameraFor(s.item)
		if s.stage == StagePhoto {
			c.quarter()
			answer(nil)
			return
		}
		s.busy = BusyPhoto
		still := s.still
		d.beside.Go(func() { d.turnStill(s, c, still, answer) })
	})
}

// turnStill turns the picture beside Run's goroutine.
func (d *Desk) turnStill(s *sitting, c *cameraSide, still []byte, answer func(error)) {
	turned, err := d.opt.Turn(still, 90)
	if err != nil {
		d.post(func() { s.busy = ""; answer(err) })
		return
	}
	c.quarter()
	d.findPage(s, turned, answer)
}

// quarter adds a quarter. It may be called from any goroutine.
func (c *cameraSide) quarter() {
	for {
		now := c.turned.Load()
		if c.turned.CompareAndSwap(now, (now+90)%360) {
			return
		}
	}
}

// asTurned is a camera's picture as the clerk turned it.
func (d *Desk) asTurned(c *cameraSide, jpeg []byte) ([]byte, error) {
	if degrees := int(c.turned.Load()); degrees != 0 && d.opt.Turn != nil {
		return d.opt.Turn(jpeg, degrees)
	}
	return jpeg, nil
}
