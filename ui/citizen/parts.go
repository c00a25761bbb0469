package citizen

import (
	"image"
	"image/color"

	"counterfoil/app/casework"
)

// baseline returns where the baseline of a text of that size lies when the text
// is centred on cy: Chinese characters reach from 0.12 em below it to 0.88
// above.
func baseline(cy, size int) int { return cy + size*38/100 }

func lineHeight(size int) int { return size * 145 / 100 }

// fit returns the style in which a text is no wider than width, smaller if need
// be, and what of the text fits at the smallest.
func (p *page) fit(s style, text string, width int) (style, string) {
	for s.size > 11 && p.d.fonts.width(s, text) > width {
		s.size--
	}
	if p.d.fonts.width(s, text) > width {
		text = ellipsis(text+"…", width, func(t string) int { return p.d.fonts.width(s, t) })
	}
	return s, text
}

// centred draws a text in the middle of a rectangle.
func (p *page) centred(r image.Rectangle, s style, c color.RGBA, text string) {
	s, text = p.fit(s, text, r.Dx())
	x := r.Min.X + (r.Dx()-p.d.fonts.width(s, text))/2
	p.d.fonts.draw(p.img, x, baseline((r.Min.Y+r.Max.Y)/2, s.size), s, c, text)
}

// paragraph draws wrapped text from the top at y and returns where it ends.
func (p *page) paragraph(x, y, width, most int, s style, c color.RGBA, text string) int {
	for _, line := range p.lines(text, width, most, s) {
		p.d.fonts.draw(p.img, x, baseline(y+lineHeight(s.size)/2, s.size), s, c, line)
		y += lineHeight(s.size)
	}
	return y
}

// middle draws wrapped text, every line centred on the page, and returns where
// it ends.
func (p *page) middle(y, width, most int, s style, c color.RGBA, text string) int {
	for _, line := range p.lines(text, width, most, s) {
		h := lineHeight(s.size)
		p.centred(image.Rect(0, y, p.size.X, y+h), s, c, line)
		y += h
	}
	return y
}

// lines breaks a sentence into lines of about the same width: a last line of
// one character looks like a mistake.
func (p *page) lines(text string, width, most int, s style) []string {
	measure := func(t string) int { return p.d.fonts.width(s, t) }
	lines := wrap(text, width, most, measure)
	if len(lines) < 2 || p.d.fonts.width(s, lines[len(lines)-1]) > width/2 {
		return lines
	}
	for w := width - s.size; w > width/2; w -= s.size {
		narrower := wrap(text, w, most+1, measure)
		if len(narrower) > len(lines) {
			break
		}
		lines = narrower
	}
	return lines
}

// arrange draws what fits into a height: first as it should look, then without
// what can be left out and with smaller texts. draw is told the level and where
// to start, and returns where it ended; it is called on a page nobody sees
// until it fits, then once for real, centred.
func (p *page) arrange(top, bottom int, draw func(p *page, level, y int) int) {
	const levels = 7
	for level := range levels {
		probe := *p
		probe.img, probe.look = image.NewRGBA(image.Rectangle{}), p.look.tighter(level)
		h := draw(&probe, level, 0)
		if h > bottom-top && level < levels-1 {
			continue
		}
		look := p.look
		p.look = probe.look
		draw(p, level, top+max((bottom-top-h)/2, 0))
		p.look = look
		return
	}
}

