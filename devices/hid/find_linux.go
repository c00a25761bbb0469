package hid

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Find returns the attached devices of a vendor that are one of products, in
// the order of their nodes. A machine without any hidraw device has none: that
// is no error.
func Find(vendor uint16, products []uint16) ([]Node, error) {
	return find(os.DirFS("/sys/class/hidraw"), vendor, products)
}

// find reads sysfs and not udev's database: the kernel's own word, without a
// daemon, and readable by everybody.
func find(sys fs.FS, vendor uint16, products []uint16) ([]Node, error) {
	entries, err := fs.ReadDir(sys, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []Node
	for _, e := range entries {
		text, err := fs.ReadFile(sys, e.Name()+"/device/uevent")
		if err != nil {
			continue // unplugged between the two reads
		}
		n := parseUevent(string(text))
		if n.Vendor == vendor && slices.Contains(products, n.Product) {
			n.Path = "/dev/" + e.Name()
			found = append(found, n)
		}
	}
	return found, nil
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
