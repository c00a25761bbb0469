package casework

import "time"

// PenSample is one report of a pen, in the device's own units.
type PenSample struct {
	X, Y     int           `json:"-"`
	Pressure int           `json:"-"` // 0 while hovering
	Near     bool          `json:"-"` // the pen is in range
	Down     bool          `json:"-"` // the tip touches
	Time     time.Duration `json:"-"` // of the device's clock, unwrapped, from the capture's first sample
	Seq      int           `json:"-"` // report sequence, unwrapped; -1 where the device has none
}

// PadIdentity is what a signature pad says of itself. It is stored with every
// ink.
type PadIdentity struct {
	Model     string `json:"model"`
	Serial    string `json:"serial"`
	Firmware  string `json:"firmware"`
	Transport string `json:"transport"` // "hidraw", "usbfs", "hid.dll", "screen", "digitizer", "emulator"
	Width     int    `json:"width"`     // of the display, pixels
	Height    int    `json:"height"`
	MaxX      int    `json:"max_x"` // of the pen's units
	MaxY      int    `json:"max_y"`
	MaxP      int    `json:"max_p"`
	Rate      int    `json:"rate"` // reports a second
	Colour    bool   `json:"colour"`
	// Encryption is how the samples came from the pad while ink was drawn:
	// "rsa-2048+aes-256", "dh-128+aes-128", or empty for in the clear.
	Encryption string `json:"encryption,omitempty"`
}

// Software reports whether the pad is the software pad of practice mode, or a
// second monitor whose pointer may be anybody's mouse: their ink is refused in
// production.
func (p PadIdentity) Software() bool { return p.Transport == "emulator" || p.Transport == "screen" }

// Ink is a handwritten signature (手写签名): the samples, never only a picture.
type Ink struct {
	Pad      PadIdentity `json:"pad"`
	Started  time.Time   `json:"started"`
	Samples  []PenSample `json:"-"`
	Lost     int         `json:"lost"`     // reports missing from the sequence; above 0 the ink is asked for again
	Document Digest      `json:"document"` // of the confirmed entry that is signed
}

// What a signature has at the least. A name is not one short stroke, but a
// single long one may be all that somebody writes.
const (
	minStrokePoints = 8  // touching samples
	minInkSpan      = 40 // of a thousandth of the pad's width, in both directions together
	minOneStroke    = 80 // the same, where there is one stroke only
)

// Check refuses ink that is no usable signature: with gaps (InkIncomplete), or
// an empty area, a mere dot, one short stroke (InkTooLittle). The two are told
// apart, because the citizen is told different things.
func (k Ink) Check() error {
	if k.Lost > 0 {
		return Refuse(InkIncomplete, "reports are missing")
	}
	points, strokes, down := 0, 0, false
	minX, maxX, minY, maxY := k.Pad.MaxX, 0, k.Pad.MaxY, 0
	for _, s := range k.Samples {
		if s.Down && !down {
			strokes++
		}
		down = s.Down
		if !s.Down {
			continue
		}
		points++
		minX, maxX = min(minX, s.X), max(maxX, s.X)
		minY, maxY = min(minY, s.Y), max(maxY, s.Y)
	}
	least := minInkSpan
	if strokes == 1 {
		least = minOneStroke
	}
	if span := (maxX - minX) + (maxY - minY); points < minStrokePoints || k.Pad.MaxX < 1 || span*1000 < k.Pad.MaxX*least {
		return Refuse(InkTooLittle, "hardly anything is written")
	}
	return nil
}
