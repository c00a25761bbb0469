package camera

import (
	"bytes"
	"image"
	"image/jpeg"

	"counterfoil/app/casework"
)

// Warning is what is wrong with a picture that can be taken anew; the texts
// under "picture." say what to do. It is a word for the clerk and forbids
// nothing.
type Warning string

// The warnings.
const (
	Blank     Warning = "blank"      // one colour: a covered lens, nothing in front of it
	TooDark   Warning = "too-dark"   // not even the brightest parts are bright
	TooBright Warning = "too-bright" // much of it is white without a trace
	Blurred   Warning = "blurred"    // no edge in it is sharp
)

// Limits are where warnings begin. They were set by drawn scenes and looked at
// with no camera yet: a hall that knows better changes them.
type Limits struct {
	Dark  int     // brightness, 0 to 255, that a tenth of the picture must reach
	White float64 // the share that may be white without a trace
	Blur  float64 // 0 sharp to 1 blurred
}

// ForPerson suits a face in a room.
func ForPerson() Limits { return Limits{Dark: 80, White: 0.4, Blur: 0.6} }

// ForDocument suits a page: its paper is white all over, but its print is not.
func ForDocument() Limits { return Limits{Dark: 100, White: 0.97, Blur: 0.6} }

const (
	lookedAt   = 1280 // pixels of the longer side: finer blur does not hinder reading
	white      = 254
	flat       = 8 // values between the darkest and the brightest hundredth
	blurWindow = 4 // pixels to either side
)

// Judge returns what is wrong with a JPEG, the most important first, and
// nothing for a good one. CameraGarbled: it cannot be decoded.
func Judge(picture []byte, l Limits) ([]Warning, error) {
	img, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, casework.Refuse(casework.CameraGarbled, "the picture is damaged")
	}
	return Warnings(img, l), nil
}

// Warnings returns what is wrong with a picture, as Judge.
func Warnings(img image.Image, l Limits) []Warning {
	p, _, _ := shrunk(pixels(img), lookedAt)
	if len(p.v) == 0 {
		return []Warning{Blank}
	}
	counts := p.counts()
	var list []Warning
	if tenth := share(counts, 0.90); tenth < l.Dark {
		list = append(list, TooDark)
	}
	if share(counts, 0.99)-share(counts, 0.01) < flat {
		return append([]Warning{Blank}, list...)
	}
	bright := 0
	for _, n := range counts[white:] {
		bright += n
	}
	if float64(bright) > l.White*float64(len(p.v)) {
		list = append(list, TooBright)
	}
	if blur(p) > l.Blur {
		list = append(list, Blurred)
	}
	return list
}

// share is the value that the given part of the pixels does not exceed.
func share(counts [256]int, part float64) int {
	all, below := 0, 0
	for _, n := range counts {
		all += n
	}
	for v, n := range counts {
		if below += n; float64(below) >= part*float64(all) {
			return v
		}
	}
	return 255
}

// blur measures how little a picture loses when it is blurred once more, from 0
// to 1 (Crété-Roffet and others, "The Blur Effect", 2007): what was sharp loses
// much, whatever it shows. The variance of the Laplacian, which is more usual,
// depends on the scene. The worse direction counts: a hand shakes in one.
func blur(p *plane) float64 {
	across := kept(p.h, p.w, func(line, i int) int { return int(p.v[line*p.w+i]) })
	down := kept(p.w, p.h, func(line, i int) int { return int(p.v[i*p.w+line]) })
	return max(across, down)
}

// kept is the part of all steps between neighbours that is still there when each
// pixel is the average of those around it. The step of an average is that of the
// two pixels at its ends.
func kept(lines, length int, at func(line, i int) int) float64 {
	const around = 2*blurWindow + 1
	all, left := 0, 0
	for line := range lines {
		for i := blurWindow + 1; i+blurWindow < length; i++ {
			step := around * abs(at(line, i)-at(line, i-1))
			if step > around*noise {
				all += step
				left += min(step, abs(at(line, i+blurWindow)-at(line, i-blurWindow-1)))
			}
		}
	}
	if all == 0 {
		return 1 // not one edge
	}
	return float64(left) / float64(all)
}

// noise is a step between two neighbours that says nothing.
const noise = 3

func abs(v int) int { return max(v, -v) }
