package desk

import (
	"encoding/json"

	"counterfoil/app/casework"
)

// touched does what the citizen touched on the screen that was shown.
func (d *Desk) touched(name casework.TouchName) {
	s := d.at
	if s == nil || d.closed() != nil {
		return
	}
	d.problem = nil
	switch s.stage {
	case StageConfirm:
		d.later(s, casework.Confirmed)(d.touchedConfirm(s, name))
	case StageSign:
		d.later(s, casework.Signed)(d.touchedSign(s, name))
	case StageConsent:
		d.later(s, casework.Photographed)(d.touchedConsent(s, name))
	}
}

func (d *Desk) touchedConfirm(s *sitting, name casework.TouchName) error {
	c := &s.confirm
	switch name {
	case casework.TouchNext:
		c.page = min(c.page+1, len(c.pages)-1)
	case casework.TouchPrevious:
		c.page = max(c.page-1, 0)
	case casework.TouchRefuse:
		s.stage = StageReview
		return casework.Refuse(casework.Declined, "the citizen does not confirm the form")
	case casework.TouchAgree:
		if c.seen < len(c.pages) { // nobody agrees to a page that was not shown
			c.page = c.seen
			return nil
		}
		return d.confirmed(s)
	}
	return nil
}

// confirmed keeps the citizen's word: the list of values and the picture.
func (d *Desk) confirmed(s *sitting) error {
	fields, err := json.Marshal(s.form)
	if err != nil {
		return err
	}
	picture, err := stacked(s.confirm.pages)
	if err != nil {
		return err
	}
	a, fieldsCommitment := d.seal("fields", "application/json", fields)
	b, pictureCommitment := d.seal("picture", "image/png", picture)
	body := casework.Body{Fields: fieldsCommitment, Picture: pictureCommitment}
	if err := d.record(s, casework.Confirmed, d.stamp(s), body, a, b); err != nil {
		return err
	}
	s.confirmed = s.form
	s.confirm = confirming{}
	s.proceed()
	return nil
}
