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
	p.header(p.place(), true)
	p.beside(p.screen.Link, ask)
}

// beside draws a code at the left and a column of text at the right of it.
func (p *page) beside(link string, column func(p *page, x, width, level, y int) int) {
	l := p.look
	body := image.Rect(l.margin, l.head+l.gap/2, p.size.X-l.margin, p.size.Y-l.gap/2)
	side := min(body.Dy(), body.Dx()*48/100)
	code := p.drawCode(link, image.Rect(body.Min.X, body.Min.Y, body.Min.X+side, body.Max.Y))
	x := max(code.Max.X, body.Min.X) + l.gap/2
	width := body.Max.X - x
	p.arrange(body.Min.Y, body.Max.Y, func(p *page, level, y int) int { return column(p, x, width, level, y) })
}

// ask draws the right half from y on and returns where it ends. The hint goes
// first when there is no room.
func ask(p *page, x, width, level, y int) int {
	l, s := p.look, p.screen
	title, hint, ink := p.text("qr-title"), p.text("qr-how"), l.ink
	if s.Seen {
		title, hint, ink = p.text("qr-seen-title"), p.text("qr-seen"), l.doneInk
	}
	y = p.paragraph(x, y, width, 2, style{size: l.title, bold: true}, ink, title) + l.gap/4
	y = p.paragraph(x, y, width, 3, style{size: l.body}, l.ink, s.Item)
	if len(s.Uses) > 0 {
		// every kind, however many: the screen must not say less than is done
		y = p.paragraph(x, y, width, 12, style{size: l.body}, l.soft, p.text("qr-uses", strings.Join(s.Uses, p.text("qr-and"))))
	}
	if len(s.Own) > 0 {
		y = p.paragraph(x, y, width, 6, style{size: l.small, bold: true}, l.ink, p.text("qr-own", strings.Join(s.Own, p.text("qr-and"))))
	}
	y += l.gap * 3 / 4
	if s.MatchWords != "" {
		y = p.paragraph(x, y, width, 2, style{size: l.small}, l.soft, p.text("qr-match"))
		words, text := p.fit(style{size: l.title + l.title/8, bold: true}, s.MatchWords, width)
		y = p.paragraph(x, y, width, 1, words, l.primary, text) + l.gap/2
	}
	if level < 2 {
		y = p.paragraph(x, y, width, 3, style{size: l.small}, l.soft, hint) + l.gap/4
	}
	return p.paragraph(x, y, width, 1, style{size: l.body, bold: true}, l.ink, p.text("qr-left", clock(s.Left)))
}

// clock writes a time as m:ss, rounded up so that 0:00 means over.
func clock(left time.Duration) string {
	s := max(int((left+time.Second-1)/time.Second), 0)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
