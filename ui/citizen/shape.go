package citizen

import (
	"image"
	"image/color"
	"image/draw"
)

func fill(img *image.RGBA, r image.Rectangle, c color.RGBA) {
	draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// rounded fills a rectangle with round corners.
func rounded(img *image.RGBA, r image.Rectangle, radius int, c color.RGBA) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if a := cover(r, radius, x, y); a > 0 {
				mix(img, x, y, c, a)
			}
		}
	}
}

// outlined fills a rectangle with round corners and a border within it.
func outlined(img *image.RGBA, r image.Rectangle, radius, border int, line, ground color.RGBA) {
	rounded(img, r, radius, line)
	rounded(img, r.Inset(border), max(radius-border, 0), ground)
}

// dashed draws a dashed border with round corners.
func dashed(img *image.RGBA, r image.Rectangle, radius, border, dash int, line color.RGBA) {
	inner := r.Inset(border)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if image.Pt(x, y).In(inner.Inset(radius)) {
				x = inner.Max.X - radius
			}
			along := x - r.Min.X
			if x < r.Min.X+radius || x >= r.Max.X-radius {
				along = y - r.Min.Y
			}
			corner := (x < r.Min.X+radius || x >= r.Max.X-radius) && (y < r.Min.Y+radius || y >= r.Max.Y-radius)
			if !corner && along%(2*dash) >= dash {
				continue
			}
			if a := cover(r, radius, x, y) * (255 - cover(inner, max(radius-border, 0), x, y)) / 255; a > 0 {
				mix(img, x, y, line, a)
			}
		}
	}
}

// cover returns how much of a pixel, 0 to 255, lies within a rectangle with
// round corners, from 4×4 points in it.
func cover(r image.Rectangle, radius, x, y int) int {
	if !image.Pt(x, y).In(r) {
		return 0
	}
	cx := min(max(x, r.Min.X+radius), r.Max.X-1-radius)
	cy := min(max(y, r.Min.Y+radius), r.Max.Y-1-radius)
	if radius == 0 || cx == x || cy == y {
		return 255
	}
	// in eighths of a pixel, from the centre of the corner's circle
	ox, oy := 8*(r.Min.X+radius), 8*(r.Min.Y+radius)
	if x > cx {
		ox = 8 * (r.Max.X - radius)
	}
	if y > cy {
		oy = 8 * (r.Max.Y - radius)
	}
	inside := 0
	for j := range 4 {
		for i := range 4 {
			dx, dy := 8*x+2*i+1-ox, 8*y+2*j+1-oy
			if dx*dx+dy*dy <= 64*radius*radius {
				inside++
			}
		}
	}
	return inside * 255 / 16
}
