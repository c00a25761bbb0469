package citizen

import (
	"image"
	"image/color"
)

// look is the colours and measures of one display.
type look struct {
	mono                            bool
	surface, ink, soft, line        color.RGBA
	primary, onPrimary, pale        color.RGBA
	doneInk, doneGround             color.RGBA
	badInk, badGround               color.RGBA
	practice, onPractice, watermark color.RGBA

	margin, gap, head, button, radius int
	title, body, value, small         int // text sizes in pixels
}

// lookFor scales the measures of 800×480 and stops where Chinese gets
// illegible: 12 pixels.
func lookFor(size image.Point) look {
	s := func(base, floor int) int {
		return max(min(base*size.X/800, base*size.Y/480), floor)
	}
	l := colours()
	if size.X <= 640 {
		l = monochrome()
	}
	l.margin, l.gap, l.head, l.button, l.radius = s(28, 8), s(16, 6), s(64, 26), s(64, 34), s(10, 4)
	l.title, l.body, l.value, l.small = s(34, 17), s(21, 14), s(25, 15), s(18, 12)
	return l
}

// tighter returns the look with texts smaller by level steps of 6 %, never below
// what can be read.
func (l look) tighter(level int) look {
	shrink := func(v, floor int) int { return max(v*(100-6*level)/100, min(v, floor)) }
	l.title, l.body, l.value, l.small = shrink(l.title, 13), shrink(l.body, 12), shrink(l.value, 13), shrink(l.small, 11)
	l.gap = max(l.gap*(100-8*level)/100, min(l.gap, 4))
	return l
}

func rgb(v uint32) color.RGBA {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xFF}
}

func colours() look {
	return look{
		surface: rgb(0xFFFFFF), ink: rgb(0x18212D), soft: rgb(0x566273), line: rgb(0xD3DBE6),
		primary: rgb(0x1457C8), onPrimary: rgb(0xFFFFFF), pale: rgb(0xE8F0FD),
		doneInk: rgb(0x0F7A4A), doneGround: rgb(0xE5F5EC), badInk: rgb(0xB3261E), badGround: rgb(0xFCEBEA),
		practice: rgb(0xA85800), onPractice: rgb(0xFFFFFF), watermark: rgb(0xFFEBCC),
	}
}

// monochrome says with shape what colours say with colour: filled is primary.
func monochrome() look {
	white, black := rgb(0xFFFFFF), rgb(0x000000)
	return look{
		mono: true, surface: white, ink: black, soft: black, line: black,
		primary: black, onPrimary: white, pale: white,
		doneInk: black, doneGround: white, badInk: black, badGround: white,
		practice: white, onPractice: black, watermark: black,
	}
}

// blackAndWhite leaves the pixels that a one-bit display would: ink where no
// channel is above 0x80 (the rule of the STU family), white elsewhere.
func blackAndWhite(img *image.RGBA) {
	for i := 0; i < len(img.Pix); i += 4 {
		v := uint8(0xFF)
		if img.Pix[i]|img.Pix[i+1]|img.Pix[i+2] <= 0x80 {
			v = 0
		}
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = v, v, v, 0xFF
	}
}
