package camera

import "math"

// fourOf makes a convex hull a figure of four corners around it: again and again
// the edge is taken away whose neighbours, drawn on until they meet, add least.
// So a rounded or a folded corner becomes the corner that the page had.
func fourOf(hull []Corner) (Corners, bool) {
	hull = append([]Corner(nil), hull...)
	for len(hull) > 4 {
		best, least := -1, math.Inf(1)
		var meet Corner
		for i := range hull {
			if c, added, ok := without(hull, i); ok && added < least {
				best, least, meet = i, added, c
			}
		}
		if best < 0 {
			return Corners{}, false
		}
		hull[best] = meet
		next := (best + 1) % len(hull)
		hull = append(hull[:next], hull[next+1:]...)
	}
	if len(hull) < 4 {
		return Corners{}, false
	}
	return inOrder(Corners(hull)), true
}

// without is where the neighbours of the edge from i to i+1 meet, and the area
// that lies between.
func without(hull []Corner, i int) (meet Corner, added float64, ok bool) {
	n := len(hull)
	a, b, c, d := hull[(i+n-1)%n], hull[i], hull[(i+1)%n], hull[(i+2)%n]
	ux, uy, vx, vy := b.X-a.X, b.Y-a.Y, c.X-d.X, c.Y-d.Y
	det := ux*vy - uy*vx
	if math.Abs(det) < 1e-9 {
		return Corner{}, 0, false
	}
	t := ((d.X-b.X)*vy - (d.Y-b.Y)*vx) / det // from b on, in the direction of a to b
	s := ((d.X-b.X)*uy - (d.Y-b.Y)*ux) / det // from d on, in the direction of d to c
	if t < 0 || s < 1-1e-9 {
		return Corner{}, 0, false // they part
	}
	meet = Corner{X: b.X + t*ux, Y: b.Y + t*uy}
	return meet, math.Abs(cross(b, meet, c)) / 2, true
}

// inOrder starts with the corner that is nearest to the picture's own: top left.
func inOrder(c Corners) Corners {
	first := 0
	for i := range c {
		if c[i].X+c[i].Y < c[first].X+c[first].Y {
			first = i
		}
	}
	var out Corners
	for i := range out {
		out[i] = c[(first+i)%4]
	}
	return out
}

// areaOf is the area of a figure that goes round once.
func areaOf(c []Corner) float64 {
	sum := 0.0
	for i := range c {
		n := c[(i+1)%len(c)]
		sum += c[i].X*n.Y - n.X*c[i].Y
	}
	return math.Abs(sum) / 2
}
