package camera

import (
	"bytes"
	"encoding/binary"
)

// orientation reads the one EXIF value that changes what is seen: 1 to 8, and 1
// where a JPEG says nothing or nonsense. No library is used for it: all of them
// parse everything, makers' notes too, and what a camera claims about place and
// owner is not to be read at all.
func orientation(jpeg []byte) int {
	for b := jpeg; ; {
		marker, segment, rest, ok := nextSegment(b)
		if !ok || marker == 0xDA { // what follows are the pixels
			return 1
		}
		if tiff, isEXIF := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); marker == 0xE1 && isEXIF {
			return orientationOf(tiff)
		}
		b = rest
	}
}

// nextSegment cuts one segment off the front; the start marker has none.
func nextSegment(b []byte) (marker byte, segment, rest []byte, ok bool) {
	for len(b) >= 2 && b[0] == 0xFF && b[1] == 0xFF { // fill bytes
		b = b[1:]
	}
	if len(b) < 4 || b[0] != 0xFF {
		return 0, nil, nil, false
	}
	if b[1] == 0xD8 {
		return b[1], nil, b[2:], true
	}
	n := 2 + int(binary.BigEndian.Uint16(b[2:]))
	if n < 4 || n > len(b) {
		return 0, nil, nil, false
	}
	return b[1], b[4:n], b[n:], true
}

// orientationOf looks through the first directory of a TIFF (TIFF 6.0 section
// 2): 12 bytes an entry; the tag 0x0112 is one SHORT within its entry.
func orientationOf(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := order.Uint32(tiff[4:])
	if int64(at)+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 && order.Uint16(entries[2:]) == 3 && order.Uint32(entries[4:]) == 1 {
			if v := order.Uint16(entries[8:]); v >= 1 && v <= 8 {
				return int(v)
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}
