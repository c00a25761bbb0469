package program

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

// rehearse serves cases at the centre inside the process or at the one that the
// settings name. options are those that only a demonstration sets.
func (p *program) rehearse(ctx context.Context, c *counter.Counter, o counter.Options, page string, options rehearse.Options) error {
	phone, err := rehearse.NewPhone(ctx, rehearse.PhoneOptions{Base: page, PIN: repository.PracticePIN, Hall: o.Hall})
	if err != nil {
		return err
	}
	options.Desk, options.Citizen, options.Hand, options.Items, options.Cases = c.Desk, phone, hand{p.pad}, o.Catalogue.Items(), p.cases
	options.JSON, options.Out, options.Step, options.Receipt = p.json, p.out, p.patience, p.patience
	if p.keep != "" && options.After == nil {
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
