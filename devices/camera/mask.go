package camera

import (
	"cmp"
	"slices"
)

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
			points = append(points, Corner{X: float64(first), Y: float64(y + dy)}, Corner{X: float64(last + 1), Y: float64(y + dy)})
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
