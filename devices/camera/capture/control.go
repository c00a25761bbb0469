package capture

// ControlID names a control, by its number in linux/v4l2-controls.h.
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
