package mediafoundation

import (
	"encoding/binary"
	"strings"

	"counterfoil/devices/camera/capture"
)

// format is what is read of a media type.
type format struct {
	subtype      [16]byte
	size, rate   uint64 // two numbers each: the upper half is width, or frames
	stride       int32  // of uncompressed ones; negative: the last line comes first; 0: not said
	nominalRange uint32 // 1: luminance has the full range
}

// subtypes of MFVideoFormat begin with four characters; the rest is the same for
// all (mfapi.h, DEFINE_MEDIATYPE_GUID).
const subtypeRest = "\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"

// pixel returns the format's name, and false for one that is not used here.
func (f format) pixel() (capture.Pixel, bool) {
	if string(f.subtype[4:]) != subtypeRest {
		return 0, false
	}
	switch string(f.subtype[:4]) {
	case "MJPG":
		return capture.MJPEG, true
	case "YUY2":
		return capture.YUYV, true
	case "NV12":
		return capture.NV12, true
	}
	return capture.Pixel(binary.LittleEndian.Uint32(f.subtype[:])), false
}

// mode returns what a list of modes says of it, and false for a format that is not
// used here or cannot be.
func (f format) mode() (capture.Mode, bool) {
	l, ok := f.layout()
	m := capture.Mode{Pixel: l.Pixel, Width: l.Width, Height: l.Height}
	if frames, seconds := uint32(f.rate>>32), uint32(f.rate); seconds > 0 {
		m.Rate = float64(frames) / float64(seconds)
	}
	return m, ok
}

// layout returns how a frame of it is written, once its lines go from top to
// bottom, and false for what is not used here or cannot be.
func (f format) layout() (capture.Layout, bool) {
	pixel, used := f.pixel()
	l := capture.Layout{Pixel: pixel, Width: int(f.size >> 32), Height: int(uint32(f.size)), Full: f.nominalRange == 1}
	if !used || l.Width > capture.MaxSide || l.Height > capture.MaxSide {
		return l, false
	}
	l.Size = capture.MaxFrame
	if !pixel.Compressed() {
		least := l.Width
		if pixel == capture.YUYV {
			least = 2 * l.Width
		}
		l.Stride = max(least, abs(f.stride))
		l.Size = l.Bytes()
	}
	return l, l.Sound()
}

func abs(v int32) int { return max(int(v), -int(v)) }

// turned brings the lines of a plane that was written from the bottom up into their
// order. Windows' own papers say that no such YUV exists; drivers do not read them.
func turned(plane []byte, stride int) {
	line := make([]byte, stride)
	for top, low := 0, len(plane)/stride-1; top < low; top, low = top+1, low-1 {
		a, b := plane[top*stride:][:stride], plane[low*stride:][:stride]
		copy(line, a)
		copy(a, b)
		copy(b, line)
	}
}

// place is where a camera is plugged in, as the Device Manager shows it under
// "device instance path": `USB\VID_046D&PID_0825&MI_00\7&2A5F4A6&0&0000`. The
// path of an interface says it with other separators, and its class behind it.
func place(path string) string {
	rest, ok := strings.CutPrefix(path, `\\?\`)
	if !ok {
		return ""
	}
	if i := strings.LastIndex(rest, "#{"); i >= 0 {
		rest = rest[:i]
	}
	return strings.ToUpper(strings.ReplaceAll(rest, "#", `\`))
}
