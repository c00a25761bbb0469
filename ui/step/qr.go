package step

import (
	"image"
	"image/color"

	"github.com/skip2/go-qrcode"
)

// qrImage returns the QR of a link, one pixel a module with the quiet zone of
// four modules (GB/T 18284-2000 §7.3.7), dark on white in every appearance: a
// reversed one is read by few phones.
func qrImage(link string) image.Image {
	code, err := qrcode.New(link, qrcode.Medium)
	if err != nil { // longer than a QR can hold: then there is none to show
		return image.NewGray(image.Rect(0, 0, 1, 1))
	}
	bits := code.Bitmap()
	img := image.NewGray(image.Rect(0, 0, len(bits), len(bits)))
	for y, line := range bits {
		for x, dark := range line {
			if !dark {
				img.SetGray(x, y, color.Gray{Y: 0xff})
			}
		}
	}
	return img
}
