package desk

import (
	"image"
	"reflect"
	"slices"
	"time"

	"counterfoil/app/casework"
)

// citizenScreen says what the citizen has to see now: it follows from the
// moment the case is in, so that no path can forget to change it.
func (d *Desk) citizenScreen() casework.CitizenScreen {
	c := casework.CitizenScreen{Kind: casework.ScreenIdle, Language: d.opt.Language, Practice: d.opt.Practice, Hall: d.opt.HallName, Counter: string(d.opt.Counter)}
	s := d.at
	if s == nil {
		if d.trial != nil && d.trial.Of == TryPad {
			c.Kind = casework.ScreenTrial
		}
		return c
	}
	if d.closed() != nil { // see Lock
		c.Kind = casework.ScreenWait
		return c
	}
	c.Item, c.Kind = d.itemName(s), casework.ScreenWait
	switch s.stage {
	case StageAuthorize:
		if r := s.asking.current; r != nil {
			d.showRequest(&c, s, r)
		}
	case StageTap:
		if r := s.asking.tap; r != nil {
			c.MatchWords, c.Uses = r.MatchWords, d.uses(s)
		}
	case StagePaper:
		c.Originals = true
	case StageConfirm:
		c.Kind, c.Form, c.Page, c.Acting = casework.ScreenConfirm, s.form, s.confirm.page, s.acting
	case StageSign:
		c.Kind, c.Problem = casework.ScreenSign, s.ink.again
	case StageConsent:
		if !s.declined {
			c.Kind, c.Keep, c.PhotoOf, c.Required = casework.ScreenPhoto, s.item.Keep, s.item.PhotoOf, s.item.Demands.Photo == casework.PhotoRequired
		}
	case StageDone:
		c.Kind, c.Number, c.Originals = casework.ScreenDone, s.about.Number, s.standing.Paper
		if d.opt.Receipt != nil {
			c.Link = d.opt.Receipt(s.id, s.opening)
		}
	case StageEnded:
		c.Kind, c.Problem = casework.ScreenSorry, sorry(s.ended)
	}
	return c
}

func (d *Desk) showRequest(c *casework.CitizenScreen, s *sitting, r *request) {
	left := r.Until.Sub(d.opt.Now())
	c.Kind, c.Link, c.MatchWords, c.Uses, c.Own = casework.ScreenQR, r.Link, r.MatchWords, d.uses(s), d.own(s)
	c.Left, c.Seen = max(0, (left+time.Second-1).Truncate(time.Second)), r.seen()
}

// uses names the kinds of licence that the item calls up.
func (d *Desk) uses(s *sitting) []string {
	var names []string
	for _, need := range s.item.Needs {
		info, _ := d.opt.Catalogue.Kind(need.Kind)
		names = append(names, d.named(info.Name, info.NameEN, string(need.Kind)))
	}
	return names
}

// own names the sensitive fields that the item asks for, each once: a small pad has
// no room for their kinds, which stand on the phone.
func (d *Desk) own(s *sitting) []string {
	var names []string
	for _, need := range s.item.Needs {
		info, _ := d.opt.Catalogue.Kind(need.Kind)
		for _, f := range need.Own {
			field, _ := info.Find(f)
			if name := d.named(field.Name, field.NameEN, string(f)); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// named chooses the name in the counter's language; the id where there is none.
func (d *Desk) named(name, english, id string) string {
	switch {
	case d.opt.Language == "en" && english != "":
		return english
	case name != "":
		return name
	}
	return id
}

func (d *Desk) itemName(s *sitting) string {
	return d.named(s.item.Name, s.item.NameEN, string(s.item.Code))
}

// sorry says to the citizen why a case ended, as far as it is theirs to know.
func sorry(reason casework.ReasonCode) casework.RefusalKind {
	switch reason {
	case casework.CitizenRefused:
		return casework.Declined
	case casework.GrantExpired:
		return casework.GrantLapsed
	case casework.GrantRevoked:
		return casework.GrantWithdrawn
	}
	return ""
}

// show brings everybody to the moment: first the clerk, because drawing for the
// pad takes a few frames' time, then the pad, and then the clerk's copy of it.
func (d *Desk) show() {
	want := d.citizenScreen()
	d.pad.stale = d.pad.stale || !reflect.DeepEqual(want, d.pad.screen)
	d.publish()
	if d.pad.attached() && d.pad.stale {
		d.present(want)
		d.publish()
	}
}

// present draws a screen and sends it to the pad. The pages of a form are all
// drawn at once, for the very pad that is attached, and begin anew with another
// pad.
func (d *Desk) present(want casework.CitizenScreen) {
	p := &d.pad
	size := image.Pt(p.identity.Width, p.identity.Height)
	if want.Kind != casework.ScreenConfirm {
		p.show(want, d.opt.Screens.Draw(want, size))
		return
	}
	c := &d.at.confirm
	if c.pages == nil || c.size != size {
		*c = confirming{pages: d.pages(want, size), size: size}
		want.Page = 0
	}
	p.show(want, c.pages[c.page])
}

func (d *Desk) pages(want casework.CitizenScreen, size image.Point) []casework.Picture {
	want.Page = 0
	all := []casework.Picture{d.opt.Screens.Draw(want, size)}
	for want.Page = 1; want.Page < all[0].Pages; want.Page++ {
		all = append(all, d.opt.Screens.Draw(want, size))
	}
	return all
}
