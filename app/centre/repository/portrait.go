package repository

import (
	"bytes"
	"encoding/base64"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
)

// portrait returns the picture on a holder's licences: a drawn silhouette on a
// striped ground, JPEG in base64, 120×150 pixels. Nobody can mistake it for a
// photo of a person, and it is a different colour for every holder, so a mix-up
// at the counter shows.
func portrait(holder string) string {
	h := fnv.New32a()
	h.Write([]byte(holder))
	seed := h.Sum32()
	tint := color.RGBA{R: 90 + uint8(seed%80), G: 90 + uint8(seed>>8%80), B: 110 + uint8(seed>>16%80), A: 255}
	img := image.NewRGBA(image.Rect(0, 0, 120, 150))
	for y := range 150 {
		for x := range 120 {
			img.SetRGBA(x, y, silhouette(x, y, tint))
		}
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 70}); err != nil {
		return "" // a buffer takes everything
	}
	return base64.StdEncoding.EncodeToString(buf.Bytes())
}

// silhouette is a round head above round shoulders; elsewhere stripes.
func silhouette(x, y int, tint color.RGBA) color.RGBA {
	within := func(cx, cy, rx, ry int) bool {
		dx, dy := (x-cx)*1000/rx, (y-cy)*1000/ry
		return dx*dx+dy*dy <= 1000*1000
	}
	switch {
	case within(60, 55, 24, 30), within(60, 150, 50, 56):
		return tint
	case (x+y)/12%2 == 0:
		return color.RGBA{R: 244, G: 246, B: 249, A: 255}
	}
	return color.RGBA{R: 225, G: 231, B: 239, A: 255}
}
