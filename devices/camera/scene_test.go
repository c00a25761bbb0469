package camera

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

// scene is a picture of a size with a red corner above on the left.
func scene(t testing.TB, w, h int) []byte {
	t.Helper()
	b, err := encode(corner(w, h), 95)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func corner(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{200, 200, 200, 255})
			if x < w/2 && y < h/2 {
				img.SetRGBA(x, y, color.RGBA{220, 20, 20, 255})
			}
		}
	}
	return img
}

// redAt says where the red corner is.
func redAt(t testing.TB, b []byte) string {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	at := ""
	for name, p := range map[string]image.Point{"top left": {w / 4, h / 4}, "top right": {3 * w / 4, h / 4}, "bottom left": {w / 4, 3 * h / 4}, "bottom right": {3 * w / 4, 3 * h / 4}} {
		if r, g, _, _ := img.At(p.X, p.Y).RGBA(); r > 2*g {
			at += name
		}
	}
	return at
}

func width(t testing.TB, b []byte) int {
	t.Helper()
	c, err := jpeg.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return c.Width
}
