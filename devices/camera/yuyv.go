package camera

import (
	"image"

	"counterfoil/devices/camera/v4l2"
)

// unpack converts a YUYV frame for the JPEG encoder, which takes luminance and
// colour apart as they are and wants the full range. It writes over into, when
// that has the size.
func unpack(into *image.YCbCr, data []byte, l v4l2.Layout) *image.YCbCr {
	size := image.Rect(0, 0, l.Width, l.Height)
	if into == nil || into.Rect != size {
		into = image.NewYCbCr(size, image.YCbCrSubsampleRatio422)
	}
	luma, chroma := levels(l.Full)
	for y := range l.Height {
		line := data[y*l.Stride:][:2*l.Width]
		bright, blue, red := into.Y[y*into.YStride:], into.Cb[y*into.CStride:], into.Cr[y*into.CStride:]
		for x := range l.Width / 2 {
			four := line[4*x : 4*x+4 : 4*x+4]
			bright[2*x], blue[x], bright[2*x+1], red[x] = luma[four[0]], chroma[four[1]], luma[four[2]], chroma[four[3]]
		}
	}
	return into
}

// levels maps a camera's values to the full range that a JPEG has: 16 to 235
// and 16 to 240, unless it sends the full range itself (ITU-R BT.601 2.5.3).
func levels(full bool) (luma, chroma [256]byte) {
	for i := range 256 {
		luma[i], chroma[i] = byte(i), byte(i)
		if !full {
			luma[i] = level(float64(i-16) * 255 / 219)
			chroma[i] = level(float64(i-128)*255/224 + 128)
		}
	}
	return luma, chroma
}

func level(v float64) byte { return byte(min(max(v+0.5, 0), 255)) }
