package camera

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"math"
	"sync"
	"time"
)

// PracticeDocument is the camera for pages of practice mode: a drawn page that
// lies askew on a desk, so that its corners can be found and corrected. Its lines
// are bars and no writing, and stripes in the colour of practice run along its edge.
type PracticeDocument struct {
	shutter

	mu    sync.Mutex
	drawn []byte
}

// NewPracticeDocument returns an open camera.
func NewPracticeDocument() *PracticeDocument {
	return &PracticeDocument{shutter: newShutter()}
}

// The picture, and how the page lies in it: A4 upright, turned by some degrees.
const (
	pageShotWidth  = 1280
	pageShotHeight = 960
	pageHeight     = 780
	pageWidth      = pageHeight * 210 / 297
	pageTurn       = 0.11 // radians
)

// Name implements desk.Camera.
func (p *PracticeDocument) Name() string { return "练习" }

// Modes implements desk.Camera.
func (p *PracticeDocument) Modes() []string {
	return []string{fmt.Sprintf("%d×%d JPEG %d/s", pageShotWidth, pageShotHeight, time.Second/practiceEvery)}
}

// Frame implements desk.Camera: ten frames a second, all the same.
func (p *PracticeDocument) Frame(ctx context.Context) ([]byte, error) {
	if err := p.wait(ctx, practiceEvery); err != nil {
		return nil, err
	}
	return p.Still(ctx)
}

// Still implements desk.Camera.
func (p *PracticeDocument) Still(ctx context.Context) ([]byte, error) {
	if err := p.wait(ctx, 0); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn == nil {
		picture, err := encode(pageOnDesk(), 85)
		if err != nil {
			return nil, err
		}
		p.drawn = picture
	}
	return append([]byte(nil), p.drawn...), nil
}

// pageOnDesk draws the page where it lies: each pixel asks where it is on it.
func pageOnDesk() *image.RGBA {
	desk := color.RGBA{0x6E, 0x52, 0x3A, 0xFF}
	img := image.NewRGBA(image.Rect(0, 0, pageShotWidth, pageShotHeight))
	sin, cos := math.Sin(pageTurn), math.Cos(pageTurn)
	for y := range pageShotHeight {
		for x := range pageShotWidth {
			dx, dy := float64(x)-pageShotWidth/2, float64(y)-pageShotHeight/2
			u, v := dx*cos+dy*sin+pageWidth/2, dy*cos-dx*sin+pageHeight/2
			c := desk
			if u >= 0 && v >= 0 && u < pageWidth && v < pageHeight {
				c = onPage(int(u), int(v))
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// onPage is the colour of a place on the page: a heading, paragraphs of bars, and
// the stripes.
func onPage(u, v int) color.RGBA {
	paper, ink, stripe := color.RGBA{0xF6, 0xF4, 0xEE, 0xFF}, color.RGBA{0x50, 0x54, 0x5C, 0xFF}, color.RGBA{0xE8, 0xC0, 0x88, 0xFF}
	const line, margin = 26, 60
	row := (v - 160) / line
	switch {
	case v > pageHeight-60 && v < pageHeight-30 && (u+v)/18%2 == 0:
		return stripe
	case v >= 70 && v < 100 && u >= 150 && u < pageWidth-150:
		return ink
	case v < 160 || v > pageHeight-100 || u < margin || u > pageWidth-margin || row%6 == 5:
		return paper
	case (v-160)%line < 9 && (row%6 < 4 || u < pageWidth/2) && (u/4+row*7)%13 < 10:
		return ink
	}
	return paper
}
