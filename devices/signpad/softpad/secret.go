package softpad

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"slices"
)

// secrecy is what the pad knows of encrypted pen data. Powering up forgets it.
type secrecy struct {
	block   cipher.Block // of the agreed key; nil: none
	looks   int          // at a status until the key is ready
	session uint32
	held    []byte // a pen report that waits for the second one of its block
	host    [16]byte
	public  [16]byte
	rsa     rsaSide
}

// Flaw is a way in which encryption can go, most of them wrong.
type Flaw byte

// Flaws. A pad has one at a time, whatever is plugged or reset.
const (
	NoFlaw         Flaw = iota
	RefusesKey          // takes no part in agreeing on a key
	ForeignKey          // encrypts with another key than was agreed on
	ForeignHost         // sends its key to somebody else (RSA alone)
	EndlessKey          // never has its key ready
	RefusesCapture      // agrees on a key and does not use it
	ForeignSession      // puts another session into its blocks
	NewSequence         // begins its sequence anew with each capture; hardware may
)

// Flaw gives the pad a flaw, or takes it away.
func (p *Pad) Flaw(f Flaw) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults.flaw = f
}

// Capturing reports whether pen data leave the pad encrypted at the moment.
func (p *Pad) Capturing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status == statusCapture
}

// agree makes key the one that pen data are encrypted with, after the looks that
// calculating takes.
func (p *Pad) agree(key []byte) {
	if p.faults.flaw == ForeignKey {
		key = slices.Clone(key)
		key[0] ^= 1
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the callers know their lengths
	}
	p.secret.block, p.secret.looks = block, p.opts.Calculating
	if p.faults.flaw == EndlessKey {
		p.secret.looks = 1 << 30
	}
}

// capture starts an encrypted capture (report 0x15).
func (p *Pad) capture(session uint32) byte {
	if p.secret.block == nil || p.secret.looks > 0 || p.faults.flaw == RefusesCapture {
		return resultWrongState
	}
	p.status, p.secret.session = statusCapture, session
	switch p.faults.flaw {
	case ForeignSession:
		p.secret.session++
	case NewSequence:
		p.pen.seq = 0
	}
	return resultOK
}

// release ends it (report 0x16). Whether hardware keeps its key then is not known;
// this pad does not, so that a driver cannot rely on it.
func (p *Pad) release() byte {
	p.pair(nil)
	p.status, p.secret.block = statusReady, nil
	return resultOK
}

// encrypt sends a clear pen report in a block: one with time and sequence alone,
// others two by two, whose options stay in the clear.
func (p *Pad) encrypt(r []byte) {
	if r[0] != 0x34 {
		p.pair(r)
		return
	}
	block := make([]byte, 16)
	copy(block, r[1:])
	binary.BigEndian.PutUint32(block[12:], p.secret.session)
	p.emit(p.seal(0x33, block))
}

// pair sends two reports as one. nil, or the report of a pen that leaves, is no
// reason to wait for a second one: the first is then sent twice, which is our
// invention, as what hardware does is not known.
func (p *Pad) pair(r []byte) {
	first := p.secret.held
	p.secret.held = nil
	switch {
	case first == nil && r == nil:
		return
	case first == nil && r[1]&0x80 != 0:
		p.secret.held = r
		return
	case first == nil:
		first = r
	case r == nil:
		r = first
	}
	block := make([]byte, 4, 16)
	binary.BigEndian.PutUint32(block, p.secret.session)
	block = append(append(block, first[1:7]...), r[1:7]...)
	if r[0] == 0x01 {
		p.emit(p.seal(0x10, block))
		return
	}
	p.emit(append(append(p.seal(0x31, block), first[7:9]...), r[7:9]...))
}

func (p *Pad) seal(id byte, block []byte) []byte {
	out := make([]byte, 17)
	out[0] = id
	p.secret.block.Encrypt(out[1:], block)
	return out
}

// random returns n bytes of a key.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
