//go:build amd64 || arm64 || loong64 || riscv64

package v4l2

import "counterfoil/devices/camera/capture"

// maxControls cuts off a driver that never ends its list.
const maxControls = 512

// Controls returns the controls that the camera says it has.
func (d *Device) Controls() ([]capture.Control, error) {
	if err := d.begin(); err != nil {
		return nil, err
	}
	defer d.use.Unlock()
	var list []capture.Control
	last := capture.ControlID(0)
	for range maxControls {
		b := askControl(last)
		if err := d.ask(queryCtrl, b); err != nil {
			return list, ended(err)
		}
		c, isControl := parseControl(b)
		if c.ID <= last {
			return list, nil
		}
		last = c.ID
		if isControl {
			list = append(list, c)
		}
	}
	return list, nil
}

// Value reads a control.
func (d *Device) Value(id capture.ControlID) (int32, error) {
	if err := d.begin(); err != nil {
		return 0, err
	}
	defer d.use.Unlock()
	b := putControl(id, 0)
	err := d.ask(getCtrl, b)
	return int32(le.Uint32(b[4:])), err
}

// Set writes a control. What lies between two steps or outside the range is
// rounded by the driver or refused with ErrRefused. A camera keeps a control
// until it loses its power, whoever opens it next.
func (d *Device) Set(id capture.ControlID, value int32) error {
	if err := d.begin(); err != nil {
		return err
	}
	defer d.use.Unlock()
	return d.ask(setCtrl, putControl(id, value))
}
