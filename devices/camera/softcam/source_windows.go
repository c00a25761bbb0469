//go:build amd64 || arm64

package softcam

import (
	"unsafe"

	"golang.org/x/sys/windows"

	"counterfoil/devices/camera/capture"
)

// What methods return (winerror.h, mferror.h).
const (
	ok             = 0
	noInterface    = 0x80004002
	notImplemented = 0x80004001
	noResources    = 0x800705AA
	inUse          = 0xC00D3EA3 // MF_E_VIDEO_RECORDING_DEVICE_PREEMPTED
	isShutDown     = 0xC00D3E85
	removed        = 0xC00D3EA2 // MF_E_VIDEO_RECORDING_DEVICE_INVALIDATED
)

// Kinds of events (mfobjects.h, MediaEventType).
const (
	eventError         = 1
	eventSourceStarted = 201
	eventStreamStarted = 202
	eventNewStream     = 205
	eventSample        = 213
)

func media(d1 uint32, d2, d3 uint16, rest ...byte) windows.GUID {
	return windows.GUID{Data1: d1, Data2: d2, Data3: d3, Data4: [8]byte(rest)}
}

// source is an IMFMediaSource, and its one stream an IMFMediaStream. Types, events
// and samples are the system's objects.
type source struct {
	counted
	camera *Camera
	queue  *object // of events
	shown  *object // its presentation descriptor
	stream *stream
	begun  bool
	ended  bool
}

type stream struct {
	counted
	source *source
	queue  *object
	shown  *object // its descriptor
	tokens []*object
}

func newSource(c *Camera) *source {
	s := &source{camera: c}
	st := &stream{source: s}
	s.stream = st
	s.begin([13]uintptr{
		windows.NewCallback((*source).queryInterface), windows.NewCallback((*source).addRef), windows.NewCallback((*source).release),
		windows.NewCallback((*source).getEvent), windows.NewCallback((*source).beginGetEvent), windows.NewCallback((*source).endGetEvent), windows.NewCallback((*source).queueEvent),
		windows.NewCallback((*source).characteristics), windows.NewCallback((*source).describe), windows.NewCallback((*source).start),
		windows.NewCallback((*source).refuse), windows.NewCallback((*source).refuse), windows.NewCallback((*source).shutdown),
	}, func() { s.queue.release(); s.shown.release(); st.release() })
	st.begin([13]uintptr{
		windows.NewCallback((*stream).queryInterface), windows.NewCallback((*stream).addRef), windows.NewCallback((*stream).release),
		windows.NewCallback((*stream).getEvent), windows.NewCallback((*stream).beginGetEvent), windows.NewCallback((*stream).endGetEvent), windows.NewCallback((*stream).queueEvent),
		windows.NewCallback((*stream).itsSource), windows.NewCallback((*stream).describe), windows.NewCallback((*stream).request),
	}, func() { st.queue.release(); st.shown.release() })
	create("MFCreateEventQueue", uintptr(unsafe.Pointer(&s.queue)))
	create("MFCreateEventQueue", uintptr(unsafe.Pointer(&st.queue)))
	st.shown = streamOf(c.opts)
	var shown *object
	create("MFCreatePresentationDescriptor", 1, uintptr(unsafe.Pointer(&st.shown)), uintptr(unsafe.Pointer(&shown)))
	shown.call(35, 0) // SelectStream
	s.shown = shown
	return s
}

// streamOf makes an IMFStreamDescriptor that lists the modes.
func streamOf(opts Opts) *object {
	types := make([]*object, len(opts.Modes))
	for i, m := range opts.Modes {
		types[i] = typeOf(m, opts.Upward)
	}
	var shown, handler *object
	create("MFCreateStreamDescriptor", 0, uintptr(len(types)), uintptr(unsafe.Pointer(&types[0])), uintptr(unsafe.Pointer(&shown)))
	shown.call(34, uintptr(unsafe.Pointer(&handler)))  // GetMediaTypeHandler
	handler.call(6, uintptr(unsafe.Pointer(types[0]))) // SetCurrentMediaType
	handler.release()
	for _, one := range types {
		one.release()
	}
	return shown
}

