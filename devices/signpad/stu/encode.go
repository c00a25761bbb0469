package stu

import (
	"bytes"
	"compress/zlib"
	"image"
)

// Encodings of a picture, as reports 0x24 and 0x25 name them.
const (
	enc1     = 0x00
	enc1zlib = 0x01
	enc16    = 0x02
	enc24    = 0x04
	encBulk  = 0x10 // added to the others: the data come by the bulk endpoint
)

// codec knows which encodings a pad takes.
type codec struct {
	flags byte
	whole bool // no pictures for a part of the display
}

// encode returns the cheapest encoding of a part of img that loses nothing the
// pad could show: one bit where the part is black and white or the pad is, else
// 16 bits a pixel, else 24. On a colour pad 16 bits are preferred though they
// round: a third less to send over a full-speed bus counts for more than
// shades that the panel hardly tells apart.
func (c codec) encode(img *image.RGBA, r image.Rectangle) (byte, []byte) {
	colour := c.flags&(flag16|flag24) != 0
	switch {
	case !colour || blackAndWhite(img, r):
		plain := pack1(img, r)
		if c.flags&flagZlib != 0 {
			if small := deflate(plain); len(small) < len(plain) {
				return enc1zlib, small
			}
		}
		return enc1, plain
	case c.flags&flag16 != 0:
		return enc16, pack16(img, r)
	}
	return enc24, pack24(img, r)
}

// blackAndWhite reports whether every pixel is pure black or pure white.
func blackAndWhite(img *image.RGBA, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := img.Pix[img.PixOffset(r.Min.X, y):img.PixOffset(r.Max.X, y)]
		for i := 0; i < len(row); i += 4 {
			v := row[i]
			if v != 0 && v != 0xFF || row[i+1] != v || row[i+2] != v {
				return false
			}
		}
	}
	return true
}

// pack1 packs one bit a pixel, the leftmost highest, 1 white and 0 ink, every
// row padded with white to a whole byte. A pixel is ink when no channel has its
// highest bit alone above 0x80.
func pack1(img *image.RGBA, r image.Rectangle) []byte {
	stride := (r.Dx() + 7) / 8
	out := bytes.Repeat([]byte{0xFF}, stride*r.Dy())
	for y := range r.Dy() {
		row := img.Pix[img.PixOffset(r.Min.X, r.Min.Y+y):img.PixOffset(r.Max.X, r.Min.Y+y)]
		for x := range r.Dx() {
			if row[x*4]|row[x*4+1]|row[x*4+2] <= 0x80 {
				out[y*stride+x/8] &^= 0x80 >> (x % 8)
			}
		}
	}
	return out
}

// pack16 packs RGB565, high byte first, rows not padded.
func pack16(img *image.RGBA, r image.Rectangle) []byte {
	out := make([]byte, 0, r.Dx()*r.Dy()*2)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := img.Pix[img.PixOffset(r.Min.X, y):img.PixOffset(r.Max.X, y)]
		for i := 0; i < len(row); i += 4 {
			out = append(out, row[i]&0xF8|row[i+1]>>5, row[i+1]<<3&0xE0|row[i+2]>>3)
		}
	}
	return out
}

// pack24 packs blue, green, red, rows not padded.
func pack24(img *image.RGBA, r image.Rectangle) []byte {
	out := make([]byte, 0, r.Dx()*r.Dy()*3)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := img.Pix[img.PixOffset(r.Min.X, y):img.PixOffset(r.Max.X, y)]
		for i := 0; i < len(row); i += 4 {
			out = append(out, row[i+2], row[i+1], row[i])
		}
	}
	return out
}

// deflate compresses with zlib. Which window a firmware accepts is UNVERIFIED;
// the default is used, and the pad's own answer (result 0x12) tells.
func deflate(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write(b) // into memory: cannot fail
	w.Close()
	return out.Bytes()
}

// cost returns the size of a part in its encoding, without compressing it.
func (c codec) cost(img *image.RGBA, r image.Rectangle) int {
	switch {
	case c.flags&(flag16|flag24) == 0 || blackAndWhite(img, r):
		return (r.Dx() + 7) / 8 * r.Dy()
	case c.flags&flag16 != 0:
		return r.Dx() * r.Dy() * 2
	}
	return r.Dx() * r.Dy() * 3
}
