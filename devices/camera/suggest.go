package camera

import (
	"bytes"
	"image"
	"image/jpeg"
)

const (
	pageLooked = 400  // pixels of the longer side in which a page is looked for
	pageLeast  = 0.04 // of the picture: smaller is a stain
	pageMost   = 0.98 // larger has no desk around it
	pageFilled = 0.90 // how much of its four corners a page fills
	pageApart  = 12   // values between page and desk
)

// Suggest looks for a page on a desk and returns its corners, or false when
// nothing in the picture is surely one. It divides the picture in two by
// brightness and by colourfulness, takes of each part the largest piece, and
// keeps what is best filled by four corners. The same picture has the same
// answer. A clerk looks at it: a page as bright and as grey as the desk, or one
// that runs out of the picture, is not found.
func Suggest(img image.Image) (Corners, bool) {
	src := pixels(img)
	bright, colour, step := shrunk(src, pageLooked)
	if bright.w < minSide || bright.h < minSide {
		return Corners{}, false
	}
	var best Corners
	score := 0.0
	for _, p := range []*plane{bright, colour} {
		limit, apart := divide(p.counts())
		if apart < pageApart {
			continue
		}
		for _, above := range []bool{true, false} {
			c, s := p.part(limit, above).largest().page()
			if s > score {
				best, score = c, s
			}
		}
	}
	for i := range best {
		best[i].X, best[i].Y = best[i].X*float64(step), best[i].Y*float64(step)
	}
	return best, score > 0
}

// SuggestIn does Suggest to a picture as Still returns it. One that is damaged has
// no page.
func SuggestIn(picture []byte) (Corners, bool) {
	img, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return Corners{}, false
	}
	return Suggest(img)
}

// divide finds the value that parts a picture best (Otsu, 1979), and how far the
// averages of its two parts are apart.
func divide(counts [256]int) (limit int, apart float64) {
	all, sum := 0, 0
	for v, n := range counts {
		all, sum = all+n, sum+v*n
	}
	below, belowSum, best := 0, 0, -1.0
	for v, n := range counts {
		below, belowSum = below+n, belowSum+v*n
		if below == 0 || below == all {
			continue
		}
		low, high := float64(belowSum)/float64(below), float64(sum-belowSum)/float64(all-below)
		if between := float64(below) * float64(all-below) * (high - low) * (high - low); between > best {
			limit, apart, best = v, high-low, between
		}
	}
	return limit, apart
}

// page returns the four corners of a mask's hull and a score: its area, and the
// more the better the corners are filled; 0 for what is no page.
func (m mask) page() (Corners, float64) {
	hull := m.hull()
	quad, ok := fourOf(hull)
	if !ok {
		return Corners{}, 0
	}
	own := 0
	for _, in := range m.in {
		if in {
			own++
		}
	}
	area, all := areaOf(quad[:]), float64(m.w*m.h)
	filled := float64(own) / area
	if float64(own) < pageLeast*all || area > pageMost*all || filled < pageFilled || !convex(quad) {
		return Corners{}, 0
	}
	const outside = 0.03 // a corner may be cut off by the picture's edge
	for _, c := range quad {
		if c.X < -outside*float64(m.w) || c.Y < -outside*float64(m.h) || c.X > (1+outside)*float64(m.w) || c.Y > (1+outside)*float64(m.h) {
			return Corners{}, 0
		}
	}
	return quad, float64(own) * filled
}
