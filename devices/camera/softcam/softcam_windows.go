//go:build amd64 || arm64

// Package softcam is on Windows the far end of Media Foundation's source reader: a
// media source in memory that fails when it is told to. What is between it and the
// driver, the reader with its threads, events and samples, is the system's.
//
// It is used by tests. It must not be opened by a counter: practice mode has a
// test card that says what it is.
package softcam

import (
	"sync"
	"unsafe"

	"counterfoil/devices/camera/capture"
	"counterfoil/devices/camera/mediafoundation"
)

// Opts say what the camera has.
type Opts struct {
	Modes  []capture.Mode
	Upward bool                    // the last line comes first
	NoRoom func(capture.Mode) bool // modes that the bus cannot carry; nil: it carries all
	Buffer int                     // bytes of a buffer; here the system makes as many as are needed
}

// Camera is one software camera. Its methods may be called from any goroutine.
type Camera struct {
	opts Opts

	mu    sync.Mutex
	freed *sync.Cond // a frame was asked for, or the camera ended
	now   *source    // the one that is open
	all   []*source
	mode  capture.Mode
	gone  bool
	busy  bool
	left  int // requests until it is gone; negative: no end
	asked int
}

// New makes a camera and the device that drives it.
func New(opts Opts) (*Camera, *mediafoundation.Device, error) {
	keepQueue()
	c := &Camera{opts: opts, left: -1}
	c.freed = sync.NewCond(&c.mu)
	d, err := mediafoundation.Over("Software camera", c.open)
	return c, d, err
}

// open makes the source, as the activation of a camera does.
func (c *Camera) open() (unsafe.Pointer, uintptr) {
	if r := c.count(); r != ok {
		return nil, r
	}
	if c.isBusy() {
		return nil, inUse
	}
	s := newSource(c)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, s)
	return unsafe.Pointer(s), ok
}

// count counts a request and says how it ends.
func (c *Camera) count() uintptr {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counted()
}

func (c *Camera) counted() uintptr {
	c.asked++
	if c.left == 0 {
		c.pull()
	}
	c.left--
	if c.gone {
		return removed
	}
	return ok
}

// begin starts a source.
func (c *Camera) begin(s *source) uintptr {
	m := s.chosen()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch r := c.counted(); {
	case r != ok:
		return r
	case c.busy:
		return inUse
	case c.opts.NoRoom != nil && c.opts.NoRoom(m):
		return noResources
	}
	c.now, c.mode = s, m
	return ok
}

func (c *Camera) request(t *stream, token *object) uintptr {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.counted(); r != ok {
		return r
	}
	if t.source.ended {
		return isShutDown
	}
	if token != nil {
		token.addRef()
	}
	t.tokens = append(t.tokens, token)
	c.freed.Broadcast()
	return ok
}

// end shuts a source down, and says whether it was not before.
func (c *Camera) end(s *source) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.ended {
		return false
	}
	s.ended = true
	for _, token := range s.stream.tokens {
		if token != nil {
			token.release()
		}
	}
	s.stream.tokens = nil
	if c.now == s {
		c.now = nil
	}
	return true
}

// Send answers the next request with a frame, waiting for one, and says whether
// there was one before the camera went.
func (c *Camera) Send(frame []byte) bool { return c.SendTaken(frame, 0) }

// SendTaken sends a frame with the driver's time on it, in units of 100 ns of the
// performance counter.
func (c *Camera) SendTaken(frame []byte, at uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.gone && (c.now == nil || len(c.now.stream.tokens) == 0) {
		c.freed.Wait()
	}
	if c.gone {
		return false
	}
	t := c.now.stream
	token := t.tokens[0]
	t.tokens = t.tokens[1:]
	t.deliver(frame, token, at)
	return true
}

// Mode is what it sends now.
func (c *Camera) Mode() capture.Mode {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mode
}

// Occupy makes it busy: another program streams.
func (c *Camera) Occupy(busy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = busy
}

func (c *Camera) isBusy() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.busy
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
	if c.now != nil {
		c.now.tell(c.now.queue, eventError, removed, nil)
	}
	c.freed.Broadcast()
}

// Close unplugs it and waits until nobody has a reference to its sources and
// streams any more; the device is closed before, by who has it.
func (c *Camera) Close() {
	c.Unplug()
	for _, s := range c.all {
		<-s.unused
		<-s.stream.unused
	}
}
