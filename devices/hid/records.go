package hid

import "encoding/binary"

// Windows hands out every report as a record of the longest one's length, padded
// with zeros (hidsdi.h, ReadFile on a HID collection); what each report's own
// length is, its value capabilities tell.

// valueCapLen is sizeof(HIDP_VALUE_CAPS), hidpi.h: ReportID at 2, BitSize at 18,
// ReportCount at 20.
const valueCapLen = 72

// lengthsOf adds up how many bytes each report has, its id included. Of a report
// with fields of another kind (buttons) it says nothing.
func lengthsOf(valueCaps []byte) map[byte]int {
	bits := map[byte]int{}
	le := binary.LittleEndian
	for ; len(valueCaps) >= valueCapLen; valueCaps = valueCaps[valueCapLen:] {
		bits[valueCaps[2]] += int(le.Uint16(valueCaps[18:])) * int(le.Uint16(valueCaps[20:]))
	}
	lengths := map[byte]int{}
	for id, n := range bits {
		lengths[id] = 1 + (n+7)/8
	}
	return lengths
}

// without cuts the padding off a record; what has no known length stays whole.
func without(record []byte, lengths map[byte]int) []byte {
	if len(record) == 0 {
		return record
	}
	if n, ok := lengths[record[0]]; ok && n <= len(record) {
		return record[:n:n]
	}
	return record
}
