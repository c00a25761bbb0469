//go:build vm

package devicevm_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// wacom loads the kernel's module for the maker's devices, until the test ends.
func wacom(t *testing.T) {
	t.Helper()
	order, err := os.ReadFile("/modules/later")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(string(order)) {
		f, err := os.Open("/modules/" + name + ".ko")
		if err != nil {
			t.Fatal(err)
		}
		err = unix.FinitModule(int(f.Fd()), "", 0)
		f.Close()
		if err != nil && !errors.Is(err, unix.EEXIST) {
			t.Fatalf("module %s: %v", name, err)
		}
	}
	t.Cleanup(func() {
		if err := unix.DeleteModule("wacom", 0); err != nil {
			t.Errorf("wacom stays loaded: %v", err)
		}
	})
}

// driver returns the kernel's driver of the pad's HID interface, or none.
func driver(t *testing.T) string {
	t.Helper()
	links, err := filepath.Glob("/sys/bus/usb/devices/*:1.0/bInterfaceClass")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		if class, _ := os.ReadFile(l); strings.TrimSpace(string(class)) == "03" {
			to, _ := os.Readlink(filepath.Dir(l) + "/driver")
			return filepath.Base(to)
		}
	}
	return ""
}

// usbPath returns the pad's node below /dev/bus/usb.
func usbPath(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("/sys/bus/usb/devices/*/idVendor")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if id, _ := os.ReadFile(f); strings.TrimSpace(string(id)) != "056a" {
			continue
		}
		text, err := os.ReadFile(filepath.Dir(f) + "/uevent")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			if name, ok := strings.CutPrefix(line, "DEVNAME="); ok {
				return "/dev/" + name
			}
		}
	}
	t.Fatal("the pad is not on the USB")
	return ""
}
