package stu

import (
	"encoding/binary"
	"fmt"
	"strings"

	"counterfoil/app/casework"
)

// model is what the reports do not say of themselves.
type model struct {
	prefix  string // of the model's name
	eserial bool   // has report 0x0F
}

// models is the explicit table; a pad that is not in it is refused rather than
// tried.
func models() []model {
	return []model{{prefix: "STU-430"}, {prefix: "STU-530"}, {prefix: "STU-540", eserial: true}}
}

// Encoding flags of the capability report.
const (
	flagZlib = 0x01
	flag1    = 0x02
	flag16   = 0x04
	flag24   = 0x08
)

// softSerial starts the serial number of every software pad.
const softSerial = "EMU"

func (d *Dev) identify() error {
	info, err := d.get(idInformation, 17)
	if err != nil {
		return err
	}
	d.id.Model = ascii(info[1:10])
	d.id.Firmware = fmt.Sprintf("%x.%x", info[10], info[11])
	found := false
	for _, m := range models() {
		if strings.HasPrefix(d.id.Model, m.prefix) {
			d.model, found = m, true
		}
	}
	if !found {
		return casework.Refuse(casework.PadUnsupported, "not a model that the driver knows")
	}
	if err := d.identifyCapability(); err != nil {
		return err
	}
	return d.identifySerial()
}

func (d *Dev) identifyCapability() error {
	r, err := d.get(idCapability, 17)
	if err != nil {
		return err
	}
	be := binary.BigEndian
	d.id.MaxX, d.id.MaxY, d.id.MaxP = int(be.Uint16(r[1:])), int(be.Uint16(r[3:])), int(be.Uint16(r[5:]))
	d.id.Width, d.id.Height, d.id.Rate = int(be.Uint16(r[7:])), int(be.Uint16(r[9:])), int(r[11])
	flags := r[14]
	if flags == 0 {
		flags = flag1 // what every model takes
	}
	d.id.Colour = flags&(flag16|flag24) != 0
	d.codec = codec{flags: flags}
	if d.id.MaxX < 1 || d.id.MaxY < 1 || d.id.MaxP < 1 || d.id.MaxP > 0x0FFF || !sane(d.id.Width) || !sane(d.id.Height) {
		return casework.Refuse(casework.PadGarbled, "a capability that cannot be")
	}
	return nil
}

// sane bounds the display, so that a garbled report cannot make us allocate at
// will; the largest of the family is 800×480.
func sane(size int) bool { return size >= 64 && size <= 2048 }

func (d *Dev) identifySerial() error {
	id, size := byte(idUid2), 11
	if d.model.eserial {
		id, size = idEserial, 14
	}
	r, err := d.get(id, size)
	if err != nil {
		return err
	}
	d.id.Serial = ascii(r[1:])
	d.id.Transport = d.opts.Transport
	if strings.HasPrefix(d.id.Serial, softSerial) {
		d.id.Transport = "emulator" // whoever opened it: its ink must be known for what it is
	}
	return nil
}

// ascii returns printable text up to the first NUL.
func ascii(b []byte) string {
	s, _, _ := strings.Cut(string(b), "\x00")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s))
}
