package capture

// What no camera for a desk exceeds; a driver that says more is not believed.
const (
	MaxSide  = 16384     // pixels
	MaxFrame = 128 << 20 // bytes; 48 megapixels of YUYV are 96 MiB
)

// Layout is what the driver agreed to send; it may differ from what was asked.
type Layout struct {
	Pixel         Pixel
	Width, Height int  // pixels
	Stride        int  // bytes from one line to the next; 0 when compressed
	Size          int  // bytes that a frame has at most
	Full          bool // uncompressed: luminance runs from 0 to 255 and not from 16 to 235
}

// Bytes is how long a whole frame is: 0 when compressed, which has no fixed
// length.
func (l Layout) Bytes() int {
	switch l.Pixel {
	case YUYV:
		return l.Stride * l.Height
	case NV12:
		return l.Stride * l.Height * 3 / 2
	}
	return 0
}

// Sound says whether a driver's answer can be: an uncompressed frame must fit
// its size.
func (l Layout) Sound() bool {
	if l.Width < 1 || l.Height < 1 || l.Width > MaxSide || l.Height > MaxSide || l.Size < 1 || l.Size > MaxFrame {
		return false
	}
	line := l.Width
	switch {
	case l.Pixel.Compressed():
		return true
	case l.Pixel == YUYV:
		line = 2 * l.Width
	case l.Pixel != NV12 || l.Height%2 != 0:
		return false
	}
	return l.Width%2 == 0 && l.Stride >= line && l.Stride <= MaxFrame/l.Height && l.Bytes() <= l.Size
}
