package camera

import (
	"cmp"
	"image"
	"slices"
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

// mask says of each pixel whether it belongs.
type mask struct {
	w, h int
	in   []bool
}

func (p *plane) part(limit int, above bool) mask {
	m := mask{p.w, p.h, make([]bool, len(p.v))}
	for i, v := range p.v {
		m.in[i] = (int(v) > limit) == above
	}
	return m
}

// largest keeps the largest piece that hangs together, without its holes: print
// is a hole in a page.
func (m mask) largest() mask {
	piece := make([]int, len(m.in))
	best, size := 0, 0
	for i, in := range m.in {
		if in && piece[i] == 0 {
			if n := m.flood(piece, i, i+1, true); n > size {
				best, size = i+1, n
			}
		}
	}
	out := mask{m.w, m.h, make([]bool, len(m.in))}
	for i := range piece {
		out.in[i] = size > 0 && piece[i] == best
	}
	around := make([]int, len(m.in))
	for i := range around {
		if x, y := i%m.w, i/m.w; (x == 0 || y == 0 || x == m.w-1 || y == m.h-1) && !out.in[i] && around[i] == 0 {
			out.flood(around, i, 1, false)
		}
	}
	for i := range around {
		out.in[i] = around[i] == 0
	}
	return out
}

// flood names everything that hangs together with a pixel, and counts it.
func (m mask) flood(piece []int, from, name int, in bool) int {
	piece[from] = name
	n := 0
	for stack := []int{from}; len(stack) > 0; n++ {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		x := i % m.w
		for _, s := range [4]struct {
			to int
			ok bool
		}{{i - 1, x > 0}, {i + 1, x < m.w-1}, {i - m.w, i >= m.w}, {i + m.w, i+m.w < len(m.in)}} {
			if s.ok && m.in[s.to] == in && piece[s.to] == 0 {
				piece[s.to] = name
				stack = append(stack, s.to)
			}
		}
	}
	return n
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
	if float64(own) < pageLeast*all || area > pageMost*all || filled < pageFilled || !quad.convex() {
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

// hull is the convex hull of a mask's pixels, corners included, clockwise
// (Andrew's monotone chain).
func (m mask) hull() []Corner {
	var points []Corner
	for y := range m.h {
		row := m.in[y*m.w : (y+1)*m.w]
		first := slices.Index(row, true)
		if first < 0 {
			continue
		}
		last := m.w - 1
		for !row[last] {
			last--
		}
		for _, dy := range []int{0, 1} {
			points = append(points, Corner{float64(first), float64(y + dy)}, Corner{float64(last + 1), float64(y + dy)})
		}
	}
	slices.SortFunc(points, func(a, b Corner) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) })
	chain := func(points []Corner) (half []Corner) {
		for _, p := range points {
			for len(half) >= 2 && cross(half[len(half)-2], half[len(half)-1], p) <= 0 {
				half = half[:len(half)-1]
			}
			half = append(half, p)
		}
		return half[:max(0, len(half)-1)]
	}
	upper := chain(points)
	slices.Reverse(points)
	return append(upper, chain(points)...)
}
