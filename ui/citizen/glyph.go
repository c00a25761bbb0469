package citizen

import (
	"image"
	"image/color"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// fonts holds two weights and every glyph that was drawn with them: a countdown
// redraws the same ten digits, and drawing an outline is what costs.
type fonts struct {
	regular, bold *opentype.Font
	faces         map[style]font.Face
	glyphs        map[glyphKey]glyph
	buf           sfnt.Buffer
}

// style is a weight in a size.
type style struct {
	size int
	bold bool
}

type glyphKey struct {
	style style
	r     rune
}

// glyph is a drawn character: its coverage, where that lies relative to the
// dot, and how far the dot moves.
type glyph struct {
	mask    *image.Alpha
	at      image.Point
	advance fixed.Int26_6
}

// maxGlyphs bounds the memory: some 2,000 glyphs of 32 pixels are 2 MB. A hall
// shows a few hundred.
const maxGlyphs = 4000

func newFonts(regular, bold []byte) (fonts, error) {
	r, err := opentype.Parse(regular)
	if err != nil {
		return fonts{}, err
	}
	b, err := opentype.Parse(bold)
	if err != nil {
		return fonts{}, err
	}
	return fonts{regular: r, bold: b, faces: map[style]font.Face{}, glyphs: map[glyphKey]glyph{}}, nil
}

func (f *fonts) face(s style) font.Face {
	if face, ok := f.faces[s]; ok {
		return face
	}
	from := f.regular
	if s.bold {
		from = f.bold
	}
	face, err := opentype.NewFace(from, &opentype.FaceOptions{Size: float64(s.size), DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil // unreachable: the options are valid and the font is parsed
	}
	f.faces[s] = face
	return face
}

// glyph draws a character, or takes it from those that are drawn.
func (f *fonts) glyph(s style, r rune) glyph {
	key := glyphKey{s, r}
	if g, ok := f.glyphs[key]; ok {
		return g
	}
	if s.bold {
		if i, err := f.bold.GlyphIndex(&f.buf, r); err != nil || i == 0 {
			if i, err := f.regular.GlyphIndex(&f.buf, r); err == nil && i != 0 {
				s.bold = false
			}
		}
	}
	var g glyph
	rect, mask, maskp, advance, ok := f.face(s).Glyph(fixed.Point26_6{}, r)
	if ok {
		g = glyph{mask: image.NewAlpha(image.Rectangle{Max: rect.Size()}), at: rect.Min, advance: advance}
		for y := range rect.Dy() {
			for x := range rect.Dx() {
				_, _, _, a := mask.At(maskp.X+x, maskp.Y+y).RGBA()
				g.mask.Pix[y*g.mask.Stride+x] = uint8(a >> 8)
			}
		}
	}
	if len(f.glyphs) >= maxGlyphs {
		clear(f.glyphs)
	}
	f.glyphs[key] = g
	return g
}

// width returns how wide a text is, in pixels, rounded up.
func (f *fonts) width(s style, text string) int {
	var w fixed.Int26_6
	for _, r := range text {
		w += f.glyph(s, r).advance
	}
	return w.Ceil()
}

// draw draws a text with its dot at x on the baseline y.
func (f *fonts) draw(img *image.RGBA, x, y int, s style, c color.RGBA, text string) {
	dot := fixed.I(x)
	for _, r := range text {
		g := f.glyph(s, r)
		if g.mask != nil {
			blend(img, image.Pt(dot.Round(), y).Add(g.at), g.mask, c)
		}
		dot += g.advance
	}
}

// blend lays a colour over a picture through a mask. The whole arithmetic is in
// integers, so that every machine makes the same bytes.
func blend(img *image.RGBA, at image.Point, mask *image.Alpha, c color.RGBA) {
	r := mask.Rect.Add(at).Intersect(img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := mask.Pix[(y-at.Y)*mask.Stride:]
		for x := r.Min.X; x < r.Max.X; x++ {
			if a := row[x-at.X]; a != 0 {
				mix(img, x, y, c, int(a))
			}
		}
	}
}

// mix lays a colour over one pixel with a coverage of 0 to 255.
func mix(img *image.RGBA, x, y int, c color.RGBA, a int) {
	i := img.PixOffset(x, y)
	p := img.Pix[i : i+4 : i+4]
	p[0] = uint8((int(p[0])*(255-a) + int(c.R)*a + 127) / 255)
	p[1] = uint8((int(p[1])*(255-a) + int(c.G)*a + 127) / 255)
	p[2] = uint8((int(p[2])*(255-a) + int(c.B)*a + 127) / 255)
}
