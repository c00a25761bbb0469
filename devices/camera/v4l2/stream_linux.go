//go:build amd64 || arm64 || loong64 || riscv64

package v4l2

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"counterfoil/devices/camera/capture"
)

// maxBuffers is VIDEO_MAX_FRAME.
const maxBuffers = 32

// Start maps buffers, as many as the driver gives for count, and streams what
// Agree agreed to. Few are right: a buffer is a whole frame, and what waits in
// one is old. ErrNoRoom: the bus cannot carry it; ErrBusy: another program.
func (d *Device) Start(count int) error {
	if err := d.begin(); err != nil {
		return err
	}
	defer d.use.Unlock()
	d.stop()
	err := d.start(count)
	if err != nil {
		d.stop()
	}
	return err
}

func (d *Device) start(count int) error {
	b := putBuffers(count)
	if err := d.ask(reqBufs, b); err != nil {
		return err
	}
	given := int(le.Uint32(b))
	if given < 1 || given > maxBuffers {
		return capture.ErrRefused
	}
	for i := range given {
		if err := d.mapBuffer(i); err != nil {
			return err
		}
		if err := d.ask(queueBuf, putBuffer(i)); err != nil {
			return err
		}
	}
	d.watch()
	return d.ask(streamOn, []byte{bufKind, 0, 0, 0})
}

func (d *Device) mapBuffer(i int) error {
	b := putBuffer(i)
	if err := d.ask(queryBuf, b); err != nil {
		return err
	}
	v := parseBuffer(b)
	if v.length < 1 || v.length > capture.MaxFrame {
		return capture.ErrRefused
	}
	m, err := d.calls.Mmap(d.fd, v.offset, v.length)
	if err != nil {
		return translate(err)
	}
	d.mapped = append(d.mapped, m)
	return nil
}

// watch asks to be told when the source changes. Most drivers have no such
// event; theirs cannot change while buffers are mapped.
func (d *Device) watch() {
	b := make([]byte, subscribeLen)
	le.PutUint32(b, eventSource)
	d.ask(subscribe, b)
}

// Stop ends the stream and gives the buffers back.
func (d *Device) Stop() error {
	if err := d.begin(); err != nil {
		return err
	}
	defer d.use.Unlock()
	d.stop()
	return nil
}

// stop goes on whatever fails: of a camera that is gone nothing is left to stop.
// The driver writes into buffers until streamOff, so they are unmapped after it.
func (d *Device) stop() {
	d.ask(streamOff, []byte{bufKind, 0, 0, 0})
	for _, m := range d.mapped {
		unix.Munmap(m)
	}
	d.mapped = nil
	d.ask(reqBufs, putBuffers(0))
}

// Skip lets go of the frames that wait in buffers, so that the next one shows
// what is in front of the camera now.
func (d *Device) Skip() error {
	if err := d.begin(); err != nil {
		return err
	}
	defer d.use.Unlock()
	for range len(d.mapped) {
		v, err := d.take()
		if errors.Is(err, unix.EAGAIN) {
			return nil
		}
		if err == nil {
			err = d.give(v.index)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Next waits for the newest frame and copies it over into, which is grown when
// it is too short. ErrSilent: none came within silence. ErrBroken and its kin
// leave the stream running; ErrChanged does not.
func (d *Device) Next(ctx context.Context, silence time.Duration, into []byte) (capture.Frame, error) {
	if err := d.begin(); err != nil {
		return capture.Frame{}, err
	}
	defer d.use.Unlock()
	defer d.bell.During(ctx)()
	until := time.Now().Add(silence)
	for {
		events, err := d.await(ctx, until) // also while frames wait: it may have more to say
		if err == nil {
			err = d.look(events)
		}
		if err != nil {
			return capture.Frame{}, err
		}
		v, err := d.newest()
		if err == nil {
			return d.copy(v, into)
		}
		if !errors.Is(err, unix.EAGAIN) {
			return capture.Frame{}, err
		}
	}
}

// newest takes the newest of the filled buffers and gives the others back.
func (d *Device) newest() (buffer, error) {
	v, err := d.take()
	for range len(d.mapped) {
		if err != nil {
			break
		}
		newer, none := d.take()
		if none != nil {
			break // what it is, the next call says
		}
		err = d.give(v.index)
		v = newer
	}
	return v, err
}

// look says what a poll's answer means beside a frame. A node that only hangs
// up has lost its camera.
func (d *Device) look(events int16) error {
	if events&unix.POLLPRI != 0 && d.changed() {
		return capture.ErrChanged
	}
	if events&unix.POLLIN == 0 && events&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0 {
		return capture.ErrUnplugged
	}
	return nil
}

// changed takes the events that wait and says whether the source changed.
func (d *Device) changed() bool {
	found := false
	for range maxModes {
		b := make([]byte, eventLen)
		if d.ask(takeEvent, b) != nil {
			break
		}
		found = found || le.Uint32(b) == eventSource
	}
	return found
}

// take takes a filled buffer from the driver; EAGAIN: none is filled.
func (d *Device) take() (buffer, error) {
	if d.mapped == nil {
		return buffer{}, capture.ErrRefused
	}
	b := d.raw[:]
	clear(b)
	copy(b, putBuffer(0))
	if err := d.ask(takeBuf, b); err != nil {
		if errors.Is(err, unix.EIO) { // the driver lost a frame and goes on
			err = capture.ErrBroken
		}
		return buffer{}, err
	}
	v := parseBuffer(b)
	if v.index >= len(d.mapped) {
		return buffer{}, capture.ErrRefused
	}
	return v, nil
}

func (d *Device) give(index int) error { return d.ask(queueBuf, putBuffer(index)) }

// copy copies the frame out before the driver has its buffer back: afterwards
// it writes over it.
func (d *Device) copy(v buffer, into []byte) (capture.Frame, error) {
	whole := !v.broken && v.used > 0 && v.used <= len(d.mapped[v.index])
	whole = whole && v.used >= d.layout.Bytes() // half a frame
	if !whole {
		if err := d.give(v.index); err != nil {
			return capture.Frame{}, err
		}
		return capture.Frame{}, capture.ErrBroken
	}
	data := append(into[:0], d.mapped[v.index][:v.used]...)
	if err := d.give(v.index); err != nil {
		return capture.Frame{}, err
	}
	return capture.Frame{Data: data, Sequence: v.sequence}, nil
}
