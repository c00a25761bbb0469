//go:build amd64 || arm64

package softcam

import (
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// object is a COM object of the system's. Methods are their places in the tables of
// mfobjects.h and mfidl.h, ids those of mfapi.h, written down here a second time:
// the driver's own would agree with themselves.
type object struct{ methods *[64]uintptr }

//go:uintptrescapes
func (o *object) call(method int, args ...uintptr) uintptr {
	r, _, _ := syscall.SyscallN(o.methods[method], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	return r
}

func (o *object) addRef() uintptr { return o.call(1) }

func (o *object) release() uintptr { return o.call(2) }

// create calls one of the system's functions that make an object, and says whether
// it did. The place for the object is among the arguments.
//
//go:uintptrescapes
func create(function string, args ...uintptr) bool {
	r, _, _ := windows.NewLazySystemDLL("mfplat.dll").NewProc(function).Call(args...)
	return int32(r) >= 0
}

// keepQueue keeps the queue on which the system's readers work. Wine 8 hangs when a
// reader that is let go of while it works is the last one with a share in it.
func keepQueue() {
	var class uint16 // "", which is the readers'
	var queue uint32
	create("MFStartup", 0x00020070, 1) // or the queue would go with the last camera
	create("MFLockSharedWorkQueue", uintptr(unsafe.Pointer(&class)), 0, 0, uintptr(unsafe.Pointer(&queue)))
}

// counted is an object of ours: its memory begins with its methods, and it stays
// where it is until its last reference is given back.
type counted struct {
	methods *[13]uintptr
	refs    atomic.Int32
	unused  chan struct{}
}

// begin gives it one reference; last runs when there is none any more.
func (c *counted) begin(methods [13]uintptr, last func()) {
	c.methods, c.unused = &methods, make(chan struct{})
	c.refs.Store(1)
	go func() {
		<-c.unused
		last()
		runtime.KeepAlive(c)
	}()
}

func (c *counted) addRef() uintptr { return uintptr(c.refs.Add(1)) }

func (c *counted) release() uintptr {
	left := c.refs.Add(-1)
	if left == 0 {
		close(c.unused)
	}
	return uintptr(left)
}

// ask answers QueryInterface with the object itself for each of ids.
func (c *counted) ask(id *windows.GUID, out *uintptr, ids ...windows.GUID) uintptr {
	if !slices.Contains(ids, *id) {
		*out = 0
		return noInterface
	}
	*out = uintptr(unsafe.Pointer(c))
	c.addRef()
	return ok
}
