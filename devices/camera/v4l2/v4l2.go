// Package v4l2 is the seam to a camera on a Linux kernel node (/dev/video*):
// what it is, which sizes and rates it says it has, its frames through mapped
// buffers, its controls, and its end. It speaks to the kernel alone, without C.
//
// It must not decode, convert or choose: a frame is handed out as the driver
// wrote it, with what the driver said about it. Devices with several planes and
// devices that only read() are not used; no camera for a desk is one.
package v4l2

import "errors"

// Errors of a camera. Others are the system's own, for the log.
var (
	// ErrUnplugged: the camera is gone. Nothing but Close is of use any more.
	ErrUnplugged = errors.New("v4l2: the camera is gone")
	// ErrClosed: this end closed the camera.
	ErrClosed = errors.New("v4l2: the camera is closed")
	// ErrNoAccess: the camera is there and this user may not open it. The node
	// belongs to the group video; a rule of udev with TAG+="uaccess" gives it to
	// whoever sits at the desk.
	ErrNoAccess = errors.New("v4l2: no permission to open the camera")
	// ErrBusy: another program streams from the camera.
	ErrBusy = errors.New("v4l2: another program uses the camera")
	// ErrNoRoom: the bus cannot carry this size beside what it carries already.
	ErrNoRoom = errors.New("v4l2: the bus has no room for this picture")
	// ErrNoCamera: the node is of another kind: output, metadata, radio.
	ErrNoCamera = errors.New("v4l2: the node takes no pictures")
	// ErrRefused: the driver does not take the request.
	ErrRefused = errors.New("v4l2: the camera refused the request")
	// ErrBroken: the driver marked the frame as damaged, or its length cannot be.
	// The next one may be whole.
	ErrBroken = errors.New("v4l2: a damaged frame")
	// ErrSilent: no frame came in the time that was given.
	ErrSilent = errors.New("v4l2: the camera sends nothing")
	// ErrChanged: what the camera sends has another format from now on. Stop,
	// Agree and Start again.
	ErrChanged = errors.New("v4l2: the picture's format changed")
	// ErrUnsupported: this system has no way to attached cameras yet.
	ErrUnsupported = errors.New("v4l2: attached cameras are not supported on this system yet")
)

// Pixel names how a frame is written: four characters, the first one lowest
// (linux/videodev2.h, v4l2_fourcc).
type Pixel uint32

// The formats that are used. MJPEG and JPEG are a JPEG each frame; YUYV is two
// pixels in four bytes, luminance at even places (4:2:2, BT.601).
const (
	MJPEG Pixel = 'M' | 'J'<<8 | 'P'<<16 | 'G'<<24
	JPEG  Pixel = 'J' | 'P'<<8 | 'E'<<16 | 'G'<<24
	YUYV  Pixel = 'Y' | 'U'<<8 | 'Y'<<16 | 'V'<<24
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

// Layout is what the driver agreed to send; it may differ from what was asked.
type Layout struct {
	Pixel         Pixel
	Width, Height int  // pixels
	Stride        int  // bytes from one line to the next; 0 when compressed
	Size          int  // bytes that a frame has at most
	Full          bool // YUYV: luminance runs from 0 to 255 and not from 16 to 235
}

// Frame is one picture as the driver wrote it.
type Frame struct {
	Data     []byte
	Sequence uint32 // counts frames; a jump is frames that were let go
}

// ControlID names a control (linux/v4l2-controls.h).
type ControlID uint32

// The controls that a counter sets.
const (
	ExposureMode  ControlID = 0x009A0901 // 0 automatic, 1 manual, 3 automatic with a fixed aperture
	Exposure      ControlID = 0x009A0902 // units of 100 µs
	Focus         ControlID = 0x009A090A // no unit; larger is nearer
	FocusAuto     ControlID = 0x009A090C // 0 or 1
	Rotation      ControlID = 0x00980922 // degrees, clockwise
	ExposureAuto  int32     = 0
	ExposureFixed int32     = 1 // manual
	ExposurePrior int32     = 3 // what most USB cameras call automatic
)

// Control is one setting of a camera.
type Control struct {
	ID                      ControlID
	Name                    string
	Min, Max, Step, Default int32
	Usable                  bool // neither disabled nor read-only nor inactive now
}

// Near returns the value nearest to v that the control takes.
func (c Control) Near(v int32) int32 {
	low, high, step := int64(c.Min), int64(c.Max), max(int64(c.Step), 1)
	if high < low {
		return c.Default
	}
	steps := (min(max(int64(v), low), high) - low + step/2) / step
	return int32(min(low+steps*step, low+(high-low)/step*step))
}
