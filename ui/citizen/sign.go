package citizen

import (
	"image"

	"counterfoil/app/casework"
)

// sign draws the sentence that is signed, the place for it, and the answers.
func (p *page) sign() {
	l, s := p.look, p.screen
	title, problem := p.text("sign-title"), p.inkProblem()
	if problem != "" && p.size.Y < 300 { // the ink needs the room: the problem takes the title's place
		title, problem = problem, ""
	}
	p.header(title, true)
	sentence := p.text("sign-text", s.Item)
	if n := len(s.Form); n > 0 {
		sentence = p.text("sign-text-count", n, s.Item)
	}
	width, st := p.size.X-2*l.margin, style{size: l.body}
	for st.size > 12 && len(p.lines(sentence, width, 9, st)) > 2 {
		st.size--
	}
	y := p.paragraph(l.margin, l.head+l.gap/2, width, 3, st, l.ink, sentence) + l.gap/3
	if problem != "" {
		y = p.strip(y, l.badInk, l.badGround, problem) + l.gap/2
	}
	b := p.bar(10, 7, 10)
	box := image.Rect(l.margin, y, p.size.X-l.margin, b[0].Min.Y-l.gap*3/4)
	fill(p.img, box.Inset(1), l.surface)
	dashed(p.img, box, l.radius, max(l.head/32, 1), max(l.radius*2/3, 3), l.soft)
	base := box.Max.Y - box.Dy()/4
	fill(p.img, image.Rect(box.Min.X+2*l.gap, base, box.Max.X-2*l.gap, base+max(l.head/48, 1)), l.line)
	p.practiceInk(box)
	p.ink = box.Inset(max(l.radius/2, 3))
	p.button(b[0], equal, casework.TouchRefuse, p.text("refuse"))
	p.button(b[1], quiet, casework.TouchRedo, p.text("redo"))
	p.button(b[2], primary, casework.TouchAgree, p.text("sign-agree"))
}

// inkProblem says why the ink was not taken, or "".
func (p *page) inkProblem() string {
	switch p.screen.Problem {
	case "":
		return ""
	case casework.InkTooLittle:
		return p.text("sign-too-little")
	case casework.InkIncomplete:
		return p.text("sign-incomplete")
	}
	return p.text("sign-again")
}

// practiceInk writes the word into the ink's own ground, which is clean
// otherwise: a signature of practice is one at first sight.
func (p *page) practiceInk(box image.Rectangle) {
	if !p.screen.Practice {
		return
	}
	l := p.look
	word := p.text("practice")
	st := style{size: min(l.title*2, box.Dy()*2/3), bold: true}
	c := l.watermark
	if l.mono { // no pale colour: small, in the corner
		st.size = l.small
		p.d.fonts.draw(p.img, box.Min.X+l.gap, box.Min.Y+l.gap/2+st.size, st, c, word)
		return
	}
	step := box.Dx() / 3
	for i := range 3 {
		p.centred(image.Rect(box.Min.X+i*step, box.Min.Y, box.Min.X+(i+1)*step, box.Max.Y).Inset(l.gap), st, c, word)
	}
}

// photo asks for the photo's own consent. On a small display the question
// takes the head's place.
func (p *page) photo() {
	l, s := p.look, p.screen
	small := p.size.Y < 300
	of := func(key string) string {
		if s.PhotoOf == casework.OfDocument {
			key += "-document"
		}
		return key
	}
	if small {
		p.header(p.text(of("photo-title")), true)
	} else {
		p.header(p.place(), true)
	}
	b := p.bar(1, 1)
	choice := "photo-optional"
	if s.Required {
		choice = "photo-required"
	}
	width := p.size.X - 2*l.margin - l.margin
	p.arrange(l.head, b[0].Min.Y, func(p *page, level, y int) int {
		l := p.look
		st := style{size: l.body}
		if !small {
			y = p.middle(y, width, 1, style{size: l.title, bold: true}, l.ink, p.text(of("photo-title"))) + l.gap/2
		}
		y = p.middle(y, width, 3, st, l.ink, p.text(of("photo-text"), s.Item))
		y = p.middle(y, width, 2, st, l.ink, p.text("photo-keep", s.Keep)) + l.gap*3/4
		return p.middle(y, width, 4, st, l.soft, p.text(of(choice)))
	})
	p.button(b[0], equal, casework.TouchRefuse, p.text("photo-refuse"))
	p.button(b[1], primary, casework.TouchAgree, p.text("photo-agree"))
}
