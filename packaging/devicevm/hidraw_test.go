//go:build vm

package devicevm_test

import (
	"errors"
	"image"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/stu"
)

func TestThePadBehindUhidIsUsedOverHidraw(t *testing.T) {
	m, pad := watched(t), newPad(false)
	far := plugUhid(t, pad)
	n := m.one("hidraw")
	d := open(t, n)
	if _, err := hid.Open(n); !errors.Is(err, hid.ErrBusy) {
		t.Errorf("a second program: %v", err)
	}
	conforms(t, pad, d)
	far.unplug()
	gone(t, d)
	d.Close()
	m.none()

	pad = newPad(false) // plugged in again
	plugUhid(t, pad)
	conforms(t, pad, open(t, m.one("hidraw")))
}

func TestAPadThatIsUnpluggedInTheMiddleIsAnUnplugOverHidraw(t *testing.T) {
	for _, n := range []int{1, 4, 9, 20, 60} {
		m, pad := watched(t), newPad(false)
		plugUhid(t, pad)
		goesAt(t, m.one("hidraw"), func() { pad.UnplugAfter(n) })
		m.none()
	}
}

// goesAt opens a pad that is told to go at some transfer from then on, and shows
// a picture on it: whatever is under way must end as an unplug.
func goesAt(t *testing.T, n hid.Node, tell func()) {
	t.Helper()
	device, err := hid.Open(n)
	if err != nil {
		t.Fatal(err)
	}
	tell()
	d, err := stu.New(t.Context(), device, stu.DefaultOpts())
	if err == nil {
		err = d.Show(t.Context(), picture(1, image.Rect(100, 300, 200, 400)), image.Rectangle{})
		d.Close()
	}
	if casework.KindOf(err) != casework.PadLost {
		t.Fatalf("got %v", err)
	}
	if _, err := device.GetFeature(3, 5); !errors.Is(err, hid.ErrClosed) && !errors.Is(err, hid.ErrUnplugged) {
		t.Fatalf("the device still answers: %v", err)
	}
}

func TestAStrangerMayNotOpenThePadAndIsToldTheRule(t *testing.T) {
	m := watched(t)
	plugUSB(t, newPad(false), false)
	n := m.one("hidraw")
	usb := hid.Node{Path: usbPath(t), Transport: "usbfs", Vendor: n.Vendor, Product: n.Product}
	runtime.LockOSThread() // this thread is nobody, meanwhile
	defer runtime.UnlockOSThread()
	unix.Setfsuid(65534)
	defer unix.Setfsuid(0)
	for _, n := range []hid.Node{n, usb} {
		_, err := hid.Open(n)
		var denied *hid.AccessError
		if !errors.As(err, &denied) || !errors.Is(err, hid.ErrNoAccess) {
			t.Fatalf("%s: got %v", n.Path, err)
		}
		t.Log(err)
	}
}
