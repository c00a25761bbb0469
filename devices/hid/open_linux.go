package hid

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"counterfoil/devices/bell"
)

// Open opens a node that Find returned. ErrUnplugged: it is no longer there;
// AccessError: this user may not; ErrBusy: another program has it (over hidraw: a
// program that opened it with Open).
func Open(n Node) (Device, error) {
	d, err := open(n)
	var denied *AccessError
	if errors.As(err, &denied) {
		denied.Rule = rule(denied.Rule, n)
	}
	return d, err
}

func open(n Node) (Device, error) {
	if n.Transport == "usbfs" {
		return openUSBDevice(n)
	}
	fd, err := bell.Again(func() (int, error) { return unix.Open(n.Path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, openError(n.Path, "hidraw", err)
	}
	// Any number may open a hidraw node, and each gets every report; two that
	// write to one pad garble each other's pictures. The lock binds our own
	// programs alone.
	if _, err := bell.Again(func() (int, error) { return 0, unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) }); errors.Is(err, unix.EWOULDBLOCK) {
		unix.Close(fd)
		return nil, ErrBusy
	}
	d, err := newHidraw(fd)
	if err != nil || n.usb == "" {
		return d, err
	}
	if p := openPipe(n.usb); p != nil {
		return &hidrawBulk{hidraw: d, pipe: p}, nil
	}
	return d, nil
}

// openError translates why a node of a subsystem cannot be opened. The rule of
// an AccessError is completed by Open, which knows the product.
func openError(path, subsystem string, err error) error {
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
		return &AccessError{Path: path, Rule: subsystem}
	}
	return ErrUnplugged
}

// rule returns the line that packaging/60-counterfoil.rules has for a product.
func rule(subsystem string, n Node) string {
	match := "ATTR"
	if subsystem == "hidraw" { // its ids are those of the USB device above it
		match = "ATTRS"
	}
	return fmt.Sprintf(`SUBSYSTEM=="%s", %s{idVendor}=="%04x", %s{idProduct}=="%04x", TAG+="uaccess"`, subsystem, match, n.Vendor, match, n.Product)
}
