package v4l2

import "counterfoil/devices/camera/capture"

// maxModes cuts off a driver that never ends its list.
const maxModes = 1024

// usual sizes stand in for a range that a camera gives instead of a list.
var usual = [][2]int{{4608, 3456}, {3840, 2160}, {3264, 2448}, {2592, 1944}, {2048, 1536}, {1920, 1080}, {1600, 1200}, {1280, 960}, {1280, 720}, {1024, 768}, {800, 600}, {640, 480}}

// span is a range of sizes; a discrete size is a span of one.
type span struct{ minW, maxW, stepW, minH, maxH, stepH int }

// sizes returns the largest size of a span and the usual ones within it.
func (s span) sizes() [][2]int {
	ok := s.minW >= 1 && s.minH >= 1 && s.maxW >= s.minW && s.maxH >= s.minH && s.maxW <= capture.MaxSide && s.maxH <= capture.MaxSide
	if !ok {
		return nil
	}
	list := [][2]int{{s.maxW, s.maxH}}
	on := func(v, low, high, step int) bool { return v >= low && v <= high && (v-low)%max(step, 1) == 0 }
	for _, u := range usual {
		if on(u[0], s.minW, s.maxW, s.stepW) && on(u[1], s.minH, s.maxH, s.stepH) && u != list[0] {
			list = append(list, u)
		}
	}
	return list
}
