package evdev

import (
	"testing"
	"testing/fstest"
)

// sysfs is what a 6.1 kernel shows of a scanner, a pen display's pen and its
// touch screen, and a mouse; the bitmaps are from such a kernel.
func sysfs() fstest.MapFS {
	fs := fstest.MapFS{}
	device := func(event string, files map[string]string) {
		for name, text := range files {
			fs["class/input/"+event+"/device/"+name] = &fstest.MapFile{Data: []byte(text + "\n")}
		}
	}
	device("event0", map[string]string{"name": "Honeywell 1900", "phys": "usb-0000:00:14.0-2/input0", "id/vendor": "0c2e", "id/product": "0b61",
		"capabilities/key": "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe", "capabilities/abs": "0", "properties": "0"})
	device("event10", map[string]string{"name": "Pen display Pen", "id/vendor": "256c", "id/product": "006d",
		"capabilities/key": "c03 0 0 0 0 0", "capabilities/abs": "1000003", "properties": "1"})
	device("event9", map[string]string{"name": "Pen display Touch", "id/vendor": "256c", "id/product": "006e",
		"capabilities/key": "400 0 0 0 0 0", "capabilities/abs": "260800000000003", "properties": "2"})
	device("event3", map[string]string{"name": "Mouse", "id/vendor": "046d", "id/product": "c077",
		"capabilities/key": "ff0000 0 0 0 0", "capabilities/abs": "0", "properties": "0"})
	device("event4", map[string]string{"id/vendor": "zz"}) // unplugged while it was read
	return fs
}

func TestInputDevicesAreToldByWhatTheyHave(t *testing.T) {
	found, err := find(sysfs())
	if err != nil || len(found) != 4 {
		t.Fatalf("%+v %v", found, err)
	}
	for i, want := range []struct {
		path string
		kind Kind
	}{{"/dev/input/event0", Keyboard}, {"/dev/input/event3", Other}, {"/dev/input/event9", Touch}, {"/dev/input/event10", Pen}} {
		if found[i].Path != want.path || found[i].Kind != want.kind {
			t.Errorf("%+v, want %v", found[i], want)
		}
	}
	if n := found[0]; n.Vendor != 0x0c2e || n.Product != 0x0b61 || n.Name != "Honeywell 1900" {
		t.Errorf("%+v", n)
	}
}

func TestASettingNamesADeviceInFourWays(t *testing.T) {
	found, err := find(sysfs())
	if err != nil {
		t.Fatal(err)
	}
	n := found[0]
	for _, which := range []string{"Honeywell 1900", " Honeywell 1900 ", "usb-0000:00:14.0-2/input0", "/dev/input/event0", "0c2e:0b61"} {
		if !n.Is(which) {
			t.Errorf("%q does not name it", which)
		}
	}
	for _, which := range []string{"", "Honeywell", "0c2e", "0C2E:0B61:", "/dev/input/event1"} {
		if n.Is(which) {
			t.Errorf("%q names it", which)
		}
	}
	if found[1].Phys == "" && found[1].Is("") {
		t.Error("nothing names what has no place")
	}
}

func TestAMachineWithoutInputDevicesHasNone(t *testing.T) {
	if found, err := find(fstest.MapFS{}); err != nil || len(found) != 0 {
		t.Fatalf("%v %v", found, err)
	}
}

func FuzzBitmapsOfSysfs(f *testing.F) {
	f.Add("c03 0 0 0 0 0")
	f.Add("1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe")
	f.Fuzz(func(t *testing.T, text string) {
		if n := bits(text).BitLen(); n > 64*(len(text)+1) {
			t.Fatalf("%d bits", n)
		}
	})
}
