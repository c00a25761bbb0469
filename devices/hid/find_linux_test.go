package hid

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// sysfs writes files and, where the text starts with ->, symbolic links, as the
// kernel links from its classes and buses into the tree of devices.
func sysfs(t *testing.T, tree map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range tree {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, link := strings.CutPrefix(text, "->"); link {
			err = os.Symlink(to, path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// oneOfEach has a pad with a hidraw node, one that wacom took, one behind uhid,
// and a keyboard.
func oneOfEach() map[string]string {
	tree := map[string]string{
		"devices/pci/usb1/1-1/1-1:1.0/0003:056A:00A8.0001/uevent":         "DRIVER=hid-generic\nHID_ID=0003:0000056A:000000A8\nHID_NAME=Wacom STU-540\nHID_UNIQ=5JL00Q1\n",
		"devices/pci/usb1/1-1/1-1:1.0/0003:056A:00A8.0001/hidraw/hidraw1": "",
		"devices/pci/usb1/1-2/1-2:1.0/0003:056A:00A5.0002/uevent":         "DRIVER=wacom\nHID_ID=0003:0000056A:000000A5\n",
		"devices/virtual/uhid/0003:056A:00A4.0003/uevent":                 "DRIVER=hid-generic\nHID_ID=0003:0000056A:000000A4\nHID_NAME=STU-430\n",
		"devices/pci/usb1/1-3/1-3:1.0/0003:046D:C31C.0004/uevent":         "HID_ID=0003:0000046D:0000C31C\n",
		"class/hidraw/hidraw0/device":                                     "->../../../devices/virtual/uhid/0003:056A:00A4.0003",
		"class/hidraw/hidraw1/device":                                     "->../../../devices/pci/usb1/1-1/1-1:1.0/0003:056A:00A8.0001",
		"class/hidraw/hidraw2/device":                                     "->../../../devices/pci/usb1/1-3/1-3:1.0/0003:046D:C31C.0004",
		"class/hidraw/hidraw3/device/uevent":                              "HID_ID=rubbish\n",
		"class/hidraw/hidraw4/device":                                     "->../../../devices/gone",
		"bus/usb/devices/1-1:1.0":                                         "->../../../devices/pci/usb1/1-1/1-1:1.0",
	}
	for dev, product := range map[string]string{"1-1": "00a8", "1-2": "00a5", "1-3": "c31c"} {
		dir := "devices/pci/usb1/" + dev + "/"
		tree["bus/usb/devices/"+dev] = "->../../../devices/pci/usb1/" + dev
		tree[dir+"busnum"], tree[dir+"devnum"] = "1\n", dev[2:]+"\n"
		tree[dir+"idVendor"], tree[dir+"idProduct"] = "056a\n", product+"\n"
		tree[dir+"product"], tree[dir+"serial"] = "STU\n", "S"+dev+"\n"
	}
	tree["devices/pci/usb1/1-3/idVendor"] = "046d\n"
	return tree
}

func TestAPadIsFoundOnceOnHidrawOrElseOnTheUSB(t *testing.T) {
	found, err := find(os.DirFS(sysfs(t, oneOfEach())), 0x056A, []uint16{0xA4, 0xA5, 0xA8})
	want := []Node{
		{Path: "/dev/hidraw0", Transport: "hidraw", Vendor: 0x056A, Product: 0xA4, Name: "STU-430"},
		{Path: "/dev/hidraw1", Transport: "hidraw", Vendor: 0x056A, Product: 0xA8, Name: "Wacom STU-540", Serial: "5JL00Q1", usb: "/dev/bus/usb/001/001"},
		{Path: "/dev/bus/usb/001/002", Transport: "usbfs", Vendor: 0x056A, Product: 0xA5, Name: "STU", Serial: "S1-2"},
	}
	if err != nil || len(found) != len(want) {
		t.Fatalf("got %+v, %v", found, err)
	}
	for i := range want {
		if found[i] != want[i] {
			t.Errorf("got %+v, want %+v", found[i], want[i])
		}
	}
}

func TestOtherProductsAreNotFound(t *testing.T) {
	found, err := find(os.DirFS(sysfs(t, oneOfEach())), 0x056A, []uint16{0xA6})
	if err != nil || len(found) != 0 {
		t.Fatalf("got %+v, %v", found, err)
	}
}

func TestAMachineWithoutUSBHasNoPads(t *testing.T) {
	found, err := find(os.DirFS(t.TempDir()), 0x056A, []uint16{0xA8})
	if err != nil || len(found) != 0 {
		t.Fatalf("got %+v, %v", found, err)
	}
}

func TestANodeWithoutPermissionNamesTheRuleThatIsMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "004")
	if err := os.WriteFile(path, nil, 0); err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if os.Geteuid() == 0 { // root opens anything: this thread is somebody else meanwhile
		unix.Setfsuid(65534)
		defer unix.Setfsuid(0)
	}
	for transport, rule := range map[string]string{
		"usbfs":  `SUBSYSTEM=="usb", ATTR{idVendor}=="056a", ATTR{idProduct}=="00a8", TAG+="uaccess"`,
		"hidraw": `SUBSYSTEM=="hidraw", ATTRS{idVendor}=="056a", ATTRS{idProduct}=="00a8", TAG+="uaccess"`,
	} {
		_, err := Open(Node{Path: path, Transport: transport, Vendor: 0x056A, Product: 0xA8})
		var denied *AccessError
		if !errors.Is(err, ErrNoAccess) || !errors.As(err, &denied) || denied.Path != path || denied.Rule != rule {
			t.Errorf("%s: got %v", transport, err)
		}
	}
}
