// Package capture is what a camera that is plugged in is to the package above,
// whatever system it is plugged into: nodes, modes, frames, controls, and the
// words for what can go wrong. v4l2 and mediafoundation fulfil it.
//
// It holds values and arithmetic alone; nothing here touches a device.
package capture

import (
	"errors"
	"strings"
)

// Errors of a camera. Others are the system's own, for the log.
var (
	// ErrUnplugged: the camera is gone. Nothing but Close is of use any more.
	ErrUnplugged = errors.New("camera: it is gone")
	// ErrClosed: this end closed the camera.
	ErrClosed = errors.New("camera: it is closed")
	// ErrNoAccess: the camera is there and this user may not open it. On Linux the
	// node belongs to the group video; a rule of udev with TAG+="uaccess" gives it
	// to whoever sits at the desk. On Windows the privacy settings keep desktop
	// programs from it.
	ErrNoAccess = errors.New("camera: no permission to open it")
	// ErrBusy: another program streams from the camera.
	ErrBusy = errors.New("camera: another program uses it")
	// ErrNoRoom: the bus cannot carry this size beside what it carries already.
	ErrNoRoom = errors.New("camera: the bus has no room for this picture")
	// ErrNoCamera: the node is of another kind: output, metadata, radio.
	ErrNoCamera = errors.New("camera: the node takes no pictures")
	// ErrRefused: the driver does not take the request.
	ErrRefused = errors.New("camera: it refused the request")
	// ErrBroken: the driver marked the frame as damaged, or its length cannot be.
	// The next one may be whole.
	ErrBroken = errors.New("camera: a damaged frame")
	// ErrSilent: no frame came in the time that was given.
	ErrSilent = errors.New("camera: it sends nothing")
	// ErrChanged: what the camera sends has another format from now on. Stop,
	// Agree and Start again.
	ErrChanged = errors.New("camera: the picture's format changed")
	// ErrUnsupported: this system has no way to attached cameras, or lacks the
	// part of it that would have one.
	ErrUnsupported = errors.New("camera: attached cameras are not supported on this system")
)

// Pixel names how a frame is written: four characters, the first one lowest
// (linux/videodev2.h, v4l2_fourcc; the first four bytes of a Windows subtype).
type Pixel uint32

// The formats that are used. MJPEG and JPEG are a JPEG each frame; YUYV is two
// pixels in four bytes, luminance at even places (4:2:2, BT.601; Windows says
// YUY2); NV12 is all luminance and behind it, for each square of four pixels,
// the two colours (4:2:0).
const (
	MJPEG Pixel = 'M' | 'J'<<8 | 'P'<<16 | 'G'<<24
	JPEG  Pixel = 'J' | 'P'<<8 | 'E'<<16 | 'G'<<24
	YUYV  Pixel = 'Y' | 'U'<<8 | 'Y'<<16 | 'V'<<24
	NV12  Pixel = 'N' | 'V'<<8 | '1'<<16 | '2'<<24
)

// Compressed says whether each frame is a JPEG.
func (p Pixel) Compressed() bool { return p == MJPEG || p == JPEG }

// String returns the four characters.
func (p Pixel) String() string {
	return string([]byte{byte(p), byte(p >> 8), byte(p >> 16), byte(p >> 24)})
}

// Node is a camera that is attached and not opened.
type Node struct {
	Path   string // what Open needs, for example /dev/video0
	Name   string // as the camera calls itself; may be empty
	Bus    string // where it is plugged in, the same after a replug; empty when Denied
	Denied bool   // there, and this user may not open it
}

// Is says whether which names the node: by its path, by where it is plugged in,
// or by its name. Windows writes a path with capitals or without, as it comes.
func (n Node) Is(which string) bool {
	return strings.EqualFold(which, n.Path) || strings.EqualFold(which, n.Bus) || which == n.Name
}

// Frame is one picture as the driver wrote it.
type Frame struct {
	Data     []byte
	Sequence uint32 // counts frames, where the system does; a jump is frames that were let go
}