// header draws the head with a text at the left and, in practice, the word that
// says so at the right, on a ground of its own.
func (p *page) header(text string, bold bool) {
	l := p.look
	r := image.Rect(0, 0, p.size.X, l.head)
	fill(p.img, r, l.primary)
	end := r.Max.X - l.margin
	if p.screen.Practice {
		word := p.text("practice")
		st := style{size: max(l.body, 15), bold: true}
		box := image.Rect(r.Max.X-p.d.fonts.width(st, word)-2*l.margin, 0, r.Max.X, l.head)
		fill(p.img, box, l.practice)
		if l.mono {
			fill(p.img, image.Rect(box.Min.X, box.Max.Y-1, box.Max.X, box.Max.Y), l.ink)
		}
		p.centred(box, st, l.onPractice, word)
		end = box.Min.X - l.gap
	}
	if text == p.place() {
		text = p.shortPlace(end - l.margin)
	}
	st, text := p.fit(style{size: max(l.body, 15), bold: bold}, text, end-l.margin)
	p.d.fonts.draw(p.img, l.margin, baseline(l.head/2, st.size), st, l.onPrimary, text)
}

// place is the hall and counter, as people call them.
func (p *page) place() string {
	if p.screen.Counter == "" {
		return p.screen.Hall
	}
	return p.text("place", p.screen.Hall, p.screen.Counter)
}

// shortPlace shortens the hall's name, never the counter, until both fit.
func (p *page) shortPlace(width int) string {
	short := *p
	hall := []rune(p.screen.Hall)
	for len(hall) > 2 && p.d.fonts.width(style{size: 12, bold: true}, short.place()) > width {
		hall = hall[:len(hall)-1]
		short.screen.Hall = string(hall) + "…"
	}
	return short.place()
}

// role says how a button looks.
type role int

const (
	primary role = iota // the one thing to do
	equal               // as large and as plain to see, without pushing
	quiet               // a way back
	resting             // not yet: drawn, but no touch area
)

// button draws a button and, unless it rests, its touch area.
func (p *page) button(r image.Rectangle, how role, name casework.TouchName, text string) {
	l := p.look
	ground, ink := l.primary, l.onPrimary
	switch how {
	case equal:
		ground, ink = l.surface, l.primary
	case quiet:
		ground, ink = l.pale, l.primary
	case resting:
		ground, ink = l.surface, l.soft
	}
	border := max(l.head/32, 1)
	switch {
	case how == equal || how == quiet && l.mono:
		outlined(p.img, r, l.radius, border, l.primary, ground)
	case how == resting:
		dashed(p.img, r, l.radius, border, max(l.radius/2, 2), l.soft)
	default:
		rounded(p.img, r, l.radius, ground)
	}
	p.centred(r.Inset(max(l.radius/2, 3)), style{size: l.body + l.body/10, bold: how != resting}, ink, text)
	if how != resting {
		p.areas = append(p.areas, casework.TouchArea{Name: name, Rect: r})
	}
}

// bar returns the rectangles of a row of buttons at the foot of the page, their
// widths in the given proportions.
func (p *page) bar(parts ...int) []image.Rectangle {
	l := p.look
	room, sum := p.size.X-2*l.margin-(len(parts)-1)*l.gap, 0
	for _, n := range parts {
		sum += n
	}
	bottom := p.size.Y - l.margin*3/4
	out := make([]image.Rectangle, len(parts))
	x, used := l.margin, 0
	for i, n := range parts {
		used += n
		w := room*used/sum - room*(used-n)/sum
		out[i] = image.Rect(x, bottom-l.button, x+w, bottom)
		x += w + l.gap
	}
	return out
}

// strip draws a sentence that must be noticed on a ground of its own, one or
// two lines, and returns where it ends.
func (p *page) strip(y int, ink, ground color.RGBA, text string) int {
	l := p.look
	pad := l.gap / 2
	st := style{size: l.body, bold: true}
	width := p.size.X - 2*l.margin - 4*pad
	lines := p.lines(text, width, 2, st)
	box := image.Rect(l.margin, y, p.size.X-l.margin, y+len(lines)*lineHeight(st.size)+pad)
	if l.mono {
		outlined(p.img, box, l.radius, 1, ink, ground)
	} else {
		rounded(p.img, box, l.radius, ground)
	}
	p.paragraph(box.Min.X+2*pad, y+pad/2, width, 2, st, ink, text)
	return box.Max.Y
}
