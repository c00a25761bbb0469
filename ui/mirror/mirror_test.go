package mirror_test

import (
	"bytes"
	"image"
	"image/draw"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/mirror"
)

func TestTheCopyFollowsTheCitizensScreen(t *testing.T) {
	var c mirror.Copy
	if c.Take(desk.Snapshot{}) || c.Pixels != nil {
		t.Error("there is something to show before there is a screen")
	}

	s := screen()
	if !c.Take(s) || !bytes.Equal(c.Pixels.Pix, s.Screen.Image.Pix) {
		t.Error("a new screen is not copied")
	}
	if c.Take(s) {
		t.Error("the same screen is to be shown anew")
	}

	s.Ink = stroke()
	if !c.Take(s) || bytes.Equal(c.Pixels.Pix, s.Screen.Image.Pix) {
		t.Error("the pen leaves no trace")
	}
	if !bytes.Equal(s.Screen.Image.Pix, screen().Screen.Image.Pix) {
		t.Error("the pen writes into the citizen's screen itself")
	}

	s.Ink = nil // the citizen starts again
	if !c.Take(s) || !bytes.Equal(c.Pixels.Pix, s.Screen.Image.Pix) {
		t.Error("the first signature is still there")
	}
	if !c.Take(desk.Snapshot{}) || c.Pixels != nil {
		t.Error("the screen has gone, its copy has not")
	}
}

func screen() desk.Snapshot {
	s := desk.Snapshot{PadIdentity: casework.PadIdentity{Width: 800, Height: 480, MaxX: 10800, MaxY: 6480, MaxP: 1023}}
	s.Screen.Image = image.NewRGBA(image.Rect(0, 0, 800, 480))
	draw.Draw(s.Screen.Image, s.Screen.Image.Rect, image.White, image.Point{}, draw.Src)
	return s
}

func stroke() (ink []casework.PenSample) {
	for n := range 40 {
		ink = append(ink, casework.PenSample{X: 2000 + 100*n, Y: 3000, Pressure: 600, Down: true, Seq: n})
	}
	return ink
}
