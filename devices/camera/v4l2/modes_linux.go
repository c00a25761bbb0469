//go:build amd64 || arm64 || loong64 || riscv64

package v4l2

import (
	"errors"

	"golang.org/x/sys/unix"

	"counterfoil/devices/camera/capture"
)

// Modes returns the formats and sizes that the camera says it has, of those
// that are used here, in the camera's order. An empty list is no error.
func (d *Device) Modes() ([]capture.Mode, error) {
	if err := d.begin(); err != nil {
		return nil, err
	}
	defer d.use.Unlock()
	var list []capture.Mode
	for i := 0; i < maxModes; i++ {
		b := askFormat(i)
		if err := d.ask(enumFmt, b); err != nil {
			return list, ended(err)
		}
		pixel, own := parseFormatName(b)
		if !own || !pixel.Compressed() && pixel != capture.YUYV {
			continue
		}
		sizes, err := d.sizes(pixel)
		if err != nil {
			return nil, err
		}
		for _, s := range sizes {
			if len(list) == maxModes {
				return list, nil
			}
			rate, err := d.rate(pixel, s[0], s[1])
			if err != nil {
				return nil, err
			}
			list = append(list, capture.Mode{Pixel: pixel, Width: s[0], Height: s[1], Rate: rate})
		}
	}
	return list, nil
}

// ended tells the end of a list, or a driver that has none, from trouble.
func ended(err error) error {
	if errors.Is(err, capture.ErrRefused) || errors.Is(err, unix.ENOTTY) {
		return nil
	}
	return err
}

// sizes asks for the sizes of a format. A driver that has no list has the one
// that is set now.
func (d *Device) sizes(p capture.Pixel) ([][2]int, error) {
	var list [][2]int
	for i := 0; i < maxModes; i++ {
		b := askSize(p, i)
		err := d.ask(enumSizes, b)
		if err != nil && ended(err) != nil {
			return nil, err
		}
		if err != nil {
			break
		}
		s, discrete := parseSize(b)
		list = append(list, s.sizes()...)
		if !discrete {
			return list, nil
		}
	}
	if len(list) > 0 {
		return list, nil
	}
	b := putFormat(capture.Mode{})
	if err := d.ask(getFmt, b); err != nil {
		return nil, ended(err)
	}
	now := parseFormat(b)
	return span{now.Width, now.Width, 1, now.Height, now.Height, 1}.sizes(), nil
}

// rate is the highest rate of a size, 0 where the driver does not say.
func (d *Device) rate(p capture.Pixel, w, h int) (float64, error) {
	best := 0.0
	for i := 0; i < maxModes; i++ {
		b := askInterval(p, w, h, i)
		if err := d.ask(enumRates, b); err != nil {
			return best, ended(err)
		}
		rate, discrete := parseInterval(b)
		best = max(best, rate)
		if !discrete {
			break
		}
	}
	return best, nil
}

// Agree asks the driver for a mode and returns what it will send, which is a
// near one when it does not have the mode. The rate is a wish. ErrRefused: its
// answer is none that is used here, or cannot be.
func (d *Device) Agree(m capture.Mode) (capture.Layout, error) {
	if err := d.begin(); err != nil {
		return capture.Layout{}, err
	}
	defer d.use.Unlock()
	b := putFormat(m)
	if err := d.ask(setFmt, b); err != nil {
		return capture.Layout{}, err
	}
	l := parseFormat(b)
	if !l.Sound() {
		return capture.Layout{}, capture.ErrRefused
	}
	if m.Rate > 0 {
		if err := d.pace(m.Rate); err != nil {
			return capture.Layout{}, err
		}
	}
	d.layout = l
	return l, nil
}

// pace asks for a rate, where the driver takes one.
func (d *Device) pace(rate float64) error {
	b := make([]byte, parmLen)
	le.PutUint32(b, bufKind)
	if err := d.ask(getParm, b); err != nil || le.Uint32(b[4:])&canTimePerFrame == 0 {
		return ended(err)
	}
	putRate(b, rate)
	return ended(d.ask(setParm, b))
}
