package camera

import (
	"image"

	"counterfoil/devices/camera/capture"
)

// unpack converts an uncompressed frame for the JPEG encoder, which takes luminance
// and colour apart as they are and wants the full range. It writes over into, when
// that has the size and the shape.
func unpack(into *image.YCbCr, data []byte, l capture.Layout) *image.YCbCr {
	ratio := image.YCbCrSubsampleRatio422
	if l.Pixel == capture.NV12 {
		ratio = image.YCbCrSubsampleRatio420
	}
	size := image.Rect(0, 0, l.Width, l.Height)
	if into == nil || into.Rect != size || into.SubsampleRatio != ratio {
		into = image.NewYCbCr(size, ratio)
	}
	if l.Pixel == capture.NV12 {
		unpackNV12(into, data, l)
	} else {
		unpackYUYV(into, data, l)
	}
	return into
}

func unpackYUYV(into *image.YCbCr, data []byte, l capture.Layout) {
	luma, chroma := levels(l.Full)
	for y := range l.Height {
		line := data[y*l.Stride:][:2*l.Width]
		bright, blue, red := into.Y[y*into.YStride:], into.Cb[y*into.CStride:], into.Cr[y*into.CStride:]
		for x := range l.Width / 2 {
			four := line[4*x : 4*x+4 : 4*x+4]
			bright[2*x], blue[x], bright[2*x+1], red[x] = luma[four[0]], chroma[four[1]], luma[four[2]], chroma[four[3]]
		}
	}
}

// unpackNV12 takes the colours, which follow the luminance's last line with the
// same stride, blue before red.
func unpackNV12(into *image.YCbCr, data []byte, l capture.Layout) {
	luma, chroma := levels(l.Full)
	for y := range l.Height {
		line, bright := data[y*l.Stride:][:l.Width], into.Y[y*into.YStride:]
		for x, v := range line {
			bright[x] = luma[v]
		}
	}
	colours := data[l.Stride*l.Height:]
	for y := range l.Height / 2 {
		line := colours[y*l.Stride:][:l.Width]
		blue, red := into.Cb[y*into.CStride:], into.Cr[y*into.CStride:]
		for x := range l.Width / 2 {
			blue[x], red[x] = chroma[line[2*x]], chroma[line[2*x+1]]
		}
	}
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
