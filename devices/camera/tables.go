package camera

import "slices"

// withTables returns a JPEG with Huffman tables. Many USB cameras leave them
// out of MJPEG, because AVI1 declares the standard ones (ITU-T T.81 annex K.3)
// to be understood; Go's decoder wants to see them. What is no JPEG comes back
// as it is.
func withTables(b []byte) []byte {
	const soi, sos, dht = 0xD8, 0xDA, 0xC4
	if len(b) < 4 || b[0] != 0xFF || b[1] != soi {
		return b
	}
	for i := 2; i+4 <= len(b) && b[i] == 0xFF; {
		switch marker := b[i+1]; {
		case marker == dht:
			return b
		case marker == sos:
			return slices.Concat(b[:i], standardTables(), b[i:])
		case marker == 0xFF: // fill byte
			i++
			continue
		}
		i += 2 + int(b[i+2])<<8 + int(b[i+3])
	}
	return b
}

// standardTables is one DHT segment with the four tables of annex K.3.
func standardTables() []byte {
	dc := []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	out := []byte{0xFF, 0xC4, 0, 0}
	add := func(id byte, counts [16]byte, values []byte) {
		out = append(append(append(out, id), counts[:]...), values...)
	}
	add(0x00, [16]byte{0, 1, 5, 1, 1, 1, 1, 1, 1}, dc)
	add(0x10, [16]byte{0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D}, acValues(
		[]byte{0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32,
			0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A}))
	add(0x01, [16]byte{0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1}, dc)
	add(0x11, [16]byte{0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77}, acValues(
		[]byte{0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22, 0x32, 0x81,
			0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0, 0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1}))
	out[2], out[3] = byte((len(out)-2)>>8), byte(len(out)-2)
	return out
}

// acValues completes a table of AC values: after its irregular start, all of
// run and size (1 to 10) that have not been named follow in rising order.
func acValues(start []byte) []byte {
	out := slices.Clone(start)
	for v := range 0xFB {
		size := v & 0x0F
		if size >= 1 && size <= 10 && !slices.Contains(start, byte(v)) {
			out = append(out, byte(v))
		}
	}
	return out
}
