//go:build amd64 || arm64 || loong64 || riscv64

// Package softcam is the far end of the requests that the package v4l2 makes: a
// camera in memory that has what no kernel's test driver has, MJPEG, focus and
// rotation, and that fails when it is told to. Its descriptor is a kernel
// socket, so that poll, interrupts and hang-up are real, and its buffers are
// mapped memory, so that a frame that is read too late is read wrong.
//
// It is used by tests. It must not be opened by a counter: practice mode has a
// test card that says what it is.
package softcam

import (
	"encoding/binary"
	"os"
	"slices"
	"sync"

	"golang.org/x/sys/unix"

	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/v4l2"
)

// Opts say what the camera has.
type Opts struct {
	Modes    []capture.Mode
	Controls []capture.Control
	Answer   func(capture.Mode) capture.Mode // what it does instead of what is asked; nil: what it is asked
	NoRoom   func(capture.Mode) bool         // modes that the bus cannot carry; nil: it carries all
	Buffer   int                             // bytes of a buffer
}

// Camera is one software camera. Its methods may be called from any goroutine.
type Camera struct {
	opts   Opts
	near   int // the driver's descriptor
	far    int
	memory *os.File

	answers map[int]func([]byte) error // by the request's number
	blank   []byte                     // a buffer of zeros

	mu      sync.Mutex
	freed   *sync.Cond // a buffer was queued, or the stream or the camera ended
	mode    capture.Mode
	lent    int // buffers; the format is fixed while there are any
	queued  []int
	filled  []filled
	streams bool
	gone    bool
	busy    bool
	left    int // requests until it is gone; negative: no end
	asked   int
	count   uint32
	values  map[capture.ControlID]int32
}

type filled struct {
	index, used int
	broken      bool
	sequence    uint32
}

var le = binary.LittleEndian

// slots is how many buffers it gives at most.
const slots = 4

// New makes a camera and the device that drives it.
func New(opts Opts) (*Camera, *v4l2.Device, error) {
	opts.Buffer = (max(opts.Buffer, 1<<16) + 0xFFFF) &^ 0xFFFF
	fd, err := unix.MemfdCreate("softcam", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, nil, err
	}
	c := &Camera{opts: opts, memory: os.NewFile(uintptr(fd), "softcam"), left: -1, values: map[capture.ControlID]int32{}}
	c.freed, c.answers, c.blank = sync.NewCond(&c.mu), c.all(), make([]byte, opts.Buffer)
	if err := c.memory.Truncate(int64(slots * opts.Buffer)); err != nil {
		return nil, nil, err
	}
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	c.near, c.far = ends[0], ends[1]
	d, err := v4l2.Over(c.near, v4l2.Calls{Ioctl: c.answer, Mmap: c.lend})
	return c, d, err
}

func (c *Camera) lend(_ int, offset int64, length int) ([]byte, error) {
	return unix.Mmap(int(c.memory.Fd()), offset, length, unix.PROT_READ, unix.MAP_SHARED)
}

// Send fills the next buffer, waiting for one, and says whether there was one
// before the camera went.
func (c *Camera) Send(frame []byte) bool { return c.send(frame, false) }

// SendBroken sends a frame that the driver marks as damaged.
func (c *Camera) SendBroken(frame []byte) bool { return c.send(frame, true) }

func (c *Camera) send(frame []byte, broken bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.gone && (!c.streams || len(c.queued) == 0) {
		c.freed.Wait()
	}
	if c.gone {
		return false
	}
	i := c.queued[0]
	c.queued = c.queued[1:]
	n := min(len(frame), c.opts.Buffer)
	c.memory.WriteAt(frame[:n], int64(i*c.opts.Buffer))
	c.count++
	c.filled = append(c.filled, filled{index: i, used: n, broken: broken, sequence: c.count})
	unix.Write(c.far, []byte{1})
	return true
}

// Mode is what it sends now.
func (c *Camera) Mode() capture.Mode {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mode
}

// Change tells the driver that the source has other modes from now on.
func (c *Camera) Change(modes []capture.Mode) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opts.Modes = modes
	unix.Sendto(c.far, []byte{2}, unix.MSG_OOB, nil) // poll says POLLPRI
}

// Occupy makes it busy: another program streams.
func (c *Camera) Occupy(busy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = busy
}

// UnplugAfter unplugs it at the request that follows n others; Asked counts
// them.
func (c *Camera) UnplugAfter(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = n
}

// Asked is how many requests it has had.
func (c *Camera) Asked() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

// Value is what a control stands at.
func (c *Camera) Value(id capture.ControlID) int32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.values[id]
}

// Unplug pulls the cable.
func (c *Camera) Unplug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pull()
}

func (c *Camera) pull() {
	if c.gone {
		return
	}
	c.gone = true
	unix.Close(c.far)
	c.freed.Broadcast()
}

// Close frees what the camera holds; the device is closed by who has it.
func (c *Camera) Close() {
	c.Unplug()
	c.memory.Close()
}

// has is the mode that it does for one that was asked for: the nearest of that
// format, or its first one.
func (c *Camera) has(m capture.Mode) capture.Mode {
	if c.opts.Answer != nil {
		return c.opts.Answer(m)
	}
	if i := slices.IndexFunc(c.opts.Modes, func(o capture.Mode) bool {
		return o.Pixel == m.Pixel && o.Width == m.Width && o.Height == m.Height
	}); i >= 0 {
		return c.opts.Modes[i]
	}
	return c.opts.Modes[0]
}
