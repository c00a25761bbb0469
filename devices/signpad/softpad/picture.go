package softpad

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"image/color"
	"io"
)

// upload is a picture on its way.
type upload struct {
	encoding byte
	bulk     bool // announced for the bulk endpoint
	area     image.Rectangle
	data     []byte
	failed   byte // the first thing that was wrong
}

// Encodings of reports 0x24 and 0x25.
const (
	enc1     = 0x00
	enc1zlib = 0x01
	enc16    = 0x02
	enc24    = 0x04
	encBulk  = 0x10 // added to the others: the data come by the bulk endpoint
)

func (p *Pad) start(encoding byte, a image.Rectangle) byte {
	bulk := encoding&encBulk != 0
	encoding &^= encBulk
	needs, known := map[byte]byte{enc1: 2, enc1zlib: 2 | 1, enc16: 4, enc24: 8}[encoding]
	switch {
	case !known || bulk && !p.opts.Bulk || p.opts.Model.Encodings&needs != needs:
		return resultEncoding
	case a.Empty() || !a.In(p.lcd.Rect):
		return resultArea
	}
	p.upload = upload{encoding: encoding, bulk: bulk, area: a}
	p.status = statusImage
	return resultOK
}

// length of a picture's bytes once unpacked.
func (u upload) length() int {
	switch u.encoding {
	case enc16:
		return u.area.Dx() * u.area.Dy() * 2
	case enc24:
		return u.area.Dx() * u.area.Dy() * 3
	}
	return (u.area.Dx() + 7) / 8 * u.area.Dy()
}

func (p *Pad) block(r []byte) byte {
	n := int(binary.LittleEndian.Uint16(r[1:]))
	if n > len(r)-3 {
		return resultBadParameter
	}
	if p.upload.bulk {
		return resultWrongState
	}
	return p.append(r[3 : 3+n])
}

func (p *Pad) append(data []byte) byte {
	p.upload.data = append(p.upload.data, data...)
	if len(p.upload.data) > p.upload.length()+1024 {
		p.upload.failed, p.upload.data = resultTooLong, nil
		return resultTooLong
	}
	return resultOK
}

// end commits the picture (0) or abandons it (1).
func (p *Pad) end(how byte) byte {
	u := p.upload
	p.upload, p.status = upload{}, statusReady
	if how == 1 {
		return resultOK
	}
	p.busy = p.opts.Busy
	if u.failed != resultOK {
		return u.failed
	}
	if u.encoding == enc1zlib {
		plain, err := inflate(u.data, u.length()+1)
		if err != nil {
			return resultZlib
		}
		u.data = plain
	}
	switch {
	case len(u.data) > u.length():
		return resultTooLong
	case len(u.data) < u.length():
		return resultBadParameter
	}
	p.paint(u)
	p.show()
	return resultOK
}

func inflate(b []byte, limit int) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, int64(limit)))
}

func (p *Pad) paint(u upload) {
	w := u.area.Dx()
	for y := range u.area.Dy() {
		for x := range w {
			p.lcd.SetRGBA(u.area.Min.X+x, u.area.Min.Y+y, u.at(x, y, w))
		}
	}
}

func (u upload) at(x, y, w int) color.RGBA {
	switch u.encoding {
	case enc16:
		i := (y*w + x) * 2
		hi, lo := u.data[i], u.data[i+1]
		r, g, b := hi>>3, hi<<3&0x38|lo>>5, lo&0x1F
		return color.RGBA{r<<3 | r>>2, g<<2 | g>>4, b<<3 | b>>2, 0xFF}
	case enc24:
		i := (y*w + x) * 3
		return color.RGBA{u.data[i+2], u.data[i+1], u.data[i], 0xFF}
	}
	if u.data[y*((w+7)/8)+x/8]&(0x80>>(x%8)) != 0 {
		return color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
	}
	return color.RGBA{0, 0, 0, 0xFF}
}
