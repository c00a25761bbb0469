package camera

import (
	"errors"

	"counterfoil/devices/camera/capture"
)

// Adjust is how a camera sets something: by itself, or to a value that is kept.
type Adjust struct {
	Manual bool
	Value  int32 // where Manual; brought into the camera's range
}

// Abilities are what a camera says it can do.
type Abilities struct {
	Modes                     []capture.Mode // of those that are used here
	Focus, Exposure, Rotation bool           // it can be told
}

// adjust sets focus, exposure and rotation, where the camera has them. It does
// so at every opening and for the automatic ones too: a camera keeps what
// another program set.
func (a *Attached) adjust() error {
	list, err := a.dev.Controls()
	if err != nil {
		return err
	}
	has := make(map[capture.ControlID]capture.Control, len(list))
	for _, c := range list {
		has[c.ID] = c
	}
	_, a.can.Focus = has[capture.Focus]
	_, a.can.Exposure = has[capture.Exposure]
	_, a.can.Rotation = has[capture.Rotation]
	set := setter{dev: a.dev, has: has}
	set.focus(a.opts.Focus)
	set.exposure(a.opts.Exposure)
	a.soft = a.opts.Turn
	if c, ok := has[capture.Rotation]; ok && c.Near(int32(a.opts.Turn)) == int32(a.opts.Turn) && set.put(capture.Rotation, int32(a.opts.Turn)) {
		a.soft = 0
	}
	return set.gone
}

// setter sets controls. A camera that does not take one goes on as it is; one
// that is gone is remembered.
type setter struct {
	dev  device
	has  map[capture.ControlID]capture.Control
	gone error
}

// put says whether the camera has the control and took the value.
func (s *setter) put(id capture.ControlID, value int32) bool {
	c, ok := s.has[id]
	if !ok || s.gone != nil {
		return false
	}
	err := s.dev.Set(id, c.Near(value))
	if errors.Is(err, capture.ErrUnplugged) || errors.Is(err, capture.ErrClosed) {
		s.gone = err
	}
	return err == nil
}

func (s *setter) focus(a Adjust) {
	if !a.Manual {
		s.put(capture.FocusAuto, 1)
		return
	}
	s.put(capture.FocusAuto, 0) // the value is inactive until then
	s.put(capture.Focus, a.Value)
}

func (s *setter) exposure(a Adjust) {
	if a.Manual {
		s.put(capture.ExposureMode, capture.ExposureFixed)
		s.put(capture.Exposure, a.Value)
		return
	}
	if !s.put(capture.ExposureMode, capture.ExposurePrior) { // USB cameras have no aperture to choose
		s.put(capture.ExposureMode, capture.ExposureAuto)
	}
}
