package hid

import "encoding/binary"

// usbShape is what a driver needs of a USB device's descriptors: the HID
// interface with its interrupt endpoint, and, where there is one, an interface
// of the maker's own with a bulk endpoint to the device.
type usbShape struct {
	hidInterface  uint32
	in            byte // endpoint address, bit 7 set
	inPacket      int  // bytes; no input report of a pad is longer than a packet
	bulk          bool
	bulkInterface uint32
	out           byte
	outPacket     int
}

// Descriptor types and classes, USB 2.0 tables 9-5 and 9-13, and the class
// codes of usb.org.
const (
	descConfig    = 2
	descInterface = 4
	descEndpoint  = 5

	classHID    = 0x03
	classVendor = 0xFF

	transferBulk      = 2
	transferInterrupt = 3
)

// parseUSB reads what a usbfs node or sysfs' file "descriptors" holds: the
// device descriptor, then those of the configurations. The first configuration
// is taken, as the kernel does, and of each interface its first setting. It
// returns false where there is no HID interface with an interrupt endpoint.
func parseUSB(b []byte) (usbShape, bool) {
	var s usbShape
	var found, config bool
	var class, number, alternate byte
	for len(b) >= 2 && int(b[0]) >= 2 && int(b[0]) <= len(b) {
		d := b[:b[0]]
		b = b[b[0]:]
		switch {
		case d[1] == descConfig:
			if config {
				return s, found // another configuration
			}
			config = true
		case d[1] == descInterface && len(d) >= 9:
			number, alternate, class = d[2], d[3], d[5]
		case d[1] != descEndpoint || len(d) < 7 || !config || alternate != 0:
		case class == classHID && !found && d[2]&0x80 != 0 && d[3]&3 == transferInterrupt:
			s.hidInterface, s.in, s.inPacket = uint32(number), d[2], packet(d)
			found = s.inPacket > 0
		case class == classVendor && !s.bulk && d[2]&0x80 == 0 && d[3]&3 == transferBulk:
			s.bulkInterface, s.out, s.outPacket = uint32(number), d[2], packet(d)
			s.bulk = s.outPacket > 0
		}
	}
	return s, found
}

// packet returns an endpoint's wMaxPacketSize; bits 11 and 12 count further
// packets in a microframe.
func packet(d []byte) int { return int(binary.LittleEndian.Uint16(d[4:]) & 0x07FF) }
