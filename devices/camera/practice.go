package camera

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"sync"
	"time"

	"counterfoil/app/casework"
)

// Practice is the camera of practice mode: a test card that nobody can mistake
// for a photo of a person. Stripes in the colour of practice frame the outline
// of a head, a bar runs below it so that a preview is visibly live, and there
// is nothing of a face in it.
type Practice struct {
	shutter

	mu   sync.Mutex
	tick int
}

// NewPractice returns an open camera.
func NewPractice() *Practice { return &Practice{shutter: newShutter()} }

// practiceSize is the picture's size, practiceEvery the time between two.
const (
	practiceWidth  = 640
	practiceHeight = 480
	practiceEvery  = 100 * time.Millisecond
	practicePeriod = 64 // frames until the bar is back
)

// Name implements desk.Camera.
func (p *Practice) Name() string { return "练习" }

// Frame implements desk.Camera: ten frames a second.
func (p *Practice) Frame(ctx context.Context) ([]byte, error) {
	if err := p.wait(ctx, practiceEvery); err != nil {
		return nil, err
	}
	return encode(card(p.next()), 80)
}

// Modes implements desk.Camera.
func (p *Practice) Modes() []string {
	return []string{fmt.Sprintf("%d×%d JPEG %d/s", practiceWidth, practiceHeight, time.Second/practiceEvery)}
}

// Still implements desk.Camera.
func (p *Practice) Still(ctx context.Context) ([]byte, error) {
	if err := p.wait(ctx, 0); err != nil {
		return nil, err
	}
	return encode(card(p.next()), 90)
}

func (p *Practice) next() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tick = (p.tick + 1) % practicePeriod
	return p.tick
}

// card draws the test card with the bar at tick.
func card(tick int) *image.RGBA {
	ground, outline := color.RGBA{0xFF, 0xF3, 0xE0, 0xFF}, color.RGBA{0xA8, 0x58, 0x00, 0xFF}
	pale := color.RGBA{0xF3, 0xD9, 0xB0, 0xFF}
	img := image.NewRGBA(image.Rect(0, 0, practiceWidth, practiceHeight))
	for y := range practiceHeight {
		for x := range practiceWidth {
			c := ground
			edge := min(x, y, practiceWidth-1-x, practiceHeight-1-y)
			switch {
			case edge < 36 && (x+y)/28%2 == 0:
				c = outline
			case edge >= 36 && silhouette(x, y):
				c = pale
			}
			img.SetRGBA(x, y, c)
		}
	}
	const rail = practiceWidth - 2*64 - 80
	at := 64 + rail*tick/practicePeriod
	draw.Draw(img, image.Rect(64, 410, practiceWidth-64, 416), image.NewUniform(pale), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(at, 400, at+80, 426), image.NewUniform(outline), image.Point{}, draw.Src)
	return img
}

// silhouette is a head and shoulders without a face, as on a sign.
func silhouette(x, y int) bool {
	inside := func(cx, cy, rx, ry int) bool {
		dx, dy := float64(x-cx)/float64(rx), float64(y-cy)/float64(ry)
		return dx*dx+dy*dy <= 1
	}
	return inside(320, 165, 70, 88) || y < 375 && inside(320, 390, 165, 118)
}

func gone() error { return casework.Refuse(casework.CameraLost, "the camera is closed") }
