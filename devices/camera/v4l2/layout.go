package v4l2

import (
	"bytes"
	"encoding/binary"

	"counterfoil/devices/camera/capture"
)

// Layouts of the kernel's structures on 64-bit little-endian systems: lengths
// and offsets as sizeof and offsetof give them for linux/videodev2.h. Nothing
// here touches a device.
const (
	capabilityLen = 104
	fmtdescLen    = 64
	frmsizeLen    = 44
	frmivalLen    = 52
	formatLen     = 208
	parmLen       = 204
	requestLen    = 20
	bufferLen     = 88
	queryctrlLen  = 68
	controlLen    = 8
	subscribeLen  = 32
	eventLen      = 136
)

const (
	bufKind    = 1 // V4L2_BUF_TYPE_VIDEO_CAPTURE
	memoryMmap = 1

	capCapture    = 0x00000001
	capStreaming  = 0x04000000
	capDeviceCaps = 0x80000000

	flagError        = 0x00000040 // of a buffer
	flagEmulated     = 0x00000002 // of a format: libv4l made it up
	flagDisabled     = 0x00000001 // of a control
	flagReadOnly     = 0x00000004
	flagInactive     = 0x00000010
	nextControl      = 0x80000000
	canTimePerFrame  = 0x1000
	eventSource      = 5 // V4L2_EVENT_SOURCE_CHANGE
	sizeDiscrete     = 1
	fieldNone        = 1
	privMagic        = 0xFEEDCAFE // the fields after it are filled in
	fullRange        = 1          // V4L2_QUANTIZATION_FULL_RANGE
	colorspaceJPEG   = 7          // full range unless said otherwise
	controlClassKind = 6          // a heading, no control
)

var le = binary.LittleEndian

func text(b []byte) string {
	s, _, _ := bytes.Cut(b, []byte{0})
	return string(bytes.ToValidUTF8(s, []byte("?")))
}

// card is what VIDIOC_QUERYCAP says. caps are of this node, not of the whole
// device: a USB camera's metadata node shares the device's capabilities and
// takes no pictures.
type card struct {
	name, bus string
	caps      uint32
}

func parseCapability(b []byte) card {
	c := card{name: text(b[16:48]), bus: text(b[48:80]), caps: le.Uint32(b[84:])}
	if c.caps&capDeviceCaps != 0 {
		c.caps = le.Uint32(b[88:])
	}
	return c
}

// takesPictures says whether the node is one to use.
func (c card) takesPictures() bool { return c.caps&capCapture != 0 && c.caps&capStreaming != 0 }

func askFormat(index int) []byte {
	b := make([]byte, fmtdescLen)
	le.PutUint32(b, uint32(index))
	le.PutUint32(b[4:], bufKind)
	return b
}

func parseFormatName(b []byte) (capture.Pixel, bool) {
	return capture.Pixel(le.Uint32(b[44:])), le.Uint32(b[8:])&flagEmulated == 0
}

func askSize(p capture.Pixel, index int) []byte {
	b := make([]byte, frmsizeLen)
	le.PutUint32(b, uint32(index))
	le.PutUint32(b[4:], uint32(p))
	return b
}

func parseSize(b []byte) (s span, discrete bool) {
	at := func(i int) int { return int(le.Uint32(b[12+4*i:])) }
	if le.Uint32(b[8:]) == sizeDiscrete {
		return span{at(0), at(0), 1, at(1), at(1), 1}, true
	}
	return span{at(0), at(1), at(2), at(3), at(4), at(5)}, false
}

func askInterval(p capture.Pixel, w, h, index int) []byte {
	b := make([]byte, frmivalLen)
	le.PutUint32(b, uint32(index))
	le.PutUint32(b[4:], uint32(p))
	le.PutUint32(b[8:], uint32(w))
	le.PutUint32(b[12:], uint32(h))
	return b
}

// parseInterval returns the highest rate, in frames a second, that one answer
// allows (of a range its shortest interval), and 0 for what is no fraction.
func parseInterval(b []byte) (rate float64, discrete bool) {
	return perSecond(le.Uint32(b[20:]), le.Uint32(b[24:])), le.Uint32(b[16:]) == sizeDiscrete
}

func perSecond(numerator, denominator uint32) float64 {
	if numerator == 0 || denominator == 0 {
		return 0
	}
	return float64(denominator) / float64(numerator)
}

func putFormat(m capture.Mode) []byte {
	b := make([]byte, formatLen)
	le.PutUint32(b, bufKind)
	le.PutUint32(b[8:], uint32(m.Width))
	le.PutUint32(b[12:], uint32(m.Height))
	le.PutUint32(b[16:], uint32(m.Pixel))
	le.PutUint32(b[20:], fieldNone)
	le.PutUint32(b[36:], privMagic)
	return b
}

func parseFormat(b []byte) capture.Layout {
	l := capture.Layout{Width: int(le.Uint32(b[8:])), Height: int(le.Uint32(b[12:])), Pixel: capture.Pixel(le.Uint32(b[16:])),
		Stride: int(le.Uint32(b[24:])), Size: int(le.Uint32(b[28:]))}
	l.Full = le.Uint32(b[32:]) == colorspaceJPEG
	if quantization := le.Uint32(b[48:]); le.Uint32(b[36:]) == privMagic && quantization != 0 {
		l.Full = quantization == fullRange
	}
	return l
}

// putRate asks for frames a second, in thousandths, so that 29.97 is kept.
func putRate(b []byte, rate float64) {
	le.PutUint32(b, bufKind)
	le.PutUint32(b[12:], 1000)
	le.PutUint32(b[16:], uint32(rate*1000+0.5))
}

func putBuffers(count int) []byte {
	b := make([]byte, requestLen)
	le.PutUint32(b, uint32(count))
	le.PutUint32(b[4:], bufKind)
	le.PutUint32(b[8:], memoryMmap)
	return b
}

func putBuffer(index int) []byte {
	b := make([]byte, bufferLen)
	le.PutUint32(b, uint32(index))
	le.PutUint32(b[4:], bufKind)
	le.PutUint32(b[60:], memoryMmap)
	return b
}

// buffer is v4l2_buffer as the driver fills it in.
type buffer struct {
	index, used int
	flags       uint32
	sequence    uint32
	offset      int64
	length      int
	broken      bool
}

func parseBuffer(b []byte) buffer {
	v := buffer{index: int(le.Uint32(b)), used: int(le.Uint32(b[8:])), flags: le.Uint32(b[12:]), sequence: le.Uint32(b[56:]),
		offset: int64(le.Uint32(b[64:])), length: int(le.Uint32(b[72:]))}
	v.broken = v.flags&flagError != 0
	return v
}

func askControl(after capture.ControlID) []byte {
	b := make([]byte, queryctrlLen)
	le.PutUint32(b, uint32(after)|nextControl)
	return b
}

// parseControl returns false for a heading.
func parseControl(b []byte) (capture.Control, bool) {
	at := func(i int) int32 { return int32(le.Uint32(b[i:])) }
	c := capture.Control{ID: capture.ControlID(le.Uint32(b)), Name: text(b[8:40]), Min: at(40), Max: at(44), Step: at(48), Default: at(52),
		Usable: le.Uint32(b[56:])&(flagDisabled|flagReadOnly|flagInactive) == 0}
	return c, le.Uint32(b[4:]) != controlClassKind
}

func putControl(id capture.ControlID, value int32) []byte {
	b := make([]byte, controlLen)
	le.PutUint32(b, uint32(id))
	le.PutUint32(b[4:], uint32(value))
	return b
}
