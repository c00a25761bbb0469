package desk

import (
	"bytes"
	"context"
	"image"
	"image/draw"
	"image/png"
	"slices"

	"counterfoil/app/casework"
)

// confirming is the form as the citizen is asked to confirm it.
type confirming struct {
	pages []casework.Picture
	size  image.Point // of the pad that they were drawn for
	page  int
	seen  int // pages that were shown, from the first on
}

// Fill gives a field of the form that is for the clerk a value; where the item
// names choices, one of them. A field that a licence fills is not the clerk's
// to change: refused as not-now, like a field that the form does not have. In a
// case by paper it is, as its original says: casework.Typed.Read checks it. A
// change after the citizen was asked takes the question back.
func (d *Desk) Fill(ctx context.Context, field casework.FieldID, value string) error {
	return d.intent(ctx, casework.Confirmed, func(answer func(error)) {
		s, err := d.during(StageReview, StageConfirm, StageSign, StageConsent, StagePhoto, StageCrop, StageSubmit)
		if err == nil {
			err = s.fill(field, value)
		}
		answer(err)
	})
}

func (s *sitting) fill(field casework.FieldID, value string) error {
	i := slices.IndexFunc(s.item.Form, func(f casework.FormField) bool { return f.Field == field })
	if i < 0 || s.item.Form[i].From != "" && !s.standing.Paper {
		return notNow("not a field for the clerk")
	}
	if s.item.Form[i].From != "" {
		read, err := s.typed[field].Read(value)
		if err != nil {
			return err
		}
		value = read
	}
	choices := s.item.Form[i].Choices
	offered := func(c casework.Choice) bool { return c.Value == value }
	if value != "" && len(choices) > 0 && !slices.ContainsFunc(choices, offered) {
		return notNow("not one of the choices")
	}
	form := slices.Clone(s.form)
	for j := range form {
		if form[j].Field == field && form[j].Value != value {
			form[j].Value = value
			s.form, s.stage = form, StageReview
		}
	}
	return nil
}

// Push shows the citizen the filled form on the pad, to be confirmed. Where
// the very form has been confirmed already, it goes on to what is missing.
// Refusals: fields-unfilled, pad-missing.
func (d *Desk) Push(ctx context.Context) error {
	return d.intent(ctx, casework.Confirmed, func(answer func(error)) {
		s, err := d.during(StageReview)
		switch {
		case err != nil:
		case len(casework.Unfilled(s.item, s.form)) > 0:
			err = casework.Refuse(casework.FieldsUnfilled, "required fields are empty")
		case !d.pad.attached():
			err = casework.Refuse(casework.PadMissing, "no pad to show the form on")
		case s.asConfirmed():
			s.proceed()
		default:
			s.confirm = confirming{}
			s.stage = StageConfirm
		}
		answer(err)
	})
}

// Recall takes the pad's screen back, for a correction.
func (d *Desk) Recall(ctx context.Context) error {
	return d.intent(ctx, casework.Confirmed, func(answer func(error)) {
		s, err := d.during(StageConfirm, StageSign, StageConsent, StagePhoto, StageCrop, StageSubmit)
		if err == nil {
			s.stage = StageReview
		}
		answer(err)
	})
}

// asConfirmed reports whether the form is the one that the citizen confirmed.
func (s *sitting) asConfirmed() bool {
	return !s.standing.Confirmation.IsZero() && slices.Equal(s.form, s.confirmed)
}

// proceed moves a confirmed case to the first thing that is still missing.
func (s *sitting) proceed() {
	switch {
	case s.item.Demands.Signature && !s.standing.Signed:
		s.stage, s.ink = StageSign, inking{}
	case s.item.Demands.Photo != casework.PhotoNone && !s.standing.Photographed:
		s.stage, s.declined = StageConsent, false
	default:
		s.stage = StageSubmit
	}
}

// stacked returns all pages as one PNG, one below the other: the very picture
// that the citizen was shown.
func stacked(pages []casework.Picture) ([]byte, error) {
	size := image.Point{}
	for _, p := range pages {
		b := p.Image.Bounds()
		size = image.Pt(max(size.X, b.Dx()), size.Y+b.Dy())
	}
	whole := image.NewRGBA(image.Rectangle{Max: size})
	y := 0
	for _, p := range pages {
		b := p.Image.Bounds()
		draw.Draw(whole, image.Rect(0, y, b.Dx(), y+b.Dy()), p.Image, b.Min, draw.Src)
		y += b.Dy()
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	err := encoder.Encode(&out, whole)
	return out.Bytes(), err
}