func typeOf(m capture.Mode, upward bool) *object {
	var one *object
	create("MFCreateMediaType", uintptr(unsafe.Pointer(&one)))
	rest := []byte{0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71}
	major, video := media(0x48EBA18E, 0xF8C9, 0x4687, 0xBF, 0x11, 0x0A, 0x74, 0xC9, 0xF9, 0x6A, 0x8F), media(0x73646976, 0, 0x10, rest...)
	minor, kind := media(0xF7E34C9A, 0x42E8, 0x4714, 0xB7, 0x4B, 0xCB, 0x29, 0xD7, 0x2C, 0x35, 0xE5), media(uint32(m.Pixel), 0, 0x10, rest...)
	if m.Pixel == capture.YUYV {
		kind.Data1 = 'Y' | 'U'<<8 | 'Y'<<16 | '2'<<24
	}
	size, rate := media(0x1652C33D, 0xD6B2, 0x4012, 0xB8, 0x34, 0x72, 0x03, 0x08, 0x49, 0xA3, 0x7D), media(0xC459A2E8, 0x3D2C, 0x4E44, 0xB1, 0x32, 0xFE, 0xE5, 0x15, 0x6C, 0x7B, 0xB0)
	one.call(24, uintptr(unsafe.Pointer(&major)), uintptr(unsafe.Pointer(&video))) // SetGUID
	one.call(24, uintptr(unsafe.Pointer(&minor)), uintptr(unsafe.Pointer(&kind)))
	one.call(22, uintptr(unsafe.Pointer(&size)), uintptr(m.Width)<<32|uintptr(m.Height)) // SetUINT64
	one.call(22, uintptr(unsafe.Pointer(&rate)), uintptr(m.Rate*1000)<<32|1000)
	full := media(0xC21B8EE5, 0xB956, 0x4071, 0x8D, 0xAF, 0x32, 0x5E, 0xDF, 0x5C, 0xAB, 0x11)
	one.call(21, uintptr(unsafe.Pointer(&full)), 1) // SetUINT32: luminance has the full range
	if line := map[capture.Pixel]int{capture.YUYV: 2 * m.Width, capture.NV12: m.Width}[m.Pixel]; upward {
		stride := media(0x644B4E48, 0x1E02, 0x4516, 0xB0, 0xEB, 0xC0, 0x1C, 0xA9, 0xD4, 0x9A, 0xC6)
		one.call(21, uintptr(unsafe.Pointer(&stride)), uintptr(uint32(-line)))
	}
	return one
}

// chosen is the mode that the reader set, by its place in the list.
func (s *source) chosen() capture.Mode {
	var handler, now *object
	s.stream.shown.call(34, uintptr(unsafe.Pointer(&handler)))
	defer handler.release()
	handler.call(7, uintptr(unsafe.Pointer(&now))) // GetCurrentMediaType
	defer now.release()
	for i, m := range s.camera.opts.Modes {
		var one *object
		handler.call(5, uintptr(i), uintptr(unsafe.Pointer(&one))) // GetMediaTypeByIndex
		var same int32
		const equal = 6 // IMFAttributes.Compare
		if now.call(equal, uintptr(unsafe.Pointer(one)), 3, uintptr(unsafe.Pointer(&same))); same != 0 {
			one.release()
			return m
		}
		one.release()
	}
	return capture.Mode{}
}

func (s *source) queryInterface(id *windows.GUID, out *uintptr) uintptr {
	return s.ask(id, out, media(0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46), media(0x2CD0BD52, 0xBCD5, 0x4B89, 0xB6, 0x2C, 0xEA, 0xDC, 0x0C, 0x03, 0x1E, 0x7D),
		media(0x279A808D, 0xAEC7, 0x40C8, 0x9C, 0x6B, 0xA6, 0xB4, 0x92, 0xC7, 0x8A, 0x66))
}

func (s *source) addRef() uintptr  { return s.counted.addRef() }
func (s *source) release() uintptr { return s.counted.release() }

func (s *source) getEvent(flags, out uintptr) uintptr       { return s.queue.call(3, flags, out) }
func (s *source) beginGetEvent(back, state uintptr) uintptr { return s.queue.call(4, back, state) }
func (s *source) endGetEvent(got, out uintptr) uintptr      { return s.queue.call(5, got, out) }

func (s *source) queueEvent(kind, extended, status, value uintptr) uintptr {
	return s.queue.call(7, kind, extended, status, value)
}

func (s *source) characteristics(out *uint32) uintptr {
	*out = 1 // it is live
	return s.camera.count()
}

func (s *source) describe(out uintptr) uintptr {
	if r := s.camera.count(); r != ok {
		return r
	}
	return s.shown.call(37, out) // Clone, which shares the stream's descriptor
}

