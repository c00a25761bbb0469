package hid

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// dll is what is called of the system's libraries. They are part of Windows since
// Vista; the notifications since 8.
type dll struct {
	hidGuid, attributes, product, serial, buffers, preparsed, freePreparsed, caps *windows.LazyProc
	devices, enumerate, detail, destroy, register, unregister                     *windows.LazyProc
}

func libraries() dll {
	h, s, c := windows.NewLazySystemDLL("hid.dll"), windows.NewLazySystemDLL("setupapi.dll"), windows.NewLazySystemDLL("cfgmgr32.dll")
	return dll{
		hidGuid: h.NewProc("HidD_GetHidGuid"), attributes: h.NewProc("HidD_GetAttributes"), product: h.NewProc("HidD_GetProductString"),
		serial: h.NewProc("HidD_GetSerialNumberString"), buffers: h.NewProc("HidD_SetNumInputBuffers"), preparsed: h.NewProc("HidD_GetPreparsedData"),
		freePreparsed: h.NewProc("HidD_FreePreparsedData"), caps: h.NewProc("HidP_GetCaps"),
		devices: s.NewProc("SetupDiGetClassDevsW"), enumerate: s.NewProc("SetupDiEnumDeviceInterfaces"),
		detail: s.NewProc("SetupDiGetDeviceInterfaceDetailW"), destroy: s.NewProc("SetupDiDestroyDeviceInfoList"),
		register: c.NewProc("CM_Register_Notification"), unregister: c.NewProc("CM_Unregister_Notification"),
	}
}

// interfaces returns the paths of all HID collections that are present.
func (l dll) interfaces() ([]string, error) {
	var class windows.GUID
	l.hidGuid.Call(uintptr(unsafe.Pointer(&class)))
	const present, ofInterfaces = 0x2, 0x10 // DIGCF_PRESENT, DIGCF_DEVICEINTERFACE
	set, _, err := l.devices.Call(uintptr(unsafe.Pointer(&class)), 0, 0, present|ofInterfaces)
	if windows.Handle(set) == windows.InvalidHandle {
		return nil, err
	}
	defer l.destroy.Call(set)
	var paths []string
	for i := uintptr(0); ; i++ {
		one := deviceInterface{size: uint32(unsafe.Sizeof(deviceInterface{}))}
		if ok, _, _ := l.enumerate.Call(set, 0, uintptr(unsafe.Pointer(&class)), i, uintptr(unsafe.Pointer(&one))); ok == 0 {
			return paths, nil // that were all
		}
		if path, ok := l.path(set, &one); ok {
			paths = append(paths, path)
		}
	}
}

// deviceInterface is SP_DEVICE_INTERFACE_DATA, setupapi.h.
type deviceInterface struct {
	size     uint32
	class    windows.GUID
	flags    uint32
	reserved uintptr
}

// path asks for an interface's path: SP_DEVICE_INTERFACE_DETAIL_DATA_W is a size,
// which is that of the structure and not of the buffer, and the path behind it.
func (l dll) path(set uintptr, one *deviceInterface) (string, bool) {
	const longest = 1024 // characters
	var detail struct {
		size uint32
		path [longest]uint16
	}
	detail.size = 8
	if unsafe.Sizeof(uintptr(0)) == 4 {
		detail.size = 6
	}
	ok, _, _ := l.detail.Call(set, uintptr(unsafe.Pointer(one)), uintptr(unsafe.Pointer(&detail)), unsafe.Sizeof(detail), 0, 0)
	return windows.UTF16ToString(detail.path[:]), ok != 0
}

// attributes of a collection: HIDD_ATTRIBUTES, hidsdi.h.
type attributes struct {
	size                     uint32
	vendor, product, version uint16
}

func (l dll) identity(h windows.Handle) (attributes, bool) {
	a := attributes{size: 12}
	ok, _, _ := l.attributes.Call(uintptr(h), uintptr(unsafe.Pointer(&a)))
	return a, byte(ok) != 0
}

// text asks for a string of a device; empty where it has none.
func (l dll) text(of *windows.LazyProc, h windows.Handle) string {
	buf := make([]uint16, 127) // the USB's longest string has 126 characters
	ok, _, _ := of.Call(uintptr(h), uintptr(unsafe.Pointer(&buf[0])), uintptr(2*len(buf)))
	if byte(ok) == 0 {
		return ""
	}
	return windows.UTF16ToString(buf)
}

// shape is how long a collection's longest reports are, their ids included.
type shape struct{ input, feature int }

func (l dll) shapeOf(h windows.Handle) shape {
	var data uintptr
	if ok, _, _ := l.preparsed.Call(uintptr(h), uintptr(unsafe.Pointer(&data))); byte(ok) == 0 {
		return shape{}
	}
	defer l.freePreparsed.Call(data)
	const success = 0x00110000 // HIDP_STATUS_SUCCESS
	var caps [32]uint16        // HIDP_CAPS: lengths of input, output and feature reports at 2, 3 and 4
	if r, _, _ := l.caps.Call(data, uintptr(unsafe.Pointer(&caps[0]))); uint32(r) != success {
		return shape{}
	}
	return shape{input: int(caps[2]), feature: int(caps[4])}
}
