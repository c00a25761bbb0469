package hid

import (
	"context"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// filter is CM_NOTIFY_FILTER, cfgmgr32.h: arrivals and removals of interfaces of
// every class, cameras among them.
type filter struct {
	size, flags, kind, reserved uint32
	of                          [200]uint16
}

// Watch tells when devices came or went: a value on the channel means that what
// Find and its like return may have changed. It listens to the system's
// notifications (Windows 8 and later; ErrUnsupported before). Many events are one
// value, which comes settleTime after them. The channel is closed when ctx ends.
func Watch(ctx context.Context) (<-chan struct{}, error) {
	l := libraries()
	if l.register.Find() != nil {
		return nil, ErrUnsupported
	}
	came, err := windows.CreateEvent(nil, 0, 0, nil)
	if err != nil {
		return nil, err
	}
	stop, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		windows.CloseHandle(came)
		return nil, err
	}
	const everyClass = 1 // CM_NOTIFY_FILTER_FLAG_ALL_INTERFACE_CLASSES
	f := filter{size: uint32(unsafe.Sizeof(filter{})), flags: everyClass}
	var registered windows.Handle
	// The same function every time: a callback is never given back by the runtime.
	r, _, _ := l.register.Call(uintptr(unsafe.Pointer(&f)), uintptr(came), windows.NewCallback(notified), uintptr(unsafe.Pointer(&registered)))
	if r != 0 {
		windows.CloseHandle(came)
		windows.CloseHandle(stop)
		return nil, ErrUnsupported
	}
	changed, stopped := make(chan struct{}, 1), make(chan struct{})
	context.AfterFunc(ctx, func() { windows.SetEvent(stop); close(stopped) })
	go func() {
		tell(came, stop, changed)
		close(changed)
		l.unregister.Call(uintptr(registered)) // waits for a callback under way
		<-stopped
		windows.CloseHandle(came)
		windows.CloseHandle(stop)
	}()
	return changed, nil
}

// settleTime is how long a device is given to become usable after the system
// speaks of it.
const settleTime = 300 * time.Millisecond

// tell hands events on until stop is set.
func tell(came, stop windows.Handle, changed chan<- struct{}) {
	for {
		which, err := windows.WaitForMultipleObjects([]windows.Handle{stop, came}, false, windows.INFINITE)
		if err != nil || which == windows.WAIT_OBJECT_0 {
			return
		}
		if which, _ := windows.WaitForSingleObject(stop, uint32(settleTime/time.Millisecond)); which == windows.WAIT_OBJECT_0 {
			return
		}
		select {
		case changed <- struct{}{}:
		default:
		}
	}
}

// notified is called by the system, on a thread of its own. context is the event
// that a Watch waits for.
func notified(_, context, _, _, _ uintptr) uintptr {
	windows.SetEvent(windows.Handle(context))
	return 0
}
