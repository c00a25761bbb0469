package camera

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"counterfoil/app/casework"
)

func TestAPracticePictureIsATestCardThatMoves(t *testing.T) {
	p := NewPractice()
	a, err := p.Still(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := p.Frame(t.Context())
	if err != nil || bytes.Equal(a, b) {
		t.Fatalf("the preview stands still: %v", err)
	}
	img, err := jpeg.Decode(bytes.NewReader(a))
	if err != nil || img.Bounds().Size() != image.Pt(640, 480) {
		t.Fatal(err)
	}
	p.Close()
	p.Close()
	if _, err := p.Frame(t.Context()); casework.KindOf(err) != casework.CameraLost {
		t.Fatalf("got %v", err)
	}
}