func (s *source) refuse() uintptr { return notImplemented }

// start begins as the camera can.
func (s *source) start(descriptor, format, position uintptr) uintptr {
	if r := s.camera.begin(s); r != ok {
		return r
	}
	kind := uintptr(eventNewStream)
	if s.begun {
		kind++ // an updated one
	}
	s.begun = true
	s.tell(s.queue, kind, ok, unsafe.Pointer(s.stream))
	s.tell(s.queue, eventSourceStarted, ok, nil)
	s.tell(s.stream.queue, eventStreamStarted, ok, nil)
	return ok
}

// tell queues an event about an object, or about none.
func (s *source) tell(queue *object, kind, status uintptr, about unsafe.Pointer) {
	var none windows.GUID
	if about != nil {
		queue.call(8, kind, uintptr(unsafe.Pointer(&none)), status, uintptr(about))
		return
	}
	var empty [3]uint64 // a PROPVARIANT without a value
	queue.call(7, kind, uintptr(unsafe.Pointer(&none)), status, uintptr(unsafe.Pointer(&empty)))
}

func (s *source) shutdown() uintptr {
	if !s.camera.end(s) {
		return isShutDown
	}
	s.queue.call(9)
	s.stream.queue.call(9)
	return ok
}

func (t *stream) queryInterface(id *windows.GUID, out *uintptr) uintptr {
	return t.ask(id, out, media(0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46), media(0x2CD0BD52, 0xBCD5, 0x4B89, 0xB6, 0x2C, 0xEA, 0xDC, 0x0C, 0x03, 0x1E, 0x7D),
		media(0xD182108F, 0x4EC6, 0x443F, 0xAA, 0x42, 0xA7, 0x11, 0x06, 0xEC, 0x82, 0x5F))
}

func (t *stream) addRef() uintptr  { return t.counted.addRef() }
func (t *stream) release() uintptr { return t.counted.release() }

func (t *stream) getEvent(flags, out uintptr) uintptr       { return t.queue.call(3, flags, out) }
func (t *stream) beginGetEvent(back, state uintptr) uintptr { return t.queue.call(4, back, state) }
func (t *stream) endGetEvent(got, out uintptr) uintptr      { return t.queue.call(5, got, out) }

func (t *stream) queueEvent(kind, extended, status, value uintptr) uintptr {
	return t.queue.call(7, kind, extended, status, value)
}

func (t *stream) itsSource(out *uintptr) uintptr {
	*out = uintptr(unsafe.Pointer(t.source))
	t.source.addRef()
	return ok
}

func (t *stream) describe(out *uintptr) uintptr {
	*out = uintptr(unsafe.Pointer(t.shown))
	t.shown.addRef()
	return ok
}

func (t *stream) request(token *object) uintptr { return t.source.camera.request(t, token) }

// deliver queues a frame as a sample.
func (t *stream) deliver(frame []byte, token *object, at uint64) {
	var buffer, sample *object
	create("MFCreateMemoryBuffer", uintptr(max(len(frame), 1)), uintptr(unsafe.Pointer(&buffer)))
	defer buffer.release()
	var start *byte
	buffer.call(3, uintptr(unsafe.Pointer(&start)), 0, 0) // Lock
	copy(unsafe.Slice(start, len(frame)), frame)
	buffer.call(4)
	buffer.call(6, uintptr(len(frame))) // SetCurrentLength
	create("MFCreateSample", uintptr(unsafe.Pointer(&sample)))
	defer sample.release()
	sample.call(42, uintptr(unsafe.Pointer(buffer))) // AddBuffer
	sample.call(36, 0)                               // SetSampleTime
	if at != 0 {
		key := media(0x8F3E35E7, 0x2DCD, 0x4887, 0x86, 0x22, 0x2A, 0x58, 0xBA, 0xA6, 0x52, 0xB0)
		sample.call(22, uintptr(unsafe.Pointer(&key)), uintptr(at)) // SetUINT64
	}
	if token != nil {
		key := media(0x8294DA66, 0xF328, 0x4805, 0xB5, 0x51, 0x00, 0xDE, 0xB4, 0xC5, 0x7A, 0x61)
		sample.call(27, uintptr(unsafe.Pointer(&key)), uintptr(unsafe.Pointer(token))) // SetUnknown
		token.release()
	}
	t.source.tell(t.queue, eventSample, ok, unsafe.Pointer(sample))
}
