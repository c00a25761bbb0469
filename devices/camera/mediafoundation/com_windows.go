//go:build amd64 || arm64

package mediafoundation

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// object is a COM object: its memory begins with the table of its methods.
type object struct{ methods *[64]uintptr }

// Methods by their places in the tables of mfobjects.h, mfidl.h and mfreadwrite.h.
// Every table begins with IUnknown's three; those of a media type, a sample and an
// activation with IMFAttributes's behind them.
const (
	queryInterface = 0
	addRef         = 1
	release        = 2

	getUINT32          = 7
	getUINT64          = 8
	getGUID            = 10
	getAllocatedString = 13
	setUINT32          = 21
	setGUID            = 24
	setUnknown         = 27

	activate = 33 // IMFActivate

	contiguousBuffer = 41 // IMFSample

	lock   = 3 // IMFMediaBuffer
	unlock = 4

	sourceShutdown = 12 // IMFMediaSource

	selectStream   = 4 // IMFSourceReader
	nativeType     = 5
	currentType    = 6
	setCurrentType = 7
	readSample     = 9
	flush          = 10
)

// call calls a method. Pointers among the arguments are kept until it returns, as
// those of a system call are.
//
//go:uintptrescapes
func (o *object) call(method int, args ...uintptr) error {
	r, _, _ := syscall.SyscallN(o.methods[method], append([]uintptr{uintptr(unsafe.Pointer(o))}, args...)...)
	return failed(r)
}

func failed(r uintptr) error {
	if int32(r) < 0 {
		return result(r)
	}
	return nil
}

// release gives one reference back and returns how many are left. There may be no
// object.
func (o *object) release() int {
	if o == nil {
		return 0
	}
	left, _, _ := syscall.SyscallN(o.methods[release], uintptr(unsafe.Pointer(o)))
	return int(uint32(left))
}

func (o *object) uint32(key windows.GUID) (v uint32, err error) {
	err = o.call(getUINT32, uintptr(unsafe.Pointer(&key)), uintptr(unsafe.Pointer(&v)))
	return v, err
}

func (o *object) uint64(key windows.GUID) (v uint64, err error) {
	err = o.call(getUINT64, uintptr(unsafe.Pointer(&key)), uintptr(unsafe.Pointer(&v)))
	return v, err
}

func (o *object) guid(key windows.GUID) (v windows.GUID, err error) {
	err = o.call(getGUID, uintptr(unsafe.Pointer(&key)), uintptr(unsafe.Pointer(&v)))
	return v, err
}

// text is a string of the object's; empty where it has none.
func (o *object) text(key windows.GUID) string {
	var chars *uint16
	var length uint32
	if o.call(getAllocatedString, uintptr(unsafe.Pointer(&key)), uintptr(unsafe.Pointer(&chars)), uintptr(unsafe.Pointer(&length))) != nil {
		return ""
	}
	defer windows.CoTaskMemFree(unsafe.Pointer(chars))
	return windows.UTF16PtrToString(chars)
}

func (o *object) setUint32(key windows.GUID, v uint32) error {
	return o.call(setUINT32, uintptr(unsafe.Pointer(&key)), uintptr(v))
}

func (o *object) setGuid(key, v windows.GUID) error {
	return o.call(setGUID, uintptr(unsafe.Pointer(&key)), uintptr(unsafe.Pointer(&v)))
}
