package camera

import (
	"image"
	"image/draw"
)

// Turn is how far a picture is turned clockwise, in degrees: 0, 90, 180 or 270.
// A document camera looks down on a desk from any side.
type Turn int

// upright undoes an EXIF orientation (1 to 8, CIPA DC-008 table of tag 0x0112)
// and turns the picture after that.
func upright(img image.Image, orientation int, turn Turn) image.Image {
	quarters := (int(turn)/90%4 + 4) % 4
	if orientation < 2 || orientation > 8 {
		orientation = 1
	}
	if orientation == 1 && quarters == 0 {
		return img
	}
	mirrored := orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7
	quarters += [9]int{0, 0, 0, 2, 2, 3, 1, 1, 3}[orientation]
	return turned(pixels(img), mirrored, quarters%4)
}

// Turned turns a picture as Still or Frame returns it, and encodes it again.
// CameraGarbled: it cannot be decoded.
func Turned(picture []byte, turn Turn, quality int) ([]byte, error) {
	return still(picture, turn, quality)
}

// pixels returns img as RGBA with its corner at 0,0.
func pixels(img image.Image) *image.RGBA {
	if p, ok := img.(*image.RGBA); ok && p.Rect.Min == (image.Point{}) {
		return p
	}
	b := img.Bounds()
	p := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(p, p.Rect, img, b.Min, draw.Src)
	return p
}

// turned mirrors left and right, if it is to, and then turns clockwise.
func turned(src *image.RGBA, mirrored bool, quarters int) *image.RGBA {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if quarters%2 == 1 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			from := src.Pix[y*src.Stride+4*x:]
			at := x
			if mirrored {
				at = w - 1 - x
			}
			tx, ty := at, y
			switch quarters {
			case 1:
				tx, ty = h-1-y, at
			case 2:
				tx, ty = w-1-at, h-1-y
			case 3:
				tx, ty = y, w-1-at
			}
			copy(out.Pix[ty*out.Stride+4*tx:][:4], from[:4])
		}
	}
	return out
}
