package desk

import (
	"context"
	"slices"

	"counterfoil/app/casework"
)

func (d *Desk) touchedConsent(s *sitting, name casework.TouchName) error {
	switch {
	case s.declined:
		return nil
	case name == casework.TouchAgree:
		s.stage = StagePhoto
		return nil
	case name != casework.TouchRefuse:
		return nil
	case s.item.Demands.Photo == casework.PhotoRequired:
		s.declined = true
		return casework.Refuse(casework.PhotoMissing, "the citizen refuses a photo that the item demands")
	}
	return d.skipPhoto(s, casework.PhotoRefused)
}

// Photograph takes the picture that the citizen agreed to. Refusals:
// camera-missing, camera-lost, camera-garbled; the next try is free.
func (d *Desk) Photograph(ctx context.Context) error {
	return d.intent(ctx, casework.Photographed, func(answer func(error)) {
		s, err := d.during(StagePhoto)
		if err == nil && s.busy != "" {
			err = notNow("a picture is being taken")
		}
		var c *cameraSide
		if err == nil {
			if c = d.cameraFor(s.item); c.light.State != Good {
				err = c.why()
			}
		}
		if err != nil {
			answer(err)
			return
		}
		s.busy = BusyPhoto
		c.take(func(jpeg []byte, err error) {
			if err == nil && s.item.PhotoOf == casework.OfDocument && d.opt.Crop != nil {
				d.findPage(s, jpeg, answer)
				return
			}
			d.post(func() { answer(d.photographed(s, jpeg, err)) })
		})
	})
}

func (d *Desk) photographed(s *sitting, jpeg []byte, err error) error {
	s.busy = ""
	if s.over() || s.stage != StagePhoto && s.stage != StageCrop {
		return nil
	}
	if err != nil {
		return err
	}
	a, commitment := d.seal("photo", "image/jpeg", jpeg)
	if err := d.record(s, casework.Photographed, d.stamp(s), casework.Body{Photo: commitment}, a); err != nil {
		return err
	}
	s.photo, s.still = jpeg, nil
	s.proceed()
	return nil
}

// SkipPhoto goes on without a photo, for one of casework.SkipReasons, where the
// item allows it (photo-missing otherwise).
func (d *Desk) SkipPhoto(ctx context.Context, reason casework.ReasonCode) error {
	return d.intent(ctx, casework.Photographed, func(answer func(error)) {
		s, err := d.during(StageConsent, StagePhoto, StageCrop)
		switch {
		case err != nil:
		case s.busy != "":
			err = notNow("a picture is being taken")
		case !slices.Contains(casework.SkipReasons(), reason):
			err = notNow("not a reason to skip the photo")
		default:
			err = d.skipPhoto(s, reason)
		}
		answer(err)
	})
}

func (d *Desk) skipPhoto(s *sitting, reason casework.ReasonCode) error {
	if err := d.record(s, casework.Photographed, d.stamp(s), casework.Body{Reason: reason}); err != nil {
		return err
	}
	s.skip, s.still = reason, nil
	s.proceed()
	return nil
}
