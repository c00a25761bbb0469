package desk

import (
	"context"
	"strings"
	"unicode"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// codeLength is how many digits a code has.
const codeLength = 8

// Digit types one digit of the code; the eighth sends it. Anything but a digit,
// and any digit while a code is on its way, is ignored. A digit after a code
// that was kept for another try starts a new one. It returns when the cell is
// filled.
func (d *Desk) Digit(r rune) {
	_ = d.ask(context.Background(), func(answer func(error)) {
		answer(nil)
		d.Touched()
		s := d.at
		if s == nil || d.may(casework.Serve) != nil || s.stage != StageAuthorize || s.busy == BusyRedeem || r < '0' || r > '9' {
			return
		}
		d.problem = nil
		if len(s.asking.digits) == codeLength {
			s.asking.digits = ""
		}
		s.asking.digits += string(r)
		if len(s.asking.digits) == codeLength {
			d.redeem(s, d.later(s, casework.Authorized))
		}
	})
}

// Erase takes back the last digit.
func (d *Desk) Erase() {
	_ = d.ask(context.Background(), func(answer func(error)) {
		if s := d.at; s != nil && d.may(casework.Serve) == nil && s.stage == StageAuthorize && s.busy != BusyRedeem && s.asking.digits != "" {
			s.asking.digits = s.asking.digits[:len(s.asking.digits)-1]
		}
		answer(nil)
	})
}

// Paste takes a whole code. Spaces are dropped; anything else that is not eight
// digits is refused as code-malformed and changes nothing. It waits for the
// centre's answer.
func (d *Desk) Paste(text string) error {
	return d.intent(context.Background(), casework.Authorized, func(answer func(error)) {
		s, err := d.during(StageAuthorize)
		if err == nil && s.busy == BusyRedeem {
			err = notNow("a code is on its way")
		}
		code, shape := parseCode(text)
		if err == nil {
			err = shape
		}
		if err != nil {
			answer(err)
			return
		}
		s.asking.digits = code
		d.redeem(s, answer)
	})
}

func parseCode(text string) (string, error) {
	code := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	if len(code) != codeLength || strings.Trim(code, "0123456789") != "" {
		return "", casework.Refuse(casework.CodeMalformed, "not eight digits")
	}
	return code, nil
}

// redeem asks the centre for the grant behind the typed code.
func (d *Desk) redeem(s *sitting, answer func(error)) {
	s.busy = BusyRedeem
	ask := protocol.Redeem{Code: s.asking.digits, Item: s.item.Code, Clerk: s.by.Pseudonym, Case: s.id}
	d.beside.Go(func() {
		grant, tap, err := d.opt.Authority.Redeem(s.ctx, ask)
		d.post(func() { answer(d.redeemed(s, grant, tap, err)) })
	})
}

func (d *Desk) redeemed(s *sitting, grant casework.Grant, tap *protocol.RequestState, err error) error {
	if s.busy == BusyRedeem {
		s.busy = ""
	}
	switch {
	case s.over() || !s.asking.open(s.stage): // the other way was first
		return nil
	case err != nil:
		if !passing(err) {
			s.asking.digits = ""
		}
		return err
	}
	s.asking.digits = ""
	if tap == nil {
		return d.accept(s, grant, casework.ByCode)
	}
	s.stage = StageTap
	r := &request{Request: protocol.Request{ID: tap.ID, MatchWords: tap.MatchWords, Until: tap.Until}, status: tap.Status, tap: true}
	s.asking.tap = r
	if r.status == protocol.RequestWaiting || r.status == protocol.RequestOpened {
		d.follow(s, r)
		return nil
	}
	return d.heard(s, r, *tap)
}
