//go:build amd64 || arm64 || loong64 || riscv64

package v4l2

import "testing"

// TestTheRequestsAreThoseOfTheKernelsHeader compares with what a C compiler
// makes of linux/videodev2.h; a length that is wrong shows in the number.
func TestTheRequestsAreThoseOfTheKernelsHeader(t *testing.T) {
	for name, c := range map[string]struct{ ours, want uintptr }{
		"QUERYCAP": {queryCap, 0x80685600}, "ENUM_FMT": {enumFmt, 0xC0405602}, "G_FMT": {getFmt, 0xC0D05604}, "S_FMT": {setFmt, 0xC0D05605},
		"REQBUFS": {reqBufs, 0xC0145608}, "QUERYBUF": {queryBuf, 0xC0585609}, "QBUF": {queueBuf, 0xC058560F}, "DQBUF": {takeBuf, 0xC0585611},
		"STREAMON": {streamOn, 0x40045612}, "STREAMOFF": {streamOff, 0x40045613}, "G_PARM": {getParm, 0xC0CC5615}, "S_PARM": {setParm, 0xC0CC5616},
		"G_CTRL": {getCtrl, 0xC008561B}, "S_CTRL": {setCtrl, 0xC008561C}, "QUERYCTRL": {queryCtrl, 0xC0445624},
		"ENUM_FRAMESIZES": {enumSizes, 0xC02C564A}, "ENUM_FRAMEINTERVALS": {enumRates, 0xC034564B},
		"DQEVENT": {takeEvent, 0x80885659}, "SUBSCRIBE_EVENT": {subscribe, 0x4020565A},
	} {
		if c.ours != c.want {
			t.Errorf("%s is %#x, want %#x", name, c.ours, c.want)
		}
	}
}
