package stu_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/stu"
)

// exchange is one feature report: "G" answers want with bytes, "S" expects them.
type exchange struct {
	op      byte
	bytes   string // hex, spaces allowed; "…NN" fills up with zeros to NN bytes
	comment string
}

// playback is a device that knows one conversation by heart.
type playback struct {
	t    *testing.T
	left []exchange
}

func (e exchange) raw(t *testing.T) []byte {
	text, fill, filled := strings.Cut(e.bytes, "…")
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	if filled {
		n := 0
		fmt.Sscan(fill, &n)
		b = append(b, make([]byte, n-len(b))...)
	}
	return b
}

func (p *playback) next(op byte) exchange {
	p.t.Helper()
	if len(p.left) == 0 || p.left[0].op != op {
		p.t.Fatalf("the driver's %c does not follow the transcript, %d left", op, len(p.left))
	}
	e := p.left[0]
	p.left = p.left[1:]
	return e
}

func (p *playback) GetFeature(id byte, size int) ([]byte, error) {
	e := p.next('G')
	b := e.raw(p.t)
	if b[0] != id || len(b) != size {
		p.t.Fatalf("asked for %02x of %d bytes, the transcript has %x (%s)", id, size, b, e.comment)
	}
	return b, nil
}

func (p *playback) SetFeature(r []byte) error {
	e := p.next('S')
	if want := e.raw(p.t); !bytes.Equal(r, want) {
		p.t.Fatalf("%s:\nwrote %x\nwant  %x", e.comment, r, want)
	}
	return nil
}

func (p *playback) ReadInput(ctx context.Context) ([]byte, error) { return nil, hid.ErrUnplugged }
func (p *playback) Close() error                                  { return nil }

func TestTheConversationWithA540(t *testing.T) {
	p := &playback{t: t, left: []exchange{
		{'G', "03 00 00 00 00", "status: ready"},
		{'G', "08 53 54 55 2d 35 34 30 00 00 01 00 00 02 00 00 00", "information, as a real STU-540 answered"},
		{'G', "09 2a30 1950 03ff 0320 01e0 c8 09ec 0f 00 00", "capability: 10800×6480, 1023, 800×480, 200/s, zlib 1 16 24"},
		{'G', "0f 35 4a 4c 30 30 51 31 30 30 30 00 00 00", "eserial 5JL00Q1000"},
		{'G', "03 00 00 00 00", "still ready"},
		{'S', "21 00", "the device draws no ink"},
		{'S', "2d 00 00 00 01", "black ink of 3 pixels"},
		{'S', "32 03", "pen reports with time and sequence"},
		{'G', "32 03", "taken"},

		{'S', "20 00", "first picture: clear"},
		{'G', "03 01 00 00 00", "busy clearing"},
		{'G', "03 00 00 00 00", "done"},
		{'S', "24 02 01 0a00 1400 0c00 1500", "16 bits, part (10,20)-(12,21), low byte first, end exclusive"},
		{'G', "03 01 00 00 00", "waits for the picture"},
		{'S', "26 04 00 f8 00 07 e0 …256", "4 bytes: red, green; high byte first"},
		{'S', "27 00", "commit"},
		{'G', "03 01 00 00 00", "busy showing"},
		{'G', "03 00 00 00 00", "shown, result 0"},
		{'S', "2a 0000 6400 1f03 df01", "ink within (0,100)-(799,479), end inclusive"},
		{'S', "21 01", "the device draws ink"},

		{'S', "21 00", "next picture: no ink while it is sent"},
		{'S', "24 00 01 0a00 1400 0c00 1500", "one bit, the same part: black, white; zlib is not worth it for a byte"},
		{'G', "03 01 00 00 00", "waits for the picture"},
		{'S', "26 01 00 7f …256", "leftmost pixel highest, 0 is ink, padded with white"},
		{'S', "27 00", "commit"},
		{'G', "03 00 10 00 00", "result 0x10: it does not like the encoding"},
	}}
	opts := stu.DefaultOpts()
	opts.Poll = time.Microsecond
	d, err := stu.New(t.Context(), p, opts)
	if err != nil {
		t.Fatal(err)
	}
	if id := d.Identity(); id.Model != "STU-540" || id.Serial != "5JL00Q1000" || id.Firmware != "1.0" || id.Transport != "hidraw" || id.Software() {
		t.Fatalf("got %+v", id)
	}
	img := blank(image.Pt(800, 480))
	img.SetRGBA(10, 20, color.RGBA{R: 0xFF, A: 0xFF})
	img.SetRGBA(11, 20, color.RGBA{G: 0xFF, A: 0xFF})
	if err := d.Show(t.Context(), img, image.Rect(0, 100, 800, 480)); err != nil {
		t.Fatal(err)
	}
	img.SetRGBA(10, 20, color.RGBA{A: 0xFF})
	img.SetRGBA(11, 20, color.RGBA{0xFF, 0xFF, 0xFF, 0xFF})
	if err := d.Show(t.Context(), img, image.Rectangle{}); casework.KindOf(err) != casework.PadGarbled {
		t.Fatalf("a refused picture: %v", err)
	}
	if len(p.left) != 0 {
		t.Fatalf("%d exchanges left, next: %s", len(p.left), p.left[0].comment)
	}
}
