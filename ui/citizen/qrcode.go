package citizen

import (
	"image"

	"github.com/skip2/go-qrcode"
)

// qrCode is the last code that was made: a countdown shows it three hundred
// times.
type qrCode struct {
	link    string
	room    int
	modules [][]bool
	scale   int // pixels a module
}

// quietZone is the quiet zone around a code in modules (ISO/IEC 18004 §6.3.8).
const quietZone = 4

// drawCode draws a QR code into the square box, every module a whole number of
// pixels, and returns the square that it fills with its quiet zone. A link that
// cannot be a code (empty, or beyond 2,900 bytes) leaves the box empty.
func (p *page) drawCode(link string, box image.Rectangle) image.Rectangle {
	d := p.d
	if d.code.link != link || d.code.room != box.Dx() {
		d.code = makeCode(link, box.Dx())
	}
	scale := d.code.scale
	if scale < 1 {
		return image.Rectangle{}
	}
	n := len(d.code.modules)
	side := (n + 2*quietZone) * scale
	at := box.Min.Add(image.Pt(0, (box.Dy()-side)/2))
	fill(p.img, image.Rectangle{Min: at, Max: at.Add(image.Pt(side, side))}, rgb(0xFFFFFF))
	for y, row := range d.code.modules {
		for x, dark := range row {
			if dark {
				m := at.Add(image.Pt((x+quietZone)*scale, (y+quietZone)*scale))
				fill(p.img, image.Rectangle{Min: m, Max: m.Add(image.Pt(scale, scale))}, rgb(0x000000))
			}
		}
	}
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(side, side))}
}

// makeCode chooses the medium error correction, or the low one where that makes
// larger modules out of small ones: a display has no dirt on it, but few pixels.
func makeCode(link string, room int) qrCode {
	best := qrCode{link: link, room: room}
	for _, level := range []qrcode.RecoveryLevel{qrcode.Medium, qrcode.Low} {
		q, err := qrcode.New(link, level)
		if err != nil || link == "" {
			return best
		}
		q.DisableBorder = true
		modules := q.Bitmap()
		if scale := room / (len(modules) + 2*quietZone); scale > best.scale {
			best.modules, best.scale = modules, scale
		}
		if best.scale >= 4 {
			break
		}
	}
	return best
}
