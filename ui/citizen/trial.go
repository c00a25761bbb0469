package citizen

import (
	"image"
	"image/color"
)

// trial draws a test of the display and the pen: a line of one pixel along the
// very edge, of which none may be missing; the colours that a display can take
// for one another; fine lines; and the rest for the pen. It asks nothing and
// nobody agrees to anything on it.
func (p *page) trial() {
	l := p.look
	p.header(p.text("trial-title"), true)
	y := p.paragraph(l.margin, l.head+l.gap/2, p.size.X-2*l.margin, 2, style{size: l.body}, l.ink, p.text("trial-text"))
	strip := image.Rect(l.margin, p.size.Y-l.margin-l.head/2, p.size.X-l.margin, p.size.Y-l.margin)
	p.patches(strip)
	box := image.Rect(l.margin, y+l.gap/2, p.size.X-l.margin, strip.Min.Y-l.gap/2)
	fill(p.img, box.Inset(1), l.surface)
	dashed(p.img, box, l.radius, max(l.head/32, 1), max(l.radius*2/3, 3), l.soft)
	p.practiceInk(box)
	p.ink = box.Inset(max(l.radius/2, 3))
	for _, edge := range []image.Rectangle{{Max: image.Pt(p.size.X, 1)}, {Max: image.Pt(1, p.size.Y)},
		{Min: image.Pt(0, p.size.Y-1), Max: p.size}, {Min: image.Pt(p.size.X-1, 0), Max: p.size}} {
		fill(p.img, edge, l.ink)
	}
}

// patches fills a strip: red, green and blue, a run from black to white, and lines
// of one pixel. On black and white they come out as the display can show them.
func (p *page) patches(strip image.Rectangle) {
	const parts = 5
	w := strip.Dx() / parts
	at := func(i int) image.Rectangle {
		return image.Rect(strip.Min.X+i*w, strip.Min.Y, strip.Min.X+(i+1)*w, strip.Max.Y)
	}
	for i, c := range []uint32{0xE00000, 0x00A000, 0x0000E0} {
		fill(p.img, at(i), rgb(c))
	}
	run, lines := at(3), at(4)
	for x := run.Min.X; x < run.Max.X; x++ {
		v := uint8(255 * (x - run.Min.X) / run.Dx())
		fill(p.img, image.Rect(x, run.Min.Y, x+1, run.Max.Y), color.RGBA{v, v, v, 0xFF})
	}
	for x := lines.Min.X; x < lines.Max.X; x++ {
		if (x-lines.Min.X)/8%2 == 0 && x%2 == 0 {
			fill(p.img, image.Rect(x, lines.Min.Y, x+1, lines.Max.Y), p.look.ink)
		}
	}
}
