package mediafoundation

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/devices/camera/capture"
)

func subtypeOf(fourcc string) (id [16]byte) {
	copy(id[:], fourcc+subtypeRest)
	return id
}

func TestAMediaTypeBecomesAMode(t *testing.T) {
	const vga, each30 = 640<<32 | 480, 30000<<32 | 1001
	for name, c := range map[string]struct {
		f      format
		mode   string
		stride int
	}{
		"motion JPEG":               {format{subtype: subtypeOf("MJPG"), size: vga, rate: each30}, "640×480 MJPG 30/s", 0},
		"YUY2":                      {format{subtype: subtypeOf("YUY2"), size: vga, rate: each30}, "640×480 YUYV 30/s", 1280},
		"NV12":                      {format{subtype: subtypeOf("NV12"), size: vga}, "640×480 NV12", 640},
		"lines that are padded":     {format{subtype: subtypeOf("NV12"), size: vga, stride: 704}, "640×480 NV12", 704},
		"the last line first":       {format{subtype: subtypeOf("YUY2"), size: vga, stride: -1280}, "640×480 YUYV", 1280},
		"a stride that cannot be":   {format{subtype: subtypeOf("YUY2"), size: vga, stride: 5}, "640×480 YUYV", 1280},
		"the smallest of strides":   {format{subtype: subtypeOf("YUY2"), size: vga, stride: -1 << 31}, "", 0},
		"another format":            {format{subtype: subtypeOf("RGB3"), size: vga}, "", 0},
		"a subtype of another kind": {format{subtype: [16]byte{'M', 'J', 'P', 'G'}, size: vga}, "", 0},
		"no size":                   {format{subtype: subtypeOf("MJPG")}, "", 0},
		"a size beyond belief":      {format{subtype: subtypeOf("MJPG"), size: 1<<63 | 480}, "", 0},
		"half a pixel":              {format{subtype: subtypeOf("NV12"), size: 639<<32 | 480}, "", 0},
	} {
		m, ok := c.f.mode()
		l, _ := c.f.layout()
		if ok != (c.mode != "") || ok && (m.String() != c.mode || l.Stride != c.stride) {
			t.Errorf("%s: %v %v, %+v", name, m, ok, l)
		}
	}
	if l, _ := (format{subtype: subtypeOf("YUY2"), size: vga, nominalRange: 1}).layout(); !l.Full {
		t.Error("the full range is not taken up")
	}
}

func FuzzAMediaTypeIsBelievedOnlyIfItsFramesFit(f *testing.F) {
	f.Add("YUY2", uint64(640<<32|480), int32(-1280))
	f.Add("NV12", uint64(1<<40), int32(1<<30))
	f.Fuzz(func(t *testing.T, fourcc string, size uint64, stride int32) {
		l, ok := format{subtype: subtypeOf(fourcc), size: size, stride: stride}.layout()
		if ok && (!l.Sound() || l.Bytes() > capture.MaxFrame) {
			t.Errorf("%+v", l)
		}
	})
}

func TestLinesFromTheBottomUpAreTurned(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stride, lines := rapid.IntRange(1, 9).Draw(t, "stride"), rapid.IntRange(0, 9).Draw(t, "lines")
		up := rapid.SliceOfN(rapid.Byte(), stride*lines, stride*lines).Draw(t, "plane")
		down := bytes.Clone(up)
		turned(down, stride)
		for y := range lines {
			if !bytes.Equal(down[y*stride:][:stride], up[(lines-1-y)*stride:][:stride]) {
				t.Fatalf("line %d", y)
			}
		}
	})
}

func TestACamerasPlaceReadsAsInTheDeviceManager(t *testing.T) {
	for path, want := range map[string]string{
		`\\?\usb#vid_046d&pid_0825&mi_00#7&2a5f4a6&0&0000#{e5323777-f976-4f5b-9b55-b94699c46e44}\global`: `USB\VID_046D&PID_0825&MI_00\7&2A5F4A6&0&0000`,
		`\\?\SWD#VCAMDEVAPI#42#{e5323777-f976-4f5b-9b55-b94699c46e44}\{1234}`:                            `SWD\VCAMDEVAPI\42`,
		`\\?\root#camera#0000`: `ROOT\CAMERA\0000`,
		`/dev/video0`:          "",
		"":                     "",
	} {
		if got := place(path); got != want {
			t.Errorf("%q is at %q", path, got)
		}
	}
}

func TestFailuresOfTheSystemAreTold(t *testing.T) {
	for r, want := range map[result]error{
		0x80070005: capture.ErrNoAccess,  // the privacy settings
		0xC00D3EA2: capture.ErrUnplugged, // MF_E_VIDEO_RECORDING_DEVICE_INVALIDATED
		0xC00D3E85: capture.ErrUnplugged, // MF_E_SHUTDOWN
		0x8007001F: capture.ErrUnplugged, // ERROR_GEN_FAILURE
		0xC00D3EA3: capture.ErrBusy,      // MF_E_VIDEO_RECORDING_DEVICE_PREEMPTED
		0x80070020: capture.ErrBusy,      // ERROR_SHARING_VIOLATION
		0xC00D3704: capture.ErrBusy,      // MF_E_HW_MFT_FAILED_START_STREAMING
		0x800705AA: capture.ErrNoRoom,    // ERROR_NO_SYSTEM_RESOURCES
		0xC00D36B4: capture.ErrRefused,   // MF_E_INVALIDMEDIATYPE
	} {
		if got := translate(fmt.Errorf("reading: %w", r)); !errors.Is(got, want) {
			t.Errorf("%v: %v", r, got)
		}
	}
	if got := translate(result(0x8007000E)); got != result(0x8007000E) || got.Error() != "mediafoundation: 0x8007000E" {
		t.Errorf("one without a word of its own: %v", got)
	}
	if translate(nil) != nil || translate(capture.ErrBroken) != capture.ErrBroken {
		t.Error("what is no failure of the system's was changed")
	}
}
