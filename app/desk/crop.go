package desk

import (
	"context"

	"counterfoil/app/casework"
)

// findPage looks for the page in a picture, beside Run's goroutine, and hands both
// to the clerk. The picture is not kept anywhere: only what the clerk cuts out of
// it is.
func (d *Desk) findPage(s *sitting, still []byte, answer func(error)) {
	corners, found := casework.Corners{}, false
	if d.opt.Suggest != nil {
		corners, found = d.opt.Suggest(still)
	}
	if !found {
		size, _ := sizeOf(still)
		w, h := float64(size.X), float64(size.Y)
		corners = casework.Corners{{}, {X: w}, {X: w, Y: h}, {Y: h}}
	}
	d.post(func() {
		s.busy = ""
		if !s.over() && (s.stage == StagePhoto || s.stage == StageCrop) {
			s.stage, s.still, s.corners, s.found = StageCrop, still, corners, found
		}
		answer(nil)
	})
}

// Crop cuts the page out along its corners and keeps it as the case's photo.
// Refused with no-page where the corners are none; the picture is still there
// then.
func (d *Desk) Crop(ctx context.Context, page casework.Corners) error {
	return d.intent(ctx, casework.Photographed, func(answer func(error)) {
		s, err := d.cropping()
		if err != nil {
			answer(err)
			return
		}
		s.busy = BusyPhoto
		still := s.still
		d.beside.Go(func() {
			cut, err := d.cut(still, page)
			d.post(func() { answer(d.photographed(s, cut, err)) })
		})
	})
}

// CutOut returns what Crop would keep, for the clerk to look at first, and keeps
// nothing.
func (d *Desk) CutOut(ctx context.Context, page casework.Corners) ([]byte, error) {
	var still []byte
	err := d.ask(ctx, func(answer func(error)) {
		d.Touched()
		err := d.may(casework.Serve)
		if err == nil {
			var s *sitting
			if s, err = d.cropping(); err == nil {
				still = s.still
			}
		}
		answer(err)
	})
	if err != nil {
		return nil, err
	}
	return d.cut(still, page)
}

func (d *Desk) cut(still []byte, page casework.Corners) ([]byte, error) {
	cut, err := d.opt.Crop(still, page)
	if casework.KindOf(err) == casework.NotNow {
		err = casework.Refuse(casework.NoPage, "the corners are no page")
	}
	return cut, err
}

// Retake lets go of the picture and shows the camera again.
func (d *Desk) Retake(ctx context.Context) error {
	return d.intent(ctx, casework.Photographed, func(answer func(error)) {
		s, err := d.cropping()
		if err == nil {
			s.stage, s.still = StagePhoto, nil
		}
		answer(err)
	})
}

func (d *Desk) cropping() (*sitting, error) {
	s, err := d.during(StageCrop)
	if err == nil && s.busy != "" {
		err = notNow("the page is being cut out")
	}
	return s, err
}
