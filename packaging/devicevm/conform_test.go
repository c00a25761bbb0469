//go:build vm

package devicevm_test

import (
	"context"
	"testing"
	"time"

	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/conformance"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// suite runs the conformance suite over a kernel node. plug puts the pad behind
// it and returns what takes it away again.
func suite(t *testing.T, transport string, bulk bool, plug func(*softpad.Pad) func()) {
	t.Helper()
	m, pad := watched(t), newPad(bulk)
	unplug := plug(pad)
	node := m.one(transport)
	w := conformance.Soft(pad, func(ctx context.Context) (conformance.Pad, error) {
		device, err := hid.Open(node)
		if err != nil {
			return nil, err
		}
		return stu.New(ctx, device, stu.DefaultOpts())
	})
	w.Unplug = func() { unplug() }
	w.Plug = func() {
		m.none()
		unplug = plug(pad)
		node = m.one(transport)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	for _, r := range conformance.Run(ctx, w) {
		if r.Err != nil {
			t.Errorf("%s: %v", r.Name, r.Err)
			continue
		}
		t.Log(r.Name)
	}
}

func TestThePadBehindUhidConforms(t *testing.T) {
	suite(t, "hidraw", false, func(pad *softpad.Pad) func() { return plugUhid(t, pad).unplug })
}

func TestThePadOnTheUSBConforms(t *testing.T) {
	suite(t, "hidraw", true, func(pad *softpad.Pad) func() { return plugUSB(t, pad, true).unplug })
}
