//go:build amd64 || arm64

package mediafoundation

import (
	"unsafe"

	"golang.org/x/sys/windows"

	"counterfoil/devices/camera/capture"
)

// library is what is called of the system's libraries, which a Windows without its
// media features (the N editions) lacks. One that was started is ended once.
type library struct {
	endPlatform, endApartment               *windows.LazyProc
	createAttributes, enumerate, overSource *windows.LazyProc
	apartment                               uintptr // what keeps COM's apartment of all threads
}

// start loads the libraries and starts them for this program, which counts how
// often. ErrUnsupported: the system has no media features.
func start() (*library, error) {
	ole, plat := windows.NewLazySystemDLL("ole32.dll"), windows.NewLazySystemDLL("mfplat.dll")
	mf, rw := windows.NewLazySystemDLL("mf.dll"), windows.NewLazySystemDLL("mfreadwrite.dll")
	l := &library{endPlatform: plat.NewProc("MFShutdown"), endApartment: ole.NewProc("CoDecrementMTAUsage"),
		createAttributes: plat.NewProc("MFCreateAttributes"), enumerate: mf.NewProc("MFEnumDeviceSources"),
		overSource: rw.NewProc("MFCreateSourceReaderFromMediaSource")}
	startApartment, startPlatform := ole.NewProc("CoIncrementMTAUsage"), plat.NewProc("MFStartup")
	for _, p := range []*windows.LazyProc{l.endPlatform, l.endApartment, l.createAttributes, l.enumerate, l.overSource, startApartment, startPlatform} {
		if p.Find() != nil {
			return nil, capture.ErrUnsupported
		}
	}
	// Whatever thread a goroutine runs on is in this apartment then.
	if r, _, _ := startApartment.Call(uintptr(unsafe.Pointer(&l.apartment))); failed(r) != nil {
		return nil, failed(r)
	}
	const version, lite = 0x00020070, 1 // MF_VERSION; without sockets
	if r, _, _ := startPlatform.Call(version, lite); failed(r) != nil {
		l.endApartment.Call(l.apartment)
		if failed(r) == notImplemented {
			return nil, capture.ErrUnsupported
		}
		return nil, failed(r)
	}
	return l, nil
}

func (l *library) end() {
	l.endPlatform.Call()
	l.endApartment.Call(l.apartment)
}

// Keys and values of attributes (mfapi.h, mfidl.h, mfreadwrite.h).
var (
	sourceType        = windows.GUID{Data1: 0xC60AC5FE, Data2: 0x252A, Data3: 0x478F, Data4: [8]byte{0xA0, 0xEF, 0xBC, 0x8F, 0xA5, 0xF7, 0xCA, 0xD3}}
	videoCapture      = windows.GUID{Data1: 0x8AC3587A, Data2: 0x4AE7, Data3: 0x42D8, Data4: [8]byte{0x99, 0xE0, 0x0A, 0x60, 0x13, 0xEE, 0xF9, 0x0F}}
	symbolicLink      = windows.GUID{Data1: 0x58F0AAD8, Data2: 0x22BF, Data3: 0x4F8A, Data4: [8]byte{0xBB, 0x3D, 0xD2, 0xC4, 0x97, 0x8C, 0x6E, 0x2F}}
	friendlyName      = windows.GUID{Data1: 0x60D0E559, Data2: 0x52F8, Data3: 0x4FA2, Data4: [8]byte{0xBB, 0xCE, 0xAC, 0xDB, 0x34, 0xA8, 0xEC, 0x01}}
	asyncCallback     = windows.GUID{Data1: 0x1E3DBEAC, Data2: 0xBB43, Data3: 0x4C35, Data4: [8]byte{0xB5, 0x07, 0xCD, 0x64, 0x44, 0x64, 0xC9, 0x65}}
	disableConverters = windows.GUID{Data1: 0x98D5B065, Data2: 0x1374, Data3: 0x4847, Data4: [8]byte{0x8D, 0x5D, 0x31, 0x52, 0x0F, 0xEE, 0x71, 0x56}}
	subtype           = windows.GUID{Data1: 0xF7E34C9A, Data2: 0x42E8, Data3: 0x4714, Data4: [8]byte{0xB7, 0x4B, 0xCB, 0x29, 0xD7, 0x2C, 0x35, 0xE5}}
	frameSize         = windows.GUID{Data1: 0x1652C33D, Data2: 0xD6B2, Data3: 0x4012, Data4: [8]byte{0xB8, 0x34, 0x72, 0x03, 0x08, 0x49, 0xA3, 0x7D}}
	frameRate         = windows.GUID{Data1: 0xC459A2E8, Data2: 0x3D2C, Data3: 0x4E44, Data4: [8]byte{0xB1, 0x32, 0xFE, 0xE5, 0x15, 0x6C, 0x7B, 0xB0}}
	defaultStride     = windows.GUID{Data1: 0x644B4E48, Data2: 0x1E02, Data3: 0x4516, Data4: [8]byte{0xB0, 0xEB, 0xC0, 0x1C, 0xA9, 0xD4, 0x9A, 0xC6}}
	nominalRange      = windows.GUID{Data1: 0xC21B8EE5, Data2: 0xB956, Data3: 0x4071, Data4: [8]byte{0x8D, 0xAF, 0x32, 0x5E, 0xDF, 0x5C, 0xAB, 0x11}}
	deviceTimestamp   = windows.GUID{Data1: 0x8F3E35E7, Data2: 0x2DCD, Data3: 0x4887, Data4: [8]byte{0x86, 0x22, 0x2A, 0x58, 0xBA, 0xA6, 0x52, 0xB0}}
)

// attributes returns an empty store of keys and values.
func (l *library) attributes() (*object, error) {
	var a *object
	r, _, _ := l.createAttributes.Call(uintptr(unsafe.Pointer(&a)), 4)
	return a, failed(r)
}
