package citizen

import (
	"image"
	"image/color"

	"counterfoil/app/casework"
)

// say draws a title and up to two paragraphs in the middle of the page.
func (p *page) say(c color.RGBA, title string, texts ...string) {
	l := p.look
	p.header(p.place(), true)
	width := p.size.X - 4*l.margin
	big := style{size: l.title * 6 / 5, bold: true}
	h := len(p.lines(title, width, 2, big)) * lineHeight(big.size)
	for _, t := range texts {
		h += len(p.lines(t, width, 3, style{size: l.value}))*lineHeight(l.value) + l.gap*3/4
	}
	y := l.head + max((p.size.Y-l.head-h)*9/20, l.gap/2)
	y = p.middle(y, width, 2, big, c, title)
	for i, t := range texts {
		ink := l.ink
		if i > 0 {
			ink = l.soft
		}
		y = p.middle(y+l.gap*3/4, width, 3, style{size: l.value}, ink, t)
	}
}

func (p *page) idle() {
	p.say(p.look.primary, p.text("idle-title"), p.text("idle-text"), p.text("idle-hint"))
}

func (p *page) wait() {
	texts := []string{p.text("wait-text")}
	if p.screen.Item != "" {
		texts = []string{p.screen.Item, p.text("wait-text")}
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
	body := image.Rect(l.margin, l.head+l.gap, p.size.X-l.margin, p.size.Y-l.gap)
	side := min(body.Dy(), body.Dx()*48/100)
	code := p.drawCode(s.Link, image.Rect(body.Min.X, body.Min.Y, body.Min.X+side, body.Max.Y))
	x := body.Min.X + side + l.gap
	width := body.Max.X - x
	draw := func(p *page, y int) int {
		y = p.paragraph(x, y, width, 2, style{size: l.title, bold: true}, l.doneInk, p.text("done-title")) + l.gap/4
		y = p.paragraph(x, y, width, 2, style{size: l.body}, l.ink, s.Item) + l.gap
		y = p.paragraph(x, y, width, 1, style{size: l.small}, l.soft, p.text("done-label"))
		number, _ := p.fit(style{size: l.value, bold: true}, string(s.Number), width)
		y = p.paragraph(x, y, width, 1, number, l.ink, string(s.Number)) + l.gap
		y = p.paragraph(x, y, width, 3, style{size: l.body}, l.ink, p.text("done-scan"))
		if p.size.Y >= 400 {
			y = p.paragraph(x, y+l.gap/4, width, 3, style{size: l.small}, l.soft, p.text("done-later"))
		}
		return y
	}
	probe := *p
	probe.img = image.NewRGBA(image.Rectangle{})
	h := draw(&probe, 0)
	draw(p, max(code.Min.Y, (body.Min.Y+body.Max.Y-h)/2))
}
