package ink

import "image"

// segment covers what lies within the mean radius of the line from a to b,
// round at both ends. Coverage only grows, so that the order of segments does
// not matter.
func (d *Drawing) segment(a, b spot) {
	r := (a.r + b.r) / 2
	box := image.Rect(int((min(a.x, b.x)-r)/sub)-1, int((min(a.y, b.y)-r)/sub)-1,
		int((max(a.x, b.x)+r)/sub)+2, int((max(a.y, b.y)+r)/sub)+2).Intersect(d.mask.Rect)
	d.dirty = d.dirty.Union(box)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			i := d.mask.PixOffset(x, y)
			if d.mask.Pix[i] < 0xFF {
				d.mask.Pix[i] = max(d.mask.Pix[i], cover(a, b, r, int64(x), int64(y)))
			}
		}
	}
}

// cover returns how much of a pixel lies within r of the line, by 4×4 points.
func cover(a, b spot, r, x, y int64) uint8 {
	n := 0
	for k := range int64(16) {
		if near(a, b, r, x*sub+sub/8+k%4*sub/4, y*sub+sub/8+k/4*sub/4) {
			n++
		}
	}
	return uint8(n * 255 / 16)
}

// near reports whether a point lies within r of the line from a to b. The
// products stay far below 63 bits, because pieces are short and the point is
// within their box.
func near(a, b spot, r, x, y int64) bool {
	dx, dy := b.x-a.x, b.y-a.y
	px, py := x-a.x, y-a.y
	dot, length := px*dx+py*dy, dx*dx+dy*dy
	switch {
	case dot <= 0:
		return px*px+py*py <= r*r
	case dot >= length:
		qx, qy := x-b.x, y-b.y
		return qx*qx+qy*qy <= r*r
	}
	cross := px*dy - py*dx
	return cross*cross <= r*r*length
}
