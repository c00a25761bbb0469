package hid

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"counterfoil/devices/bell"
)

// rawURB is struct usbdevfs_urb of linux/usbdevice_fs.h without its array of
// isochronous packets; Go's alignment is C's here, on 32 and on 64 bits.
type rawURB struct {
	kind        byte
	endpoint    byte
	status      int32 // a negative errno
	flags       uint32
	buffer      unsafe.Pointer
	length      int32
	actual      int32
	startFrame  int32
	packets     int32
	errors      int32
	signal      uint32
	usercontext uintptr
}

// Kinds of a rawURB.
const (
	urbInterrupt = 1
	urbControl   = 2
	urbBulk      = 3
)

// urb is a transfer under way. The kernel writes into raw and buf when it is
// reaped, so both are pinned from submission to then.
type urb struct {
	raw  *rawURB
	buf  []byte
	pin  runtime.Pinner
	done chan struct{} // closed when it was reaped; nil: an input report's
}

func newURB(kind, endpoint byte, buf []byte) *urb {
	u := &urb{raw: &rawURB{kind: kind, endpoint: endpoint, buffer: unsafe.Pointer(&buf[0]), length: int32(len(buf))}, buf: buf}
	u.pin.Pin(u.raw)
	u.pin.Pin(&buf[0])
	return u
}

func (u *urb) key() uintptr { return uintptr(unsafe.Pointer(u.raw)) }

// err returns how the transfer ended.
func (u *urb) err() error {
	if u.raw.status == 0 {
		return nil
	}
	return unix.Errno(-u.raw.status)
}

// Requests of usbfs: _IOC(direction, 'U', number, size), linux/usbdevice_fs.h.
const (
	iocNone  = 0
	iocWrite = 1
	iocRead  = 2
)

func usbRequest(direction, number, size uintptr) uintptr {
	return direction<<30 | size<<16 | 'U'<<8 | number
}

// usbIoctl calls a usbfs request and repeats it when a signal interrupted it.
// None of those used here sleeps on the device, so none is carried out twice.
func usbIoctl(fd int, request uintptr, arg unsafe.Pointer) error {
	_, err := bell.Again(func() (int, error) {
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(arg)); errno != 0 {
			return 0, errno
		}
		return 0, nil
	})
	return err
}

func submitURB(fd int, u *urb) error {
	return usbIoctl(fd, usbRequest(iocRead, 10, unsafe.Sizeof(rawURB{})), unsafe.Pointer(u.raw))
}

func discardURB(fd int, u *urb) error {
	return usbIoctl(fd, usbRequest(iocNone, 11, 0), unsafe.Pointer(u.raw))
}

// reapURB returns the key of a transfer that ended, EAGAIN when none has, and
// ENODEV when the device is gone and nothing is left to reap.
func reapURB(fd int) (uintptr, error) {
	var key uintptr
	err := usbIoctl(fd, usbRequest(iocWrite, 13, unsafe.Sizeof(key)), unsafe.Pointer(&key))
	return key, err
}

func clearHalt(fd int, endpoint byte) error {
	ep := uint32(endpoint)
	return usbIoctl(fd, usbRequest(iocRead, 21, unsafe.Sizeof(ep)), unsafe.Pointer(&ep))
}

// claimAway is struct usbdevfs_disconnect_claim.
type claimAway struct {
	number uint32
	flags  uint32
	driver [256]byte
}

// exceptDriver makes a claim fail where the driver that holds the interface is
// the named one.
const exceptDriver = 2

// claim takes an interface, and away from the kernel's driver where one holds
// it; from another program (whose driver is called usbfs) it is not taken:
// EBUSY.
func claim(fd int, number uint32) error {
	c := claimAway{number: number, flags: exceptDriver}
	copy(c.driver[:], "usbfs")
	return usbIoctl(fd, usbRequest(iocRead, 27, unsafe.Sizeof(c)), unsafe.Pointer(&c))
}

func release(fd int, number uint32) error {
	return usbIoctl(fd, usbRequest(iocRead, 16, unsafe.Sizeof(number)), unsafe.Pointer(&number))
}

// giveBack lets the kernel's drivers look at an interface again.
func giveBack(fd int, number uint32) error {
	request := struct {
		number int32
		code   int32
		data   uintptr
	}{number: int32(number), code: int32(usbRequest(iocNone, 23, 0))}
	return usbIoctl(fd, usbRequest(iocRead|iocWrite, 18, unsafe.Sizeof(request)), unsafe.Pointer(&request))
}
