package softpad

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/binary"
	"testing"

	"counterfoil/devices/hid"
)

// ask writes an encryption command and returns its result as report 0x50 has it.
func ask(t *testing.T, d hid.Device, command, parameter, n byte, data []byte) byte {
	t.Helper()
	r := make([]byte, 68)
	r[0], r[1], r[2], r[3] = 0x40, command, parameter, n
	copy(r[4:], data)
	if err := d.SetFeature(r); err != nil {
		t.Fatal(err)
	}
	s, err := d.GetFeature(0x50, 17)
	if err != nil {
		t.Fatal(err)
	}
	return s[7]
}

func TestThePadEncryptsItsKeyForTheHostThatItWasTold(t *testing.T) {
	host, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := New(DefaultOpts())
	d := p.Link()
	for _, step := range []struct {
		command, parameter, n byte
		data                  []byte
		want                  byte
	}{
		{5, 0, 0, nil, rsaNoModulus},
		{2, 0, 3, []byte{1, 0, 1}, rsaBadParameter}, // before a type
		{1, 2, 1<<6 | 2, nil, rsaBadParameter},      // PKCS #1
		{1, 3, oaepRSA2048, nil, rsaBadParameter},
		{9, 0, 0, nil, rsaBadCommand},
		{1, 2, oaepRSA2048, nil, rsaOK},
		{2, 0, 3, []byte{1, 0, 1}, rsaOK},
		{2, 1, 64, host.N.Bytes()[:64], rsaOK},
		{5, 0, 0, nil, rsaNoModulus}, // a quarter of it
		{2, 1, 64, host.N.Bytes()[64:128], rsaOK},
		{2, 1, 64, host.N.Bytes()[128:192], rsaOK},
		{2, 1, 64, host.N.Bytes()[192:], rsaOK},
		{2, 1, 64, host.N.Bytes()[192:], rsaTooLong},
		{2, 3, 1, []byte{1}, rsaBadParameter},
		{4, 2, 0, nil, rsaNoKey},
		{5, 0, 0, nil, rsaOK},
	} {
		if got := ask(t, d, step.command, step.parameter, step.n, step.data); got != step.want {
			t.Fatalf("command %d of %d: result %02x, want %02x", step.command, step.parameter, got, step.want)
		}
	}
	d.SetFeature(append([]byte{0x15}, 0, 0, 0, 1))
	if r := result(t, d); r != resultWrongState {
		t.Errorf("a capture while the key is calculated: %02x", r)
	}
	var sealed []byte
	for i := range byte(4) {
		if got := ask(t, d, 4, 2, i, nil); got != rsaOK {
			t.Fatalf("piece %d: %02x", i, got)
		}
		r, _ := d.GetFeature(0x40, 68)
		sealed = append(sealed, r[4:4+r[3]]...)
	}
	key, err := rsa.DecryptOAEP(sha1.New(), nil, host, sealed, nil)
	if err != nil || len(key) != 32 {
		t.Fatalf("%d bytes, %v", len(key), err)
	}
	d.SetFeature(append([]byte{0x15}, 0, 0, 0, 1))
	if r := result(t, d); r != resultOK || !p.Capturing() {
		t.Errorf("a capture with a key: %02x", r)
	}
}

func TestACaptureNeedsAKeyAndThePadsOtherWorkItsEnd(t *testing.T) {
	opts := DefaultOpts()
	opts.Model = STU300()
	p := New(opts)
	d := p.Link()
	start := binary.BigEndian.AppendUint32([]byte{0x15}, 7)
	expect := func(report []byte, want byte, what string) {
		t.Helper()
		if err := d.SetFeature(report); err != nil {
			t.Fatal(what, err)
		}
		for range 3 { // it calculates for two looks
			result(t, d)
		}
		if r := result(t, d); r != want {
			t.Errorf("%s: %02x, want %02x", what, r, want)
		}
	}
	expect(start, resultWrongState, "a capture without a key")
	expect([]byte{0x16, 0}, resultWrongState, "an end without a capture")
	expect(append([]byte{0x13}, make([]byte, 16)...), resultBadParameter, "a public key of zeros")
	expect(append([]byte{0x13}, bytes.Repeat([]byte{0xFF}, 16)...), resultBadParameter, "a public key outside of the group")
	expect(append([]byte{0x13}, bytes.Repeat([]byte{0x55}, 16)...), resultOK, "a public key")
	expect(start, resultOK, "a capture")
	expect([]byte{0x20, 0}, resultWrongState, "a clear within a capture")
	expect([]byte{0x25, enc1}, resultWrongState, "a picture within a capture")
	expect([]byte{0x21, 1}, resultOK, "ink within a capture")
	expect([]byte{0x16, 0}, resultOK, "its end")
	expect(start, resultWrongState, "another one with the key of before")
}

func TestAPadWithoutEncryptionSaysSoAsItsModelDoes(t *testing.T) {
	for _, m := range []Model{STU300(), STU540()} {
		opts := DefaultOpts()
		opts.Model, opts.Plain = m, true
		d := New(opts).Link()
		if m.Whole {
			if r, err := d.GetFeature(0x1A, 17); err != nil || !bytes.Equal(r[1:], make([]byte, 16)) {
				t.Errorf("%s has the prime % x, %v", m.Name, r, err)
			}
			continue
		}
		if _, err := d.GetFeature(0x50, 17); err != hid.ErrRefused {
			t.Errorf("%s: %v", m.Name, err)
		}
		if err := d.SetFeature(make([]byte, 68)); err != hid.ErrRefused {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
}
