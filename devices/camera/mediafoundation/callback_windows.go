//go:build amd64 || arm64

package mediafoundation

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/windows"
)

// answer is what the reader says to one request for a sample.
type answer struct {
	status uintptr // an HRESULT
	flags  uint32  // MF_SOURCE_READER_FLAG
	sample *object // ours; may be nil
}

// callback is the IMFSourceReaderCallback of a reader, which calls it on threads of
// the system's. It keeps the last answer alone and never waits.
type callback struct {
	methods *[6]uintptr // first, as in every COM object
	refs    atomic.Int32
	unused  chan struct{} // closed when the last reference is given back

	came    chan struct{} // an answer, or the end of a flush, may be there
	flushed chan struct{}
	mu      sync.Mutex
	last    *answer
}

// newCallback returns one with a reference. It stays where it is until nobody has
// one any more, however late the system lets go of it.
func newCallback() *callback {
	c := &callback{unused: make(chan struct{}), came: make(chan struct{}, 1), flushed: make(chan struct{}, 1)}
	// The same functions every time: the runtime never gives a callback back.
	c.methods = &[6]uintptr{
		windows.NewCallback((*callback).queryInterface), windows.NewCallback((*callback).addRef), windows.NewCallback((*callback).release),
		windows.NewCallback((*callback).onReadSample), windows.NewCallback((*callback).onFlush), windows.NewCallback((*callback).onEvent),
	}
	c.refs.Store(1)
	go func() {
		<-c.unused
		c.clear()
		runtime.KeepAlive(c)
	}()
	return c
}

var (
	iUnknown        = windows.GUID{Data4: [8]byte{0xC0, 0, 0, 0, 0, 0, 0, 0x46}}
	iReaderCallback = windows.GUID{Data1: 0xDEEC8D99, Data2: 0xFA1D, Data3: 0x4D82, Data4: [8]byte{0x84, 0xC2, 0x2C, 0x89, 0x69, 0x94, 0x48, 0x67}}
)

func (c *callback) queryInterface(id *windows.GUID, out *uintptr) uintptr {
	if *id != iUnknown && *id != iReaderCallback {
		*out = 0
		return uintptr(noInterface)
	}
	*out = uintptr(unsafe.Pointer(c))
	c.addRef()
	return 0
}

func (c *callback) addRef() uintptr { return uintptr(c.refs.Add(1)) }

func (c *callback) release() uintptr {
	left := c.refs.Add(-1)
	if left == 0 {
		close(c.unused)
	}
	return uintptr(left)
}

func (c *callback) onReadSample(status, stream, flags, time uintptr, sample *object) uintptr {
	if sample != nil {
		sample.call(addRef)
	}
	c.put(&answer{status: status, flags: uint32(flags), sample: sample})
	select {
	case c.came <- struct{}{}:
	default:
	}
	return 0
}

func (c *callback) onFlush(stream uintptr) uintptr {
	select {
	case c.flushed <- struct{}{}:
	default:
	}
	return 0
}

func (c *callback) onEvent(stream uintptr, event *object) uintptr { return 0 }

func (c *callback) put(a *answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil {
		c.last.sample.release()
	}
	c.last = a
}

// take returns the last answer, whose sample is the caller's then; nil: none came.
func (c *callback) take() *answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.last
	c.last = nil
	return a
}

func (c *callback) clear() { c.put(nil) }
