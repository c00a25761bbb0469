package camera

import "image"

// plane is one value a pixel, 0 to 255.
type plane struct {
	w, h int
	v    []byte
}

func newPlane(w, h int) *plane { return &plane{w: w, h: h, v: make([]byte, w*h)} }

// shrunk averages blocks of a picture, so that its longer side is at most long:
// brightness (ITU-R BT.601), and colourfulness, the distance between the
// strongest and the weakest of the three colours. step is the side of a block;
// what is left at the right and below is left out.
func shrunk(img *image.RGBA, long int) (bright, colour *plane, step int) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	step = max(1, (max(w, h)+long-1)/long)
	bright, colour = newPlane(w/step, h/step), newPlane(w/step, h/step)
	for y := range bright.h {
		for x := range bright.w {
			var r, g, b int
			for dy := range step {
				line := img.Pix[(y*step+dy)*img.Stride+4*x*step:][:4*step]
				for i := 0; i < len(line); i += 4 {
					r, g, b = r+int(line[i]), g+int(line[i+1]), b+int(line[i+2])
				}
			}
			n := step * step
			r, g, b = r/n, g/n, b/n
			bright.v[y*bright.w+x] = byte((299*r + 587*g + 114*b) / 1000)
			colour.v[y*bright.w+x] = byte(max(r, g, b) - min(r, g, b))
		}
	}
	return bright, colour, step
}

// counts is how many pixels have each value.
func (p *plane) counts() (n [256]int) {
	for _, v := range p.v {
		n[v]++
	}
	return n
}
