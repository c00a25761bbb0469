package hid

import (
	"errors"
	"slices"

	"golang.org/x/sys/windows"
)

// Find returns the attached devices of a vendor that are one of products. A
// machine without any has none: that is no error.
func Find(vendor uint16, products []uint16) ([]Node, error) {
	l := libraries()
	paths, err := l.interfaces()
	if err != nil {
		return nil, err
	}
	var found []Node
	for _, path := range paths {
		n, ok := l.look(path)
		if ok && n.Vendor == vendor && slices.Contains(products, n.Product) {
			found = append(found, n)
		}
	}
	return found, nil
}

// look asks a collection who it is. It opens it without access to its reports,
// which nobody is refused.
func (l dll) look(path string) (Node, bool) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return Node{}, false
	}
	h, err := windows.CreateFile(name, 0, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		return Node{}, false // it was unplugged meanwhile
	}
	defer windows.CloseHandle(h)
	a, ok := l.identity(h)
	return Node{Path: path, Transport: "hid.dll", Vendor: a.vendor, Product: a.product, Name: l.text(l.product, h), Serial: l.text(l.serial, h)}, ok
}

// Open opens a node that Find returned, for this program alone. ErrUnplugged: it
// is no longer there; AccessError: this user may not; ErrBusy: another program has
// it. Pictures go by reports: the endpoint for large data needs the maker's driver.
func Open(n Node) (Device, error) {
	name, err := windows.UTF16PtrFromString(n.Path)
	if err != nil {
		return nil, ErrUnplugged
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_OVERLAPPED, 0)
	switch {
	case errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return nil, &AccessError{Path: n.Path}
	case errors.Is(err, windows.ERROR_SHARING_VIOLATION):
		return nil, ErrBusy
	case err != nil:
		return nil, ErrUnplugged
	}
	l := libraries()
	const kept = 512 // reports that wait for a slow reader; the system's own is 32
	l.buffers.Call(uintptr(h), kept)
	return over(h, l.shapeOf(h))
}
