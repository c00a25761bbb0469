package main

import (
	"context"
	"image"

	"counterfoil/app/casework"
	"counterfoil/app/centre/repository"
	"counterfoil/app/counter"
	"counterfoil/app/rehearse"
	"counterfoil/devices/signpad/softpad"
)

// invented makes sure that a rehearsal meets invented holders: it plays a
// citizen and signs on a software pad, which no other centre's counter may do.
// It returns the address of the citizens' page.
func invented(ctx context.Context, o *counter.Options) (string, error) {
	about, err := counter.Ask(ctx, *o)
	if err == nil && !about.Practice {
		err = casework.Refuse(casework.SettingsInvalid, "a rehearsal plays a citizen: it needs a centre with invented holders")
	}
	o.Practice = true
	return about.Phone, err
}

// rehearse serves cases without a display, at the centre inside the process or
// at the one that the settings name.
func (p *program) rehearse(ctx context.Context, c *counter.Counter, o counter.Options, page string) error {
	phone, err := rehearse.NewPhone(ctx, rehearse.PhoneOptions{Base: page, PIN: repository.PracticePIN, Hall: o.Hall})
	if err != nil {
		return err
	}
	options := rehearse.Options{Desk: c.Desk, Citizen: phone, Hand: hand{p.pad}, Items: o.Catalogue.Items(), Cases: p.cases, JSON: p.json, Out: p.out,
		Step: p.patience, Receipt: p.patience}
	if p.keep != "" {
		options.After = func(ctx context.Context, id casework.CaseID) error {
			_, err := c.ExportTo(ctx, id, p.keep)
			return err
		}
	}
	return rehearse.Run(ctx, options)
}

// hand is the citizen's hand on the software pad.
type hand struct{ *softpad.Pad }

// Sign writes an invented signature into area.
func (h hand) Sign(ctx context.Context, area image.Rectangle) error {
	return h.Play(ctx, softpad.Signature(area))
}
