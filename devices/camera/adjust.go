package camera

import (
	"errors"

	"counterfoil/devices/camera/v4l2"
)

// Adjust is how a camera sets something: by itself, or to a value that is kept.
type Adjust struct {
	Manual bool
	Value  int32 // where Manual; brought into the camera's range
}

// Abilities are what a camera says it can do.
type Abilities struct {
	Modes                     []v4l2.Mode // of those that are used here
	Focus, Exposure, Rotation bool        // it can be told
}

// adjust sets focus, exposure and rotation, where the camera has them. It does
// so at every opening and for the automatic ones too: a camera keeps what
// another program set.
func (a *Attached) adjust() error {
	list, err := a.dev.Controls()
	if err != nil {
		return err
	}
	has := make(map[v4l2.ControlID]v4l2.Control, len(list))
	for _, c := range list {
		has[c.ID] = c
	}
	_, a.can.Focus = has[v4l2.Focus]
	_, a.can.Exposure = has[v4l2.Exposure]
	_, a.can.Rotation = has[v4l2.Rotation]
	set := setter{dev: a.dev, has: has}
	set.focus(a.opts.Focus)
	set.exposure(a.opts.Exposure)
	a.soft = a.opts.Turn
	if c, ok := has[v4l2.Rotation]; ok && c.Near(int32(a.opts.Turn)) == int32(a.opts.Turn) && set.put(v4l2.Rotation, int32(a.opts.Turn)) {
		a.soft = 0
	}
	return set.gone
}

// setter sets controls. A camera that does not take one goes on as it is; one
// that is gone is remembered.
type setter struct {
	dev  *v4l2.Device
	has  map[v4l2.ControlID]v4l2.Control
	gone error
}

// put says whether the camera has the control and took the value.
func (s *setter) put(id v4l2.ControlID, value int32) bool {
	c, ok := s.has[id]
	if !ok || s.gone != nil {
		return false
	}
	err := s.dev.Set(id, c.Near(value))
	if errors.Is(err, v4l2.ErrUnplugged) || errors.Is(err, v4l2.ErrClosed) {
		s.gone = err
	}
	return err == nil
}

func (s *setter) focus(a Adjust) {
	if !a.Manual {
		s.put(v4l2.FocusAuto, 1)
		return
	}
	s.put(v4l2.FocusAuto, 0) // the value is inactive until then
	s.put(v4l2.Focus, a.Value)
}

func (s *setter) exposure(a Adjust) {
	if a.Manual {
		s.put(v4l2.ExposureMode, v4l2.ExposureFixed)
		s.put(v4l2.Exposure, a.Value)
		return
	}
	if !s.put(v4l2.ExposureMode, v4l2.ExposurePrior) { // USB cameras have no aperture to choose
		s.put(v4l2.ExposureMode, v4l2.ExposureAuto)
	}
}
