package citizen

import (
	"image/color"

	"counterfoil/app/casework"
)

// say draws a title and up to two paragraphs in the middle of the page.
func (p *page) say(c color.RGBA, title string, texts ...string) {
	l := p.look
	p.header(p.place(), true)
	width := p.size.X - 4*l.margin
	p.arrange(l.head, p.size.Y-l.head/2, func(p *page, level, y int) int {
		l := p.look
		y = p.middle(y, width, 2, style{size: l.title * 6 / 5, bold: true}, c, title)
		for i, t := range texts {
			ink := l.ink
			if i > 0 {
				ink = l.soft
			}
			y = p.middle(y+l.gap*3/4, width, 3, style{size: l.value}, ink, t)
		}
		return y
	})
}

func (p *page) idle() {
	p.say(p.look.primary, p.text("idle-title"), p.text("idle-text"), p.text("idle-hint"))
}

func (p *page) wait() {
	what := p.text("wait-text")
	if p.screen.Originals {
		what = p.text("wait-originals")
	}
	texts := []string{what}
	if p.screen.Item != "" {
		texts = []string{p.screen.Item, what}
	}
	p.say(p.look.ink, p.text("wait-title"), texts...)
}

// sorry says how it ended and that nothing is kept.
func (p *page) sorry() {
	why := "sorry-ended"
	switch p.screen.Problem {
	case casework.Declined:
		why = "sorry-declined"
	case casework.RequestExpired:
		why = "sorry-expired"
	case casework.GrantWithdrawn:
		why = "sorry-revoked"
	case casework.GrantLapsed:
		why = "sorry-lapsed"
	}
	p.say(p.look.ink, p.text("sorry-title"), p.text(why), p.text("sorry-kept"))
}

// done shows the receipt's code, which is the citizen's to take along, beside
// the case number. Without a link yet it says the same without the code.
func (p *page) done() {
	l, s := p.look, p.screen
	if s.Link == "" {
		p.say(l.doneInk, p.text("done-title"), s.Item, p.text("done-number", string(s.Number)))
		return
	}
	p.header(p.place(), true)
	p.beside(s.Link, receipt)
}

func receipt(p *page, x, width, level, y int) int {
	l, s := p.look, p.screen
	y = p.paragraph(x, y, width, 2, style{size: l.title, bold: true}, l.doneInk, p.text("done-title")) + l.gap/4
	y = p.paragraph(x, y, width, 2, style{size: l.body}, l.ink, s.Item) + l.gap
	y = p.paragraph(x, y, width, 1, style{size: l.small}, l.soft, p.text("done-label"))
	number, text := p.fit(style{size: l.value, bold: true}, string(s.Number), width)
	y = p.paragraph(x, y, width, 1, number, l.ink, text) + l.gap
	y = p.paragraph(x, y, width, 3, style{size: l.body}, l.ink, p.text("done-scan"))
	if !s.Originals && level < 2 {
		y = p.paragraph(x, y+l.gap/4, width, 3, style{size: l.small}, l.soft, p.text("done-later"))
	}
	return y
}
