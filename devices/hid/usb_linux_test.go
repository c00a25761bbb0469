package hid

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unsafe"
)

// padDescriptors are a pad's: a device, one configuration, a HID interface with
// an interrupt endpoint of 64 bytes, and the maker's own with a bulk endpoint.
func padDescriptors() []byte {
	return []byte{
		18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x6A, 0x05, 0xA8, 0x00, 0x00, 0x01, 1, 2, 3, 1,
		9, 2, 50, 0, 2, 1, 0, 0x80, 250,
		9, 4, 0, 0, 1, 3, 0, 0, 0,
		9, 0x21, 0x11, 0x01, 0, 1, 0x22, 0xEF, 0x00,
		7, 5, 0x81, 3, 64, 0, 4,
		9, 4, 1, 0, 1, 0xFF, 0, 0, 0,
		7, 5, 0x02, 2, 0x00, 0x02, 0,
	}
}

// keyboard and hub are what lsusb -v prints of an ordinary keyboard and of a
// Linux root hub.
func keyboard() []byte {
	return []byte{
		18, 1, 0x10, 0x01, 0, 0, 0, 8, 0x6D, 0x04, 0x1C, 0xC3, 0x00, 0x64, 1, 2, 0, 1,
		9, 2, 59, 0, 2, 1, 0, 0xA0, 45,
		9, 4, 0, 0, 1, 3, 1, 1, 0, 9, 0x21, 0x10, 0x01, 0, 1, 0x22, 65, 0, 7, 5, 0x81, 3, 8, 0, 10,
		9, 4, 1, 0, 1, 3, 0, 0, 0, 9, 0x21, 0x10, 0x01, 0, 1, 0x22, 159, 0, 7, 5, 0x82, 3, 4, 0, 255,
	}
}

func hub() []byte {
	return []byte{
		18, 1, 0x00, 0x02, 9, 0, 1, 64, 0x6B, 0x1D, 0x02, 0x00, 0x01, 0x06, 3, 2, 1, 1,
		9, 2, 25, 0, 1, 1, 0, 0xE0, 0,
		9, 4, 0, 0, 1, 9, 0, 0, 0, 7, 5, 0x81, 3, 4, 0, 12,
	}
}

func TestAPadsInterfacesAreRead(t *testing.T) {
	want := usbShape{hidInterface: 0, in: 0x81, inPacket: 64, bulk: true, bulkInterface: 1, out: 0x02, outPacket: 512}
	if got, ok := parseUSB(padDescriptors()); !ok || got != want {
		t.Fatalf("got %+v, %v", got, ok)
	}
}

func TestADeviceWithoutBulkEndpointHasReportsAlone(t *testing.T) {
	want := usbShape{in: 0x81, inPacket: 8}
	if got, ok := parseUSB(keyboard()); !ok || got != want {
		t.Fatalf("got %+v, %v", got, ok)
	}
}

func TestADeviceWithoutReportsIsNone(t *testing.T) {
	if got, ok := parseUSB(hub()); ok {
		t.Fatalf("got %+v", got)
	}
}

func TestOnlyTheFirstConfigurationAndSettingCount(t *testing.T) {
	b := padDescriptors()
	b[18+9+3] = 1 // the HID interface is now another setting
	if got, ok := parseUSB(b); ok {
		t.Fatalf("took an alternate setting: %+v", got)
	}
	b = append(hub(), padDescriptors()[18:]...)
	if got, ok := parseUSB(b); ok {
		t.Fatalf("took the second configuration: %+v", got)
	}
}

func TestAnythingThatIsNoUSBNodeIsRefusedAndLetGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "001")
	if err := os.WriteFile(path, padDescriptors(), 0o600); err != nil {
		t.Fatal(err)
	}
	before := descriptorsOpen(t)
	if _, err := Open(Node{Path: path, Transport: "usbfs"}); !errors.Is(err, ErrRefused) && !errors.Is(err, ErrUnplugged) {
		t.Fatalf("got %v", err)
	}
	if after := descriptorsOpen(t); after != before {
		t.Fatalf("%d file descriptors before, %d after", before, after)
	}
}

func descriptorsOpen(t *testing.T) int {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

func TestAURBIsAsLongAsTheKernels(t *testing.T) {
	want := uintptr(56)
	if unsafe.Sizeof(uintptr(0)) == 4 {
		want = 44
	}
	if got := unsafe.Sizeof(rawURB{}); got != want { // the size is part of the request's number
		t.Fatalf("%d bytes, the kernel's has %d", got, want)
	}
}

func FuzzUSBDescriptors(f *testing.F) {
	f.Add(padDescriptors())
	f.Add(keyboard())
	f.Add(hub())
	f.Fuzz(func(t *testing.T, b []byte) {
		s, ok := parseUSB(b)
		if ok && (s.in&0x80 == 0 || s.inPacket < 1 || s.inPacket > 0x07FF) {
			t.Errorf("an input endpoint that cannot be: %+v", s)
		}
		if s.bulk && (s.out&0x80 != 0 || s.outPacket < 1) {
			t.Errorf("a bulk endpoint that cannot be: %+v", s)
		}
	})
}
