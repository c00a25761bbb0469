//go:build amd64 || arm64 || loong64 || riscv64

package softcam

import (
	"slices"

	"golang.org/x/sys/unix"

	"counterfoil/devices/camera/capture"
)

// answer answers one request as a video node does. Numbers and offsets are
// those of linux/videodev2.h, written down here a second time: the driver's own
// would agree with themselves.
func (c *Camera) answer(_ int, request uintptr, b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if c.left == 0 {
		c.pull()
	}
	c.left--
	if c.gone {
		return unix.ENODEV
	}
	number := int(request & 0xFF)
	if length := int(request >> 16 & 0x3FFF); length != len(b) {
		return unix.EFAULT
	}
	if handler := c.answers[number]; handler != nil {
		return handler(b)
	}
	return unix.ENOTTY
}

// all are the requests that it answers, by their numbers.
func (c *Camera) all() map[int]func([]byte) error {
	return map[int]func([]byte) error{0: c.queryCap, 2: c.enumFmt, 4: c.getFmt, 5: c.setFmt, 8: c.reqBufs, 9: c.queryBuf, 15: c.queue,
		17: c.dequeue, 18: c.on, 19: c.off, 21: c.getParm, 22: c.setParm, 27: c.getCtrl, 28: c.setCtrl, 36: c.queryCtrl, 74: c.enumSizes, 75: c.enumRates,
		89: c.event, 90: c.subscribe}
}

func (c *Camera) queryCap(b []byte) error {
	copy(b, "softcam")
	copy(b[16:], "Software camera")
	copy(b[48:], "usb-soft-1")
	le.PutUint32(b[84:], 0x84A00001) // the device's: capture and metadata, streaming, device_caps
	le.PutUint32(b[88:], 0x04200001)
	return nil
}

func (c *Camera) pixels() []capture.Pixel {
	var list []capture.Pixel
	for _, m := range c.opts.Modes {
		if !slices.Contains(list, m.Pixel) {
			list = append(list, m.Pixel)
		}
	}
	return list
}

func (c *Camera) enumFmt(b []byte) error {
	list, i := c.pixels(), int(le.Uint32(b))
	if i >= len(list) {
		return unix.EINVAL
	}
	le.PutUint32(b[44:], uint32(list[i]))
	return nil
}

func (c *Camera) ofPixel(p capture.Pixel) []capture.Mode {
	return slices.DeleteFunc(slices.Clone(c.opts.Modes), func(m capture.Mode) bool { return m.Pixel != p })
}

func (c *Camera) enumSizes(b []byte) error {
	list, i := c.ofPixel(capture.Pixel(le.Uint32(b[4:]))), int(le.Uint32(b))
	if i >= len(list) {
		return unix.EINVAL
	}
	le.PutUint32(b[8:], 1)
	le.PutUint32(b[12:], uint32(list[i].Width))
	le.PutUint32(b[16:], uint32(list[i].Height))
	return nil
}

func (c *Camera) enumRates(b []byte) error {
	m := c.has(capture.Mode{Pixel: capture.Pixel(le.Uint32(b[4:])), Width: int(le.Uint32(b[8:])), Height: int(le.Uint32(b[12:]))})
	if le.Uint32(b) > 0 || m.Rate == 0 {
		return unix.EINVAL
	}
	le.PutUint32(b[16:], 1)
	le.PutUint32(b[20:], 1000)
	le.PutUint32(b[24:], uint32(m.Rate*1000))
	return nil
}

func (c *Camera) getFmt(b []byte) error { c.tell(b, c.mode); return nil }

func (c *Camera) setFmt(b []byte) error {
	if c.busy || c.lent > 0 {
		return unix.EBUSY
	}
	c.mode = c.has(capture.Mode{Width: int(le.Uint32(b[8:])), Height: int(le.Uint32(b[12:])), Pixel: capture.Pixel(le.Uint32(b[16:]))})
	c.tell(b, c.mode)
	return nil
}

func (c *Camera) tell(b []byte, m capture.Mode) {
	le.PutUint32(b[8:], uint32(m.Width))
	le.PutUint32(b[12:], uint32(m.Height))
	le.PutUint32(b[16:], uint32(m.Pixel))
	le.PutUint32(b[24:], 0)
	le.PutUint32(b[28:], uint32(c.opts.Buffer))
	if m.Pixel == capture.YUYV {
		le.PutUint32(b[24:], uint32(2*m.Width))
		le.PutUint32(b[28:], uint32(2*m.Width*m.Height))
	}
	le.PutUint32(b[32:], 8) // sRGB
	le.PutUint32(b[48:], 1) // full range
}

