package hid

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// valueCap is a HIDP_VALUE_CAPS of count fields of bits each.
func valueCap(id byte, bits, count uint16) []byte {
	b := make([]byte, valueCapLen)
	b[2] = id
	binary.LittleEndian.PutUint16(b[18:], bits)
	binary.LittleEndian.PutUint16(b[20:], count)
	return b
}

func TestARecordIsCutToTheReportsOwnLength(t *testing.T) {
	caps := append(append(valueCap(0x01, 8, 6), valueCap(0x34, 8, 10)...), append(valueCap(0x30, 16, 3), valueCap(0x30, 4, 3)...)...)
	lengths := lengthsOf(append(caps, 1, 2, 3)) // and half a one
	for id, want := range map[byte]int{0x01: 7, 0x34: 11, 0x30: 9, 0x55: 17} {
		record := make([]byte, 17)
		record[0] = id
		if got := without(record, lengths); len(got) != want || got[0] != id {
			t.Errorf("report %#x: %d bytes, want %d", id, len(got), want)
		}
	}
	if got := without([]byte{0x34, 1}, lengths); !bytes.Equal(got, []byte{0x34, 1}) {
		t.Error("a record that is too short became longer")
	}
	if len(without(nil, lengths)) != 0 {
		t.Error("nothing became something")
	}
}

func FuzzValueCapabilities(f *testing.F) {
	f.Add(valueCap(1, 8, 6), []byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, caps, record []byte) {
		if got := without(record, lengthsOf(caps)); len(got) > len(record) {
			t.Fatal("a record grew")
		}
	})
}
