//go:build vm

package devicevm_test

import (
	"bytes"
	"errors"
	"image"
	"testing"
	"time"

	"counterfoil/devices/hid"
)

func TestAUSBPadIsUsedOverHidrawAndGetsItsPicturesByBulk(t *testing.T) {
	m, pad := watched(t), newPad(true)
	far := plugUSB(t, pad, true)
	d := open(t, m.one("hidraw"))
	conforms(t, pad, d)
	shown := pad.Carried()
	whole := picture(5, image.Rect(0, 0, 800, 480))
	began := time.Now()
	if err := d.Show(t.Context(), whole, image.Rectangle{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("a whole colour screen in %v", time.Since(began).Round(time.Millisecond))
	if sent := pad.Carried() - shown; shown == 0 || sent != 800*480*2 {
		t.Errorf("%d and %d bytes went by the bulk endpoint", shown, sent)
	}
	if got := pad.Display(); !bytes.Equal(got.Pix, whole.Pix) {
		t.Error("the screen is not as sent")
	}
	far.unplug()
	gone(t, d)
	d.Close()
	m.none()
}

func TestAUSBPadWithoutBulkEndpointGetsItsPicturesByReports(t *testing.T) {
	m, pad := watched(t), newPad(false)
	plugUSB(t, pad, false)
	n := m.one("hidraw")
	d := open(t, hid.Node{Path: usbPath(t), Transport: "usbfs", Vendor: n.Vendor, Product: n.Product})
	conforms(t, pad, d)
	if found := m.one("usbfs"); found.Path != usbPath(t) { // taken away from the kernel's driver
		t.Errorf("found %+v", found)
	}
	d.Close()
	m.one("hidraw") // and given back
}

func TestAPadThatWacomTookIsUsedOverTheUSB(t *testing.T) {
	m, pad := watched(t), newPad(true)
	wacom(t)
	far := plugUSB(t, pad, true)
	n := m.one("usbfs")
	if on := driver(t); on != "usbhid" {
		t.Errorf("the kernel's driver is %q", on)
	}
	d := open(t, n)
	if _, err := hid.Open(n); !errors.Is(err, hid.ErrBusy) {
		t.Errorf("a second program: %v", err)
	}
	conforms(t, pad, d)
	if pad.Carried() == 0 {
		t.Error("the picture went by reports")
	}
	d.Close()
	if on := driver(t); on != "usbhid" {
		t.Errorf("given back to %q", on)
	}
	d = open(t, n) // opened anew
	far.unplug()
	gone(t, d)
	d.Close()
	m.none()

	pad = newPad(true) // plugged in again
	plugUSB(t, pad, true)
	conforms(t, pad, open(t, m.one("usbfs")))
}

func TestWacomTakesTheNodeOfAPadThatIsThereAndTheUSBRemains(t *testing.T) {
	m, pad := watched(t), newPad(true)
	plugUSB(t, pad, true)
	d := open(t, m.one("hidraw"))
	wacom(t)
	gone(t, d)
	d.Close()
	conforms(t, pad, open(t, m.one("usbfs")))
}

func TestAPadThatIsUnpluggedInTheMiddleIsAnUnplugOverTheUSB(t *testing.T) {
	wacom(t)
	for _, n := range []int{1, 4, 9, 15, 17, 18, 19} {
		m, pad := watched(t), newPad(true)
		plugUSB(t, pad, true)
		goesAt(t, m.one("usbfs"), func() { pad.UnplugAfter(n) })
		m.none()
	}
}
