package capture

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Mode is one format with a size that a camera says it has.
type Mode struct {
	Pixel         Pixel
	Width, Height int
	Rate          float64 // frames a second at best; 0: not said
}

// String returns what a person compares with the camera's papers.
func (m Mode) String() string {
	if m.Rate == 0 {
		return fmt.Sprintf("%d×%d %v", m.Width, m.Height, m.Pixel)
	}
	return fmt.Sprintf("%d×%d %v %g/s", m.Width, m.Height, m.Pixel, math.Round(m.Rate*10)/10)
}

// LiveRate is how many frames a second a preview needs to be called live.
const LiveRate = 10

// ForStill returns the modes of at most maxPixels, the best for a picture
// first: the largest; of the same size the camera's own JPEG, which crosses the
// bus in a fraction of the time.
func ForStill(modes []Mode, maxPixels int) []Mode {
	list := slices.DeleteFunc(slices.Clone(modes), func(m Mode) bool { return m.Width*m.Height > maxPixels })
	slices.SortStableFunc(list, func(a, b Mode) int {
		return cmp.Or(cmp.Compare(b.Width*b.Height, a.Width*a.Height), first(a.Pixel.Compressed(), b.Pixel.Compressed()),
			cmp.Compare(b.Rate, a.Rate))
	})
	return list
}

// ForPreview returns the modes, the best for a live picture of about width ×
// height first: fast enough; the shape of still, so that the clerk sees what
// will be taken; near the wish; the camera's own JPEG, which needs no encoding.
func ForPreview(modes []Mode, still Mode, width, height int) []Mode {
	list := slices.Clone(modes)
	distance := func(m Mode) float64 {
		return math.Abs(math.Log2(float64(m.Width*m.Height) / float64(width*height)))
	}
	slices.SortStableFunc(list, func(a, b Mode) int {
		return cmp.Or(first(a.live(), b.live()), first(a.shaped(still), b.shaped(still)),
			first(distance(a) <= 1, distance(b) <= 1), first(a.Pixel.Compressed(), b.Pixel.Compressed()),
			cmp.Compare(distance(a), distance(b)), cmp.Compare(b.Rate, a.Rate))
	})
	return list
}

func (m Mode) live() bool { return m.Rate == 0 || m.Rate >= LiveRate-0.01 }

// shaped says whether two modes show the same part of the scene, within two
// per cent of the sides' ratio.
func (m Mode) shaped(o Mode) bool {
	a, b := m.Width*o.Height, o.Width*m.Height
	return 50*max(a-b, b-a) <= max(a, b)
}

// first orders what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
