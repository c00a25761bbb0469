package conformance

import (
	"context"
	"fmt"
	"image"
)

// questions returns what is asked of a display that should hold the picture.
func (p *Person) questions(ink image.Rectangle) []string {
	switch {
	case !ink.Empty() && p.crossed:
		return []string{"check.ask.ink", "check.ask.nowhere-else"}
	case !ink.Empty():
		return []string{"check.ask.ink", "check.ask.beside"}
	case p.image:
		return []string{"check.ask.same"}
	case p.id.Colour:
		return []string{"check.ask.border", "check.ask.square", "check.ask.colours"}
	}
	return []string{"check.ask.border", "check.ask.square"}
}

// look implements Way.Look. Every answer can be taken back until the last one is
// confirmed.
func (p *Person) look(ctx context.Context, want *image.RGBA, ink image.Rectangle) error {
	questions := p.questions(ink)
	p.image = true
	if p.Hand != nil {
		return p.compared(questions, want, ink)
	}
	answers := make([]bool, len(questions))
	for i := 0; i <= len(questions); {
		if i == len(questions) {
			p.say("check.confirm")
		} else {
			p.say("check.yes-no", p.t(questions[i]))
		}
		l, err := p.line(ctx)
		switch {
		case err != nil:
			return err
		case l == "b":
			i = max(i-1, 0)
		case i == len(questions) && l == "":
			i++
		case i < len(questions) && (l == "y" || l == "n"):
			answers[i] = l == "y"
			i++
		default:
			p.say("check.not-understood")
		}
	}
	return p.answered(questions, answers)
}

// answered writes down what was answered; the first no is the error.
func (p *Person) answered(questions []string, answers []bool) (err error) {
	for i, q := range questions {
		word := "check.yes"
		if !answers[i] {
			word = "check.no"
			if err == nil {
				err = fmt.Errorf("%w: %s", errAnswer, p.t(q))
			}
		}
		p.saw(p.t(q) + " " + p.t(word))
	}
	return err
}

// compared lets the hand look, pixel by pixel.
func (p *Person) compared(questions []string, want *image.RGBA, ink image.Rectangle) error {
	err := p.Hand.Look(want, ink)
	for _, q := range questions {
		p.say(q)
	}
	if err == nil {
		p.saw(p.t("check.compared"))
	}
	return err
}
