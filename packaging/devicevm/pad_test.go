//go:build vm

package devicevm_test

import (
	"context"
	"time"

	"counterfoil/devices/hid"
)

// What the software pad calls itself on the bus: an STU-540.
const (
	vendor  = 0x056A
	product = 0x00A8
)

// reportDescriptor declares the reports that the driver uses, as plain bytes on
// a page of the maker's own; HID 1.11 section 6.2.2.
func reportDescriptor() []byte {
	d := []byte{0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01} // vendor page, usage 1, application
	const input, feature = 0x81, 0xB1
	for _, r := range []struct {
		id, kind byte
		size     int // with the id
	}{
		{0x01, input, 7}, {0x30, input, 9}, {0x34, input, 11}, {0x10, input, 17}, {0x31, input, 21}, {0x33, input, 17},
		{0x03, feature, 5}, {0x08, feature, 17}, {0x09, feature, 17}, {0x0B, feature, 11}, {0x0F, feature, 14},
		{0x04, feature, 2}, {0x20, feature, 2}, {0x21, feature, 2}, {0x24, feature, 11}, {0x25, feature, 2}, {0x26, feature, 256},
		{0x27, feature, 2}, {0x28, feature, 4}, {0x2A, feature, 9}, {0x2D, feature, 5}, {0x32, feature, 2},
		{0x15, feature, 5}, {0x16, feature, 2}, {0x1A, feature, 17}, {0x40, feature, 68}, {0x50, feature, 17},
	} {
		d = append(d, 0x85, r.id, 0x09, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, byte(r.size-1), r.kind, 0x02)
	}
	return append(d, 0xC0)
}

// paced hands the pad's input reports on, 200 a second as a pad sends them, until
// the link or the way ends. Without that a hand as fast as the machine would
// overrun the kernel's 63 reports.
func paced(link hid.Device, input func([]byte) error) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := link.ReadInput(context.Background())
		if err != nil || input(r) != nil {
			return
		}
		<-tick.C
	}
}
