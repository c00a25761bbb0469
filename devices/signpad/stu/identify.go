package stu

import (
	"encoding/binary"
	"fmt"
	"strings"

	"counterfoil/app/casework"
)

// model is what the reports do not say of themselves: which others there are.
type model struct {
	prefix string // of the model's name
	serial byte   // the report with the serial number
	pen    byte   // the report with the colour and width of device-drawn ink; 0: none
	area   bool   // takes pictures for a part of the display
	inkBox bool   // can keep its own ink within a part of the display
	option byte   // the best PenDataOptionMode
	dh     bool   // agrees on a key by Diffie-Hellman; others by RSA
	old    bool   // short capability; the option mode only with later firmware
	silent byte   // encodings where the capability names none
}

// models is the explicit table; a pad that is not in it is refused rather than
// tried. Of the 300, 500 and 520A only the published list of reports is known:
// they are UNVERIFIED as a whole.
func models() []model {
	later := model{serial: idUid2, pen: idPen24, area: true, inkBox: true, option: optionTimeSequence, silent: flag1}
	named := func(m model, prefix string) model { m.prefix = prefix; return m }
	m430, m540, old := later, later, model{serial: idUid, option: optionSequence, dh: true, old: true, silent: flag1}
	m430.pen, m540.serial = idPen16, idEserial
	return []model{named(old, "STU-300"), named(m430, "STU-430"), named(old, "STU-500"),
		{prefix: "STU-520", serial: idUid, pen: idPen16, inkBox: true, option: optionSequence, dh: true, silent: flag1 | flag16},
		named(later, "STU-530"), named(m540, "STU-540")}
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
	size := 17
	if d.model.old {
		size = 11
	}
	r, err := d.get(idCapability, size)
	if err != nil {
		return err
	}
	r = append(r, make([]byte, 17-size)...)
	be := binary.BigEndian
	d.id.MaxX, d.id.MaxY, d.id.MaxP = int(be.Uint16(r[1:])), int(be.Uint16(r[3:])), int(be.Uint16(r[5:]))
	d.id.Width, d.id.Height, d.id.Rate = int(be.Uint16(r[7:])), int(be.Uint16(r[9:])), int(r[11])
	if d.model.old {
		d.id.Rate = 200 // of every model, by the maker's table
	}
	flags := r[14]
	if flags == 0 {
		flags = d.model.silent
	}
	d.id.Colour = flags&(flag16|flag24) != 0
	d.codec = codec{flags: flags, whole: !d.model.area}
	if d.id.MaxX < 1 || d.id.MaxY < 1 || d.id.MaxP < 1 || d.id.MaxP > 0x0FFF || !sane(d.id.Width) || !sane(d.id.Height) {
		return casework.Refuse(casework.PadGarbled, "a capability that cannot be")
	}
	return nil
}

// sane bounds the display, so that a garbled report cannot make us allocate at
// will; the largest of the family is 800×480.
func sane(size int) bool { return size >= 64 && size <= 2048 }

func (d *Dev) identifySerial() error {
	r, err := d.get(d.model.serial, map[byte]int{idUid: 5, idUid2: 11, idEserial: 14}[d.model.serial])
	if err != nil {
		return err
	}
	d.id.Serial = ascii(r[1:])
	if d.model.serial == idUid && !strings.HasPrefix(d.id.Serial, softSerial) { // a number; a software pad's begins with its three letters
		d.id.Serial = fmt.Sprintf("%X", r[1:])
	}
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
