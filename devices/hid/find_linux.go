package hid

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Find returns the attached devices of a vendor that are one of products: those
// with a hidraw node first, then those that are on the USB without one, because
// a kernel driver (wacom) holds them for itself. No device is returned twice. A
// machine without any has none: that is no error.
func Find(vendor uint16, products []uint16) ([]Node, error) {
	return find(os.DirFS("/sys"), vendor, products)
}

// find reads sysfs and not udev's database: the kernel's own word, without a
// daemon, and readable by everybody.
func find(sys fs.FS, vendor uint16, products []uint16) ([]Node, error) {
	raw, err := list(sys, "class/hidraw", hidrawNode)
	if err != nil {
		return nil, err
	}
	usb, err := list(sys, "bus/usb/devices", usbNode)
	if err != nil {
		return nil, err
	}
	for _, u := range usb {
		above := false
		for i := range raw {
			if slices.Contains(u.hidraws, raw[i].Path) {
				raw[i].usb, above = u.Path, true
			}
		}
		if !above {
			raw = append(raw, u.Node)
		}
	}
	return slices.DeleteFunc(raw, func(n Node) bool {
		return n.Vendor != vendor || !slices.Contains(products, n.Product)
	}), nil
}

// list reads a node of every entry of a folder. An entry that cannot be read
// was unplugged meanwhile, or is none.
func list[T any](sys fs.FS, folder string, read func(sys fs.FS, dir string) (T, bool)) ([]T, error) {
	entries, err := fs.ReadDir(sys, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []T
	for _, e := range entries {
		if n, ok := read(sys, folder+"/"+e.Name()); ok {
			found = append(found, n)
		}
	}
	return found, nil
}

func hidrawNode(sys fs.FS, dir string) (Node, bool) {
	text, err := fs.ReadFile(sys, dir+"/device/uevent")
	n := parseUevent(string(text))
	n.Path = "/dev/" + path.Base(dir)
	return n, err == nil
}

// onUSB is a USB device, with the paths of the hidraw nodes that it has.
type onUSB struct {
	Node
	hidraws []string
}

// usbNode reads a USB device. Interfaces, which stand in the same folder, have
// no bus number.
func usbNode(sys fs.FS, dir string) (onUSB, bool) {
	text := func(name string) string {
		b, _ := fs.ReadFile(sys, dir+"/"+name)
		return strings.TrimSpace(string(b))
	}
	bus, err1 := strconv.Atoi(text("busnum"))
	dev, err2 := strconv.Atoi(text("devnum"))
	if err1 != nil || err2 != nil {
		return onUSB{}, false
	}
	u := onUSB{Node: Node{
		Path: fmt.Sprintf("/dev/bus/usb/%03d/%03d", bus, dev), Transport: "usbfs",
		Vendor: hex16(text("idVendor")), Product: hex16(text("idProduct")),
		Name: text("product"), Serial: text("serial"),
	}}
	nodes, _ := fs.Glob(sys, dir+"/*:*/*/hidraw/hidraw*") // INTERFACE/HID-DEVICE; a fixed pattern cannot be wrong
	for _, n := range nodes {
		u.hidraws = append(u.hidraws, "/dev/"+path.Base(n))
	}
	return u, true
}

// parseUevent reads HID_ID=bus:vendor:product (hexadecimal, 4, 8 and 8 digits),
// HID_NAME and HID_UNIQ. What it cannot read stays zero and matches no device.
func parseUevent(text string) Node {
	n := Node{Transport: "hidraw"}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		switch key {
		case "HID_ID":
			parts := strings.Split(value, ":")
			if len(parts) != 3 {
				continue
			}
			n.Vendor, n.Product = hex16(parts[1]), hex16(parts[2])
		case "HID_NAME":
			n.Name = value
		case "HID_UNIQ":
			n.Serial = value
		}
	}
	return n
}

func hex16(s string) uint16 {
	v, err := strconv.ParseUint(s, 16, 32)
	if err != nil || v > 0xFFFF {
		return 0
	}
	return uint16(v)
}
