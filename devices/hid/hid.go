// Package hid is the seam between a driver and a HID device: feature reports
// out and in, input reports in, and the end of the device. Drivers are written
// against Device, so that the same driver runs over a kernel node and over the
// software pad of practice mode.
//
// It knows no report and no product. It must not interpret what passes, retry,
// or open a device that nobody asked for.
package hid

import (
	"context"
	"errors"
)

// Device is an open HID device. Feature reports and ReadInput may be used from
// different goroutines at the same time; Close ends every call under way.
type Device interface {
	// GetFeature asks for a feature report. size is its total length with the
	// report id at byte 0; what comes back is at most that long and starts with
	// the id.
	GetFeature(id byte, size int) ([]byte, error)
	// SetFeature sends a feature report, the id at byte 0.
	SetFeature(report []byte) error
	// ReadInput waits for the next input report, the id at byte 0; where Padded says
	// so it may be padded with zeros to the length of the longest. It returns
	// ctx's error when that ends first; no report is lost by that.
	ReadInput(ctx context.Context) ([]byte, error)
	// Close gives the device back. It may be called more than once.
	Close() error
}

// BulkWriter is a Device that has an endpoint for large data beside its reports.
// A device without one does not have the method.
type BulkWriter interface {
	// WriteBulk sends data in order and whole, or returns why not; what had been
	// sent by then is the device's to forget.
	WriteBulk(ctx context.Context, data []byte) error
}

// Errors of a device. Others are the system's own, for the log.
var (
	// ErrUnplugged: the device is gone. Nothing but Close is of use any more.
	ErrUnplugged = errors.New("hid: the device is gone")
	// ErrClosed: this end closed the device.
	ErrClosed = errors.New("hid: the device is closed")
	// ErrRefused: the device does not take or have this report.
	ErrRefused = errors.New("hid: the device refused the report")
	// ErrNoAccess: the device is there and this user may not open it.
	ErrNoAccess = errors.New("hid: no permission to open the device")
	// ErrBusy: another program has the device.
	ErrBusy = errors.New("hid: another program has the device")
	// ErrUnsupported: this system has no way to HID devices yet.
	ErrUnsupported = errors.New("hid: not supported on this system")
)

// AccessError says which node this user may not open, and the udev rule that
// would allow it to whoever sits at the machine. It is an ErrNoAccess.
type AccessError struct {
	Path string // of the node
	Rule string // a line of packaging/60-counterfoil.rules; empty where the system has no such rules
}

// Error implements error.
func (e *AccessError) Error() string {
	if e.Rule == "" {
		return "hid: no permission to open " + e.Path
	}
	return "hid: no permission to open " + e.Path + "; a udev rule is missing: " + e.Rule
}

// Unwrap makes it an ErrNoAccess.
func (e *AccessError) Unwrap() error { return ErrNoAccess }

// Padded reports whether input reports of a transport come padded with zeros:
// Windows hands out records of one length (hidsdi.h).
func Padded(transport string) bool { return transport == "hid.dll" }

// Node is a device that is attached and not opened.
type Node struct {
	Path      string // what Open needs, for example /dev/hidraw0, /dev/bus/usb/001/004 or \\?\hid#…
	Transport string // "hidraw", "usbfs" or "hid.dll"
	Vendor    uint16
	Product   uint16
	Name      string // as the device calls itself; may be empty
	Serial    string // may be empty

	usb string // of a hidraw node: the same device below /dev/bus/usb, if it is on the USB
}
