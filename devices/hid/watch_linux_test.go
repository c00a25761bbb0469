package hid

import (
	"context"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func message(lines ...string) []byte { return []byte(strings.Join(lines, "\x00") + "\x00") }

// As a 6.1 kernel sends them when a pad behind usbhid is plugged in.
func plugIn() []byte {
	return message("add@/devices/platform/vhci_hcd.0/usb1/1-1/1-1:1.0/0003:056A:00A8.0001/hidraw/hidraw0", "ACTION=add",
		"DEVPATH=/devices/platform/vhci_hcd.0/usb1/1-1/1-1:1.0/0003:056A:00A8.0001/hidraw/hidraw0", "SUBSYSTEM=hidraw",
		"MAJOR=244", "MINOR=0", "DEVNAME=hidraw0", "SEQNUM=812")
}

func TestComingAndGoingDevicesCount(t *testing.T) {
	for name, c := range map[string]struct {
		message []byte
		want    bool
	}{
		"a hidraw node comes":  {plugIn(), true},
		"a USB device goes":    {message("remove@/devices/usb1/1-1", "ACTION=remove", "SUBSYSTEM=usb", "DEVTYPE=usb_device"), true},
		"a camera comes":       {message("add@/devices/x/video0", "ACTION=add", "SUBSYSTEM=video4linux"), true},
		"a scanner comes":      {message("add@/devices/x/event3", "ACTION=add", "SUBSYSTEM=input"), true},
		"an interface comes":   {message("add@/devices/usb1/1-1/1-1:1.0", "ACTION=add", "SUBSYSTEM=usb", "DEVTYPE=usb_interface"), false},
		"a driver binds":       {message("bind@/devices/usb1/1-1", "ACTION=bind", "SUBSYSTEM=usb", "DEVTYPE=usb_device"), false},
		"a disk comes":         {message("add@/devices/x/sda", "ACTION=add", "SUBSYSTEM=block"), false},
		"nothing":              {nil, false},
		"a message of udev's":  {append([]byte("libudev\x00\xfe\xed\xca\xfe"), make([]byte, 40)...), false},
		"a path that pretends": {message("add@/devices/SUBSYSTEM=usb", "DEVPATH=ACTION=add"), false},
	} {
		if counts(c.message) != c.want {
			t.Errorf("%s: not %v", name, c.want)
		}
	}
}

// watched runs a watch over a socket that keeps the borders of messages, as
// netlink does.
func watched(t *testing.T, ctx context.Context) (<-chan struct{}, int) {
	t.Helper()
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := watch(ctx, ends[0], time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	return changed, ends[1]
}

func TestAnEventIsToldAfterItSettled(t *testing.T) {
	changed, kernel := watched(t, t.Context())
	defer unix.Close(kernel)
	for range 3 {
		sent := time.Now()
		unix.Write(kernel, message("add@/devices/x/sda", "ACTION=add", "SUBSYSTEM=block"))
		unix.Write(kernel, plugIn())
		if _, ok := <-changed; !ok || time.Since(sent) < time.Millisecond {
			t.Fatalf("told after %v, open %v", time.Since(sent), ok)
		}
	}
}

func TestAWatchEndsWithItsContextAndWithItsSocket(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	changed, kernel := watched(t, ctx)
	cancel()
	for range changed {
	}
	unix.Close(kernel)
	changed, kernel = watched(t, t.Context())
	unix.Close(kernel)
	for range changed {
	}
}

func TestTheKernelLetsUsListen(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	changed, err := Watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for range changed {
	}
}

func FuzzUevents(f *testing.F) {
	f.Add(plugIn())
	f.Fuzz(func(t *testing.T, b []byte) {
		if counts(b) && !strings.Contains(string(b), "ACTION=") {
			t.Error("counted without an action")
		}
	})
}
