package capture

import (
	"math"
	"testing"
)

func TestACameraIsNamedByItsPathItsPlaceOrItsName(t *testing.T) {
	n := Node{Path: `\\?\usb#vid_046d&pid_0825&mi_00#7&2A5F&0&0000#{e5323777}\global`, Bus: `USB\VID_046D&PID_0825&MI_00\7&2A5F&0&0000`, Name: "HD Webcam"}
	for which, want := range map[string]bool{
		n.Path: true, `\\?\USB#VID_046D&PID_0825&MI_00#7&2a5f&0&0000#{E5323777}\GLOBAL`: true,
		n.Bus: true, `usb\vid_046d&pid_0825&mi_00\7&2a5f&0&0000`: true,
		"HD Webcam": true, "hd webcam": false, "HD": false, `USB\VID_046D&PID_0825&MI_00\7&2A5F&0&0001`: false,
	} {
		if n.Is(which) != want {
			t.Errorf("%q", which)
		}
	}
}

func TestAnAnswerThatCannotBeIsNotSound(t *testing.T) {
	nv12 := Layout{Pixel: NV12, Width: 640, Height: 480, Stride: 640, Size: 640 * 480 * 3 / 2}
	yuyv := Layout{Pixel: YUYV, Width: 640, Height: 480, Stride: 1280, Size: 640 * 480 * 2}
	for name, c := range map[string]struct {
		of     Layout
		change func(*Layout)
		want   bool
	}{
		"NV12 as it should be":      {nv12, func(*Layout) {}, true},
		"NV12 with padded lines":    {nv12, func(l *Layout) { l.Stride, l.Size = 704, 704*480*3/2 }, true},
		"NV12 of an odd height":     {nv12, func(l *Layout) { l.Height = 479 }, false},
		"NV12 of an odd width":      {nv12, func(l *Layout) { l.Width = 639 }, false},
		"NV12 with too short lines": {nv12, func(l *Layout) { l.Stride = 639 }, false},
		"NV12 without its colours":  {nv12, func(l *Layout) { l.Size = 640 * 480 }, false},
		"YUYV as it should be":      {yuyv, func(*Layout) {}, true},
		"YUYV of an odd height":     {yuyv, func(l *Layout) { l.Height = 479 }, true},
		"YUYV of one byte a pixel":  {yuyv, func(l *Layout) { l.Stride = 640 }, false},
		"another format":            {yuyv, func(l *Layout) { l.Pixel = 'R' }, false},
		"a stride that overflows":   {yuyv, func(l *Layout) { l.Stride = math.MaxInt }, false},
	} {
		l := c.of
		if c.change(&l); l.Sound() != c.want {
			t.Errorf("%s: %+v", name, l)
		}
	}
}
