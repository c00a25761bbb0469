//go:build vm

package devicevm_test

import (
	"encoding/binary"
	"unicode/utf16"

	"counterfoil/devices/hid"
)

// Endpoints of the USB pad. A real pad's numbers are not known; the driver takes
// what the descriptors say.
const (
	inEndpoint  = 1
	outEndpoint = 2
)

// control answers a control transfer: the requests of USB 2.0 chapter 9 that a
// host makes, and those of HID 1.11 chapter 7. For a transfer to the device it
// returns what it took.
func (u *usbPad) control(setup [8]byte, data []byte) ([]byte, error) {
	value := binary.LittleEndian.Uint16(setup[2:])
	var answer []byte
	switch kind := [2]byte(setup[:2]); kind {
	case [2]byte{0x80, 6}, [2]byte{0x81, 6}: // GET_DESCRIPTOR
		answer = u.descriptor(value)
	case [2]byte{0x80, 0}: // GET_STATUS
		answer = []byte{0, 0}
	case [2]byte{0xA1, 1}: // GET_REPORT
		return u.link.GetFeature(byte(value), len(data))
	case [2]byte{0x21, 9}: // SET_REPORT
		return data, u.link.SetFeature(data)
	case [2]byte{0x00, 9}, [2]byte{0x01, 11}, [2]byte{0x02, 1}, [2]byte{0x21, 10}: // SET_CONFIGURATION, SET_INTERFACE, CLEAR_FEATURE, SET_IDLE
		return data, nil
	}
	if answer == nil {
		return nil, hid.ErrRefused
	}
	return answer[:min(len(answer), len(data))], nil
}

func (u *usbPad) descriptor(value uint16) []byte {
	switch index := value & 0xFF; value >> 8 {
	case 1:
		return []byte{18, 1, 0x00, 0x02, 0, 0, 0, 64, vendor & 0xFF, vendor >> 8, product, 0, 0x00, 0x01, 1, 2, 3, 1}
	case 2:
		return u.configuration()
	case 3:
		if texts := []string{"", "Software", "Software pad", "EMU0000001"}; index > 0 && int(index) < len(texts) {
			return text(texts[index])
		}
		return []byte{4, 3, 0x09, 0x04}
	case 0x22:
		return reportDescriptor()
	}
	return nil
}

func (u *usbPad) configuration() []byte {
	size := len(reportDescriptor())
	c := []byte{9, 2, 0, 0, 1, 1, 0, 0x80, 250,
		9, 4, 0, 0, 1, 3, 0, 0, 0,
		9, 0x21, 0x11, 0x01, 0, 1, 0x22, byte(size), byte(size >> 8),
		7, 5, 0x80 | inEndpoint, 3, 64, 0, 4}
	if u.bulk {
		c[4] = 2
		c = append(c, 9, 4, 1, 0, 1, 0xFF, 0, 0, 0, 7, 5, outEndpoint, 2, 0x00, 0x02, 0)
	}
	binary.LittleEndian.PutUint16(c[2:], uint16(len(c)))
	return c
}

func text(s string) []byte {
	units := utf16.Encode([]rune(s))
	d := []byte{byte(2 + 2*len(units)), 3}
	for _, c := range units {
		d = binary.LittleEndian.AppendUint16(d, c)
	}
	return d
}