func (c *Camera) getParm(b []byte) error { le.PutUint32(b[4:], 0x1000); return nil }

func (c *Camera) setParm(b []byte) error { return nil }

func (c *Camera) reqBufs(b []byte) error {
	c.off(nil)
	c.lent = min(int(le.Uint32(b)), slots)
	le.PutUint32(b, uint32(c.lent))
	return nil
}

func (c *Camera) queryBuf(b []byte) error {
	le.PutUint32(b[64:], le.Uint32(b)*uint32(c.opts.Buffer))
	le.PutUint32(b[72:], uint32(c.opts.Buffer))
	return nil
}

func (c *Camera) queue(b []byte) error {
	i := int(le.Uint32(b))
	if i >= slots || slices.Contains(c.queued, i) {
		return unix.EINVAL
	}
	c.memory.WriteAt(c.blank, int64(i*c.opts.Buffer)) // the driver writes over it at any time
	c.queued = append(c.queued, i)
	c.freed.Broadcast()
	return nil
}

func (c *Camera) dequeue(b []byte) error {
	if !c.streams {
		return unix.EINVAL
	}
	if len(c.filled) == 0 {
		return unix.EAGAIN
	}
	unix.Read(c.near, make([]byte, 1))
	f := c.filled[0]
	c.filled = c.filled[1:]
	le.PutUint32(b, uint32(f.index))
	le.PutUint32(b[8:], uint32(f.used))
	le.PutUint32(b[56:], f.sequence)
	if f.broken {
		le.PutUint32(b[12:], 0x40)
	}
	return nil
}

func (c *Camera) on([]byte) error {
	if c.opts.NoRoom != nil && c.opts.NoRoom(c.mode) {
		return unix.ENOSPC
	}
	c.streams = true
	c.freed.Broadcast()
	return nil
}

func (c *Camera) off([]byte) error {
	unix.Read(c.near, make([]byte, len(c.filled)+1))
	c.streams, c.queued, c.filled = false, nil, nil
	return nil
}

func (c *Camera) subscribe([]byte) error { return nil }

func (c *Camera) event(b []byte) error {
	if n, _, err := unix.Recvfrom(c.near, make([]byte, 1), unix.MSG_OOB); n != 1 || err != nil {
		return unix.ENOENT
	}
	le.PutUint32(b, 5)
	return nil
}

func (c *Camera) control(id capture.ControlID) (capture.Control, bool) {
	i := slices.IndexFunc(c.opts.Controls, func(o capture.Control) bool { return o.ID == id })
	if i < 0 {
		return capture.Control{}, false
	}
	return c.opts.Controls[i], true
}

func (c *Camera) queryCtrl(b []byte) error {
	after := capture.ControlID(le.Uint32(b) &^ 0x80000000)
	i := slices.IndexFunc(c.opts.Controls, func(o capture.Control) bool { return o.ID > after })
	if i < 0 {
		return unix.EINVAL
	}
	o := c.opts.Controls[i]
	le.PutUint32(b, uint32(o.ID))
	le.PutUint32(b[4:], 1)
	copy(b[8:40], o.Name)
	for j, v := range []int32{o.Min, o.Max, o.Step, o.Default} {
		le.PutUint32(b[40+4*j:], uint32(v))
	}
	return nil
}

func (c *Camera) getCtrl(b []byte) error {
	id := capture.ControlID(le.Uint32(b))
	if _, ok := c.control(id); !ok {
		return unix.EINVAL
	}
	le.PutUint32(b[4:], uint32(c.values[id]))
	return nil
}

func (c *Camera) setCtrl(b []byte) error {
	id, v := capture.ControlID(le.Uint32(b)), int32(le.Uint32(b[4:]))
	o, ok := c.control(id)
	if !ok || v < o.Min || v > o.Max {
		return unix.ERANGE
	}
	if id == capture.Focus && c.values[capture.FocusAuto] == 1 {
		return unix.EACCES // inactive while it focuses itself
	}
	c.values[id] = v
	return nil
}
