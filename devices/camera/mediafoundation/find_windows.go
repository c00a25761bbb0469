//go:build amd64 || arm64

package mediafoundation

import (
	"cmp"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"

	"counterfoil/devices/camera/capture"
)

// Find returns the attached cameras in the system's order. A machine without any
// has none: that is no error. Whether this user may open one shows only then.
func Find() ([]capture.Node, error) {
	l, err := start()
	if err != nil {
		return nil, translate(err)
	}
	defer l.end()
	var found []capture.Node
	err = l.each(func(camera *object) error {
		if path := camera.text(symbolicLink); path != "" {
			found = append(found, capture.Node{Path: path, Name: camera.text(friendlyName), Bus: place(path)})
		}
		return nil
	})
	return found, translate(err)
}

// each shows every camera that is attached, as an activation, until one is an error.
func (l *library) each(show func(*object) error) error {
	what, err := l.attributes()
	if err != nil {
		return err
	}
	defer what.release()
	if err := what.setGuid(sourceType, videoCapture); err != nil {
		return err
	}
	var list **object
	var count uint32
	r, _, _ := l.enumerate.Call(uintptr(unsafe.Pointer(what)), uintptr(unsafe.Pointer(&list)), uintptr(unsafe.Pointer(&count)))
	if failed(r) != nil {
		return failed(r)
	}
	defer windows.CoTaskMemFree(unsafe.Pointer(list))
	for _, one := range unsafe.Slice(list, count) {
		if err == nil {
			err = show(one)
		}
		one.release()
	}
	return err
}

// Open opens a node that Find returned. ErrUnplugged: it is no longer there. What
// else keeps it from sending may show only when it is to begin.
func Open(n capture.Node) (*Device, error) {
	return open(cmp.Or(n.Name, n.Path), func(l *library) (source *object, err error) {
		err = l.each(func(camera *object) error {
			if source != nil || !strings.EqualFold(camera.text(symbolicLink), n.Path) {
				return nil
			}
			return camera.call(activate, uintptr(unsafe.Pointer(&iMediaSource)), uintptr(unsafe.Pointer(&source)))
		})
		if err == nil && source == nil {
			err = capture.ErrUnplugged
		}
		return source, err
	})
}

var iMediaSource = windows.GUID{Data1: 0x279A808D, Data2: 0xAEC7, Data3: 0x40C8, Data4: [8]byte{0x9C, 0x6B, 0xA6, 0xB4, 0x92, 0xC7, 0x8A, 0x66}}
