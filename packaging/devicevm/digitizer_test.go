//go:build vm

package devicevm_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/evdev"
	"counterfoil/devices/hid"
	"counterfoil/devices/signpad"
	"counterfoil/devices/signpad/tablet"
)

// pen is the digitizer of a pen display as the kernel's HID device.
type pen struct {
	t    *testing.T
	file *os.File
	once sync.Once
	done sync.WaitGroup
}

const penName = "Test pen display"

// penDescriptor: a pen of the digitizer page with tip, range, place and pressure
// (HID Usage Tables, chapter 16).
func penDescriptor() []byte {
	return []byte{
		0x05, 0x0D, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x01, 0x09, 0x20, 0xA1, 0x00,
		0x09, 0x42, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x81, 0x02, // tip switch
		0x09, 0x32, 0x81, 0x02, // in range
		0x75, 0x06, 0x81, 0x03, // six bits of nothing
		0x05, 0x01, 0x75, 0x10, 0x95, 0x01,
		0x09, 0x30, 0x26, 0x20, 0x4E, 0x81, 0x02, // x to 20000
		0x09, 0x31, 0x26, 0xF8, 0x2A, 0x81, 0x02, // y to 11000
		0x05, 0x0D, 0x09, 0x30, 0x26, 0xFF, 0x1F, 0x81, 0x02, // tip pressure to 8191
		0xC0, 0xC0,
	}
}

func plugPen(t *testing.T) (*pen, evdev.Node) {
	t.Helper()
	changed, err := hid.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile("/dev/uhid", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &pen{t: t, file: file}
	if _, err := file.Write(create(penName, 0x256C, 0x006D, penDescriptor())); err != nil {
		t.Fatal(err)
	}
	p.done.Go(func() { // the kernel says when it opens and closes the device; nothing is asked
		buf := make([]byte, uhidEvent)
		for {
			if _, err := file.Read(buf); err != nil {
				return
			}
		}
	})
	t.Cleanup(p.unplug)
	return p, found(t, changed, func(n evdev.Node) bool { return n.Kind == evdev.Pen })
}

func (p *pen) unplug() {
	p.once.Do(func() {
		p.file.Write([]byte{uhidDestroy, 0, 0, 0})
		p.file.Close()
	})
	p.done.Wait()
}

// report sends where the pen is.
func (p *pen) report(tip, near bool, x, y, pressure uint16) {
	r := []byte{1, 0}
	if tip {
		r[1] |= 1
	}
	if near {
		r[1] |= 2
	}
	le := binary.LittleEndian
	r = le.AppendUint16(le.AppendUint16(le.AppendUint16(r, x), y), pressure)
	e := le.AppendUint16(le.AppendUint32(nil, uhidInput2), uint16(len(r)))
	if _, err := p.file.Write(append(e, r...)); err != nil {
		p.t.Error(err)
	}
}

func TestThePenOfADisplayIsReadAsSamples(t *testing.T) {
	p, n := plugPen(t)
	d, err := tablet.Open(t.Context(), tablet.Opts{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if d.Ranges() != (tablet.Ranges{MaxX: 20000, MaxY: 11000, MaxP: 8191}) || d.Name() != n.Name {
		t.Errorf("%+v of %s", d.Ranges(), d.Name())
	}
	if _, err := tablet.Open(t.Context(), tablet.Opts{Which: n.Path}); casework.KindOf(err) != casework.PadBusy {
		t.Errorf("a second program: %v", err)
	}
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		p.report(false, true, 100, 100, 0)
		for i := range uint16(100) {
			<-tick.C
			p.report(true, true, 1000+50*i, 2000+30*i, 1000+10*i)
		}
		<-tick.C
		p.report(false, true, 6000, 5000, 0)
		p.report(false, false, 0, 0, 0)
	}()
	var samples []casework.PenSample
	for len(samples) == 0 || samples[len(samples)-1].Near {
		s, err := d.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		samples = append(samples, s)
	}
	down := 0
	for _, s := range samples {
		if s.Down {
			down++
		}
	}
	if lost := signpad.Lost(samples); lost != 0 || down != 100 {
		t.Errorf("%d of %d samples are down, %d lost", down, len(samples), lost)
	}
	if s := samples[50]; s.X < 1000 || s.Y < 2000 || s.Pressure < 1000 || s.Time <= 0 {
		t.Errorf("%+v", s)
	}
}

func TestAPenDisplayThatIsUnpluggedIsLost(t *testing.T) {
	p, _ := plugPen(t)
	d, err := tablet.Open(t.Context(), tablet.Opts{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := d.Read(t.Context()); err != nil {
				ended <- err
				return
			}
		}
	}()
	p.report(true, true, 100, 100, 100)
	p.unplug()
	if err := <-ended; casework.KindOf(err) != casework.PadLost || errors.Is(err, t.Context().Err()) {
		t.Errorf("%v", err)
	}
}

// create is an event that makes a HID device: name[128] phys[64] uniq[64] rd_size
// u16 bus u16 vendor u32 product u32 version u32 country u32 rd_data[4096].
func create(name string, vendor, product uint32, descriptor []byte) []byte {
	var e bytes.Buffer
	le := binary.LittleEndian
	field := func(s string, n int) { e.Write(append([]byte(s), make([]byte, n-len(s))...)) }
	binary.Write(&e, le, uint32(uhidCreate2))
	field(name, 128)
	field("uhid", 64)
	field("EMU0000001", 64)
	binary.Write(&e, le, []uint16{uint16(len(descriptor)), busUSB})
	binary.Write(&e, le, []uint32{vendor, product, 0x0100, 0})
	field(string(descriptor), uhidMaxLen)
	return e.Bytes()
}
