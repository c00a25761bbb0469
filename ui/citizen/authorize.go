package citizen

import (
	"fmt"
	"image"
	"strings"
	"time"
)

// qr draws the request: the code at the left, and at the right who asks for
// what, the match words, and the time left.
func (p *page) qr() {
	l := p.look
	p.header(p.place(), true)
	body := image.Rect(l.margin, l.head+l.gap, p.size.X-l.margin, p.size.Y-l.gap)
	side := min(body.Dy(), body.Dx()*48/100)
	code := p.drawCode(p.screen.Link, image.Rect(body.Min.X, body.Min.Y, body.Min.X+side, body.Max.Y))
	x := body.Min.X + side + l.gap
	width := body.Max.X - x
	h := p.askHeight(width)
	y := max(body.Min.Y, (body.Min.Y+body.Max.Y-h)/2)
	if code.Min.Y > y { // line up with the code rather than float above it
		y = code.Min.Y
	}
	p.ask(x, y, width)
}

// askHeight is how high ask draws: it draws on a page nobody sees.
func (p *page) askHeight(width int) int {
	probe := *p
	probe.img = image.NewRGBA(image.Rectangle{})
	return probe.ask(0, 0, width)
}

// ask draws the right half from y on and returns where it ends.
func (p *page) ask(x, y, width int) int {
	l, s := p.look, p.screen
	title, ink := p.text("qr-title"), l.ink
	if s.Seen {
		title, ink = p.text("qr-seen-title"), l.doneInk
	}
	y = p.paragraph(x, y, width, 2, style{size: l.title, bold: true}, ink, title)
	y += l.gap / 4
	y = p.paragraph(x, y, width, 2, style{size: l.body}, l.ink, s.Item)
	if len(s.Uses) > 0 {
		y = p.paragraph(x, y, width, 3, style{size: l.body}, l.soft, p.text("qr-uses", strings.Join(s.Uses, p.text("qr-and"))))
	}
	y += l.gap
	if s.MatchWords != "" {
		y = p.paragraph(x, y, width, 2, style{size: l.small}, l.soft, p.text("qr-match"))
		words := style{size: l.title + l.title/8, bold: true}
		words, _ = p.fit(words, s.MatchWords, width)
		y = p.paragraph(x, y, width, 1, words, l.primary, s.MatchWords)
		y += l.gap / 2
	}
	hint := "qr-how"
	if s.Seen {
		hint = "qr-seen"
	}
	if p.size.Y >= 400 {
		y = p.paragraph(x, y, width, 3, style{size: l.small}, l.soft, p.text(hint))
		y += l.gap / 4
	}
	return p.paragraph(x, y, width, 1, style{size: l.body, bold: true}, l.ink, p.text("qr-left", clock(s.Left)))
}

// clock writes a time as m:ss, rounded up so that 0:00 means over.
func clock(left time.Duration) string {
	s := max(int((left+time.Second-1)/time.Second), 0)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
