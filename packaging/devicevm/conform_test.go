//go:build vm

package devicevm_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"testing"
	"time"

	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/conformance"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/devices/signpad/stu"
)

// suite runs the conformance suite over a kernel node. plug puts the pad behind
// it and returns what takes it away again. With a host's key pen data are encrypted.
func suite(t *testing.T, transport string, bulk bool, host *rsa.PrivateKey, plug func(*softpad.Pad) func()) {
	t.Helper()
	m, pad := watched(t), newPad(bulk)
	unplug := plug(pad)
	node := m.one(transport)
	w := conformance.Soft(pad, func(ctx context.Context) (conformance.Pad, error) {
		device, err := hid.Open(node)
		if err != nil {
			return nil, err
		}
		opts := stu.DefaultOpts()
		opts.Encrypt, opts.Host = host != nil, host
		p, err := stu.New(ctx, device, opts)
		if err == nil && (p.Identity().Encryption != "") != (host != nil) {
			t.Errorf("it says of its encryption %q", p.Identity().Encryption)
		}
		return p, err
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
	suite(t, "hidraw", false, nil, func(pad *softpad.Pad) func() { return plugUhid(t, pad).unplug })
}

func TestThePadOnTheUSBConforms(t *testing.T) {
	suite(t, "hidraw", true, nil, func(pad *softpad.Pad) func() { return plugUSB(t, pad, true).unplug })
}

func TestThePadBehindUhidConformsWithEncryptedPenData(t *testing.T) {
	host, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	suite(t, "hidraw", false, host, func(pad *softpad.Pad) func() { return plugUhid(t, pad).unplug })
}
