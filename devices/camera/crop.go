package camera

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"

	"counterfoil/app/casework"
)

// Corners and Corner are a page's in a picture.
type (
	Corners = casework.Corners
	Corner  = casework.Corner
)

// minSide is how many pixels a page's sides have at least.
const minSide = 16

// Flatten cuts a page out and makes it the rectangle that it is, seen from
// above. Its sides are as long as the longer of the two that face each other in
// the picture: how far the camera leaned is not known, so the ratio of the
// sides is right for a camera that looks straight down and near it for one that
// leans a little. NotNow: the corners are no page: out of order, on one line,
// or too close together.
func Flatten(img image.Image, c Corners) (*image.RGBA, error) {
	src := pixels(img)
	side := func(a, b int) float64 { return math.Hypot(c[a].X-c[b].X, c[a].Y-c[b].Y) }
	w, h := max(side(0, 1), side(3, 2)), max(side(0, 3), side(1, 2))
	longest := math.Hypot(float64(src.Rect.Dx()), float64(src.Rect.Dy()))
	if !near(c, longest) || !convex(c) || w < minSide || h < minSide || w > longest+1 || h > longest+1 {
		return nil, casework.Refuse(casework.NotNow, "the four corners are no page")
	}
	out := image.NewRGBA(image.Rect(0, 0, int(math.Round(w)), int(math.Round(h))))
	m := ontoCorners(c)
	for y := range out.Rect.Dy() {
		v := (float64(y) + 0.5) / float64(out.Rect.Dy())
		for x := range out.Rect.Dx() {
			u := (float64(x) + 0.5) / float64(out.Rect.Dx())
			px, py := m.at(u, v)
			blend(out.Pix[y*out.Stride+4*x:][:4], src, px-0.5, py-0.5)
		}
	}
	return out, nil
}

// Crop does Flatten to a picture as Still returns it, and encodes the page, with
// nothing but the page in it. CameraGarbled: it cannot be decoded.
func Crop(picture []byte, c Corners, quality int) ([]byte, error) {
	img, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, casework.Refuse(casework.CameraGarbled, "the picture is damaged")
	}
	flat, err := Flatten(img, c)
	if err != nil {
		return nil, err
	}
	return encode(flat, quality)
}

// near says whether all corners are numbers and no farther out than the picture
// is long; a page that runs out of the picture has such.
func near(c Corners, longest float64) bool {
	for _, p := range c {
		if !(math.Abs(p.X) <= 2*longest && math.Abs(p.Y) <= 2*longest) { // also for what is no number
			return false
		}
	}
	return true
}

// convex says whether the corners go round clockwise without a dent.
func convex(c Corners) bool {
	for i := range 4 {
		a, b, d := c[i], c[(i+1)%4], c[(i+2)%4]
		if cross(a, b, d) <= 1 {
			return false
		}
	}
	return true
}

// cross is twice the area of a triangle, positive when it goes clockwise on a
// screen, where y grows downwards.
func cross(a, b, c Corner) float64 { return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X) }

// projection maps the unit square onto four corners (Heckbert, "Fundamentals of
// Texture Mapping", 1989, section 2.2.3).
type projection struct{ a, b, c, d, e, f, g, h float64 }

func ontoCorners(q Corners) projection {
	dx1, dx2, sx := q[1].X-q[2].X, q[3].X-q[2].X, q[0].X-q[1].X+q[2].X-q[3].X
	dy1, dy2, sy := q[1].Y-q[2].Y, q[3].Y-q[2].Y, q[0].Y-q[1].Y+q[2].Y-q[3].Y
	det := dx1*dy2 - dx2*dy1
	g, h := (sx*dy2-dx2*sy)/det, (dx1*sy-sx*dy1)/det
	return projection{
		a: q[1].X - q[0].X + g*q[1].X, b: q[3].X - q[0].X + h*q[3].X, c: q[0].X,
		d: q[1].Y - q[0].Y + g*q[1].Y, e: q[3].Y - q[0].Y + h*q[3].Y, f: q[0].Y, g: g, h: h,
	}
}

func (p projection) at(u, v float64) (x, y float64) {
	w := p.g*u + p.h*v + 1
	return (p.a*u + p.b*v + p.c) / w, (p.d*u + p.e*v + p.f) / w
}

// blend writes the picture's colour at a place between four pixels; outside it
// the edge goes on.
func blend(to []byte, src *image.RGBA, x, y float64) {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	x, y = min(max(x, 0), float64(w-1)), min(max(y, 0), float64(h-1))
	x0, y0 := int(x), int(y)
	fx, fy := int(256*(x-float64(x0))), int(256*(y-float64(y0)))
	right, down := 4*(min(x0+1, w-1)-x0), src.Stride*(min(y0+1, h-1)-y0)
	at := src.Pix[y0*src.Stride+4*x0:]
	for i := range 4 {
		top := int(at[i])*(256-fx) + int(at[i+right])*fx
		bottom := int(at[i+down])*(256-fx) + int(at[i+right+down])*fx
		to[i] = byte((top*(256-fy) + bottom*fy + 1<<15) >> 16)
	}
}
