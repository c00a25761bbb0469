package camera

import (
	"bytes"
	"encoding/binary"
	"image"
	"testing"
)

// exif builds an EXIF segment with an owner, a place and an orientation.
func exif(order binary.ByteOrder, orientation uint16) []byte {
	tiff := []byte("II*\x00")
	if order == binary.BigEndian {
		tiff = []byte("MM\x00*")
	}
	entry := func(tag, kind uint16, count uint32, value []byte) []byte {
		b := make([]byte, 12)
		order.PutUint16(b, tag)
		order.PutUint16(b[2:], kind)
		order.PutUint32(b[4:], count)
		copy(b[8:], value)
		return b
	}
	short := make([]byte, 2)
	order.PutUint16(short, orientation)
	tiff = append(tiff, make([]byte, 6)...)
	order.PutUint32(tiff[4:], 8)
	order.PutUint16(tiff[8:], 3)
	tiff = append(tiff, entry(0x010E, 2, 4, []byte("WHO\x00"))...)
	tiff = append(tiff, entry(0x0112, 3, 1, short)...)
	tiff = append(tiff, entry(0x8825, 4, 1, []byte{1, 2, 3, 4})...)
	b := []byte{0xFF, 0xE1, 0, 0}
	binary.BigEndian.PutUint16(b[2:], uint16(2+6+len(tiff)))
	return append(append(b, "Exif\x00\x00"...), tiff...)
}

func with(picture, segment []byte) []byte {
	return append(append(bytes.Clone(picture[:2]), segment...), picture[2:]...)
}

// stored is what a camera stores of a scene whose red corner is top left, with
// each orientation: the place of its pixels (CIPA DC-008, 4.6.4 A).
func stored(orientation int) *image.RGBA {
	upright := corner(64, 48)
	size := image.Rect(0, 0, 64, 48)
	if orientation > 4 {
		size = image.Rect(0, 0, 48, 64)
	}
	out := image.NewRGBA(size)
	for row := range size.Dy() {
		for column := range size.Dx() {
			x, y := column, row
			switch orientation { // where row 0 and column 0 are in the scene
			case 2: // top, right
				x = 63 - column
			case 3: // bottom, right
				x, y = 63-column, 47-row
			case 4: // bottom, left
				y = 47 - row
			case 5: // left, top
				x, y = row, column
			case 6: // right, top
				x, y = 63-row, column
			case 7: // right, bottom
				x, y = 63-row, 47-column
			case 8: // left, bottom
				x, y = row, 47-column
			}
			out.SetRGBA(column, row, upright.RGBAAt(x, y))
		}
	}
	return out
}

func TestEveryOrientationIsUndoneAndTheRestOfEXIFIsGone(t *testing.T) {
	for o := 1; o <= 8; o++ {
		b, err := encode(stored(o), 95)
		if err != nil {
			t.Fatal(err)
		}
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			b := with(b, exif(order, uint16(o)))
			for name, draw := range map[string]func() ([]byte, error){
				"still":   func() ([]byte, error) { return still(b, 0, 95) },
				"preview": func() ([]byte, error) { return preview(b, 0) },
			} {
				got, err := draw()
				if err != nil || redAt(t, got) != "top left" || width(t, got) != 64 {
					t.Errorf("%s of orientation %d, %v: %v", name, o, order, err)
				}
				if name == "still" && bytes.Contains(got, []byte("WHO")) {
					t.Errorf("orientation %d: EXIF is kept", o)
				}
			}
		}
	}
}

func TestATurnComesAfterTheOrientation(t *testing.T) {
	b, err := encode(stored(6), 95)
	if err != nil {
		t.Fatal(err)
	}
	for turn, want := range map[Turn]string{90: "top right", 180: "bottom right", 270: "bottom left", -90: "bottom left"} {
		got, err := still(with(b, exif(binary.BigEndian, 6)), turn, 95)
		if err != nil || redAt(t, got) != want {
			t.Errorf("%d: %s, %v", turn, redAt(t, got), err)
		}
	}
}

func TestEXIFThatSaysNonsenseSaysNothing(t *testing.T) {
	plain := picture(t, 100)
	good := exif(binary.LittleEndian, 6)
	for i := range good {
		cut := bytes.Clone(good[:i])
		if i >= 4 {
			binary.BigEndian.PutUint16(cut[2:], uint16(i-2))
		}
		if got := orientation(with(plain, cut)); got != 1 && got != 6 {
			t.Errorf("cut at %d: %d", i, got)
		}
	}
	for _, o := range []uint16{0, 9, 0xFFFF} {
		if got := orientation(with(plain, exif(binary.BigEndian, o))); got != 1 {
			t.Errorf("%d: %d", o, got)
		}
	}
	if got := orientation(with(plain, []byte("\xFF\xE1\x00\x10http://ns.adobe"))); got != 1 {
		t.Errorf("XMP: %d", got)
	}
}

func FuzzEXIF(f *testing.F) {
	plain := picture(f, 7)
	f.Add(exif(binary.LittleEndian, 6))
	f.Add(exif(binary.BigEndian, 8))
	f.Add([]byte("\xFF\xE1\x00\x10Exif\x00\x00II*\x00\xFF\xFF\xFF\xFF"))
	f.Fuzz(func(t *testing.T, segment []byte) {
		if len(segment) > 1<<14 {
			return
		}
		for _, b := range [][]byte{segment, with(plain, segment)} {
			if o := orientation(b); o < 1 || o > 8 {
				t.Fatalf("orientation %d", o)
			}
		}
		if got, err := still(with(plain, segment), 0, 90); err == nil && (orientation(got) != 1 || bytes.Contains(got, []byte("Exif"))) {
			t.Fatal("EXIF is kept")
		}
	})
}
