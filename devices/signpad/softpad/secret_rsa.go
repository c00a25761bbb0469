package softpad

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"math/big"
	"slices"
)

// rsaSide is what the pad was told by report 0x40, and what it answers.
type rsaSide struct {
	kind     [2]byte // of the symmetric key; padding<<6 and kind of the host's key
	typed    bool
	exponent []byte
	modulus  []byte
	sealed   []byte // the symmetric key, encrypted for the host
	piece    int    // of it, that is to be read
	asked    bool   // for a piece
	result   byte
}

// Results and states of report 0x50, as published.
const (
	rsaOK, rsaBadParameter, rsaTooLong, rsaNoModulus, rsaNoExponent, rsaBadCommand = 0x00, 0x01, 0x02, 0x03, 0x04, 0x07
	rsaNoKey                                                                       = 0x0A

	partReady, partCalculating, partEven, partShort, partNone = 0x00, 0xFA, 0xFB, 0xFD, 0xFF
)

// The one kind of exchange that this pad takes part in: OAEP and RSA-2048. Any of
// the three symmetric keys.
const (
	oaepRSA2048 = 2<<6 | 2
	modulusSize = 256
	pieceSize   = 64
)

// command takes a report 0x40.
func (p *Pad) command(r []byte) byte {
	if p.secret.rsa.result = p.carryOut(r[1], r[2], r[3], r[4:]); p.secret.rsa.result != rsaOK {
		return resultBadParameter
	}
	return resultOK
}

func (p *Pad) carryOut(command, parameter, n byte, data []byte) byte {
	s := &p.secret.rsa
	s.asked = false
	switch {
	case p.faults.flaw == RefusesKey:
		return rsaBadCommand
	case command == 1:
		if parameter > 2 || n != oaepRSA2048 {
			return rsaBadParameter
		}
		*s, p.secret.block = rsaSide{kind: [2]byte{parameter, n}, typed: true}, nil
	case command == 2 && int(n) <= len(data) && s.typed:
		return s.parameter(parameter, data[:n])
	case command == 4 && parameter == 2 && int(n) < modulusSize/pieceSize:
		if s.sealed == nil {
			return rsaNoKey
		}
		s.piece, s.asked = int(n), true
	case command == 5:
		return p.generate()
	case command == 2, command == 4:
		return rsaBadParameter
	default:
		return rsaBadCommand
	}
	return rsaOK
}

// parameter takes the exponent, or the next piece of the modulus.
func (s *rsaSide) parameter(index byte, data []byte) byte {
	switch {
	case index == 0:
		s.exponent = slices.Clone(data)
	case index == 1 && len(s.modulus)+len(data) > modulusSize:
		return rsaTooLong
	case index == 1:
		s.modulus = append(s.modulus, data...)
	default:
		return rsaBadParameter
	}
	return rsaOK
}

// generate makes the symmetric key and encrypts it for the host.
func (p *Pad) generate() byte {
	s := &p.secret.rsa
	e := new(big.Int).SetBytes(s.exponent)
	switch {
	case s.state() != partReady:
		return rsaNoModulus
	case !e.IsInt64() || e.Int64() < 3 || e.Int64() > 1<<31-1:
		return rsaNoExponent
	}
	key := random(16 + 8*int(s.kind[0]))
	host := rsa.PublicKey{N: new(big.Int).SetBytes(s.modulus), E: int(e.Int64())}
	sealed, err := rsa.EncryptOAEP(sha1.New(), rand.Reader, &host, key, nil)
	if err != nil {
		return rsaBadParameter
	}
	if p.faults.flaw == ForeignHost {
		sealed[modulusSize-1] ^= 1
	}
	s.sealed = sealed
	p.agree(key)
	return rsaOK
}

// state of the modulus.
func (s *rsaSide) state() byte {
	switch n := len(s.modulus); {
	case n == 0:
		return partNone
	case n < modulusSize || s.modulus[0]&0x80 == 0:
		return partShort
	case s.modulus[n-1]&1 == 0:
		return partEven
	}
	return partReady
}

// piece answers report 0x40: a piece of the encrypted key, its length before it.
func (p *Pad) piece() []byte {
	r := make([]byte, 4+pieceSize)
	r[0] = 0x40
	if s := p.secret.rsa; s.asked {
		r[1], r[2], r[3] = 4, 2, pieceSize
		copy(r[4:], s.sealed[s.piece*pieceSize:])
	}
	return r
}

// states answers report 0x50.
func (p *Pad) states() []byte {
	s := &p.secret.rsa
	r := make([]byte, 17)
	r[0], r[1], r[2] = 0x50, s.kind[0], s.kind[1]
	r[4], r[5], r[6], r[7] = partNone, s.state(), partNone, s.result
	if len(s.exponent) > 0 {
		r[4] = partReady
	}
	switch {
	case p.calculating():
		r[6] = partCalculating
	case s.sealed != nil:
		r[6] = partReady
	}
	return r
}

// calculating counts one look at a key that is not ready yet.
func (p *Pad) calculating() bool {
	if p.secret.looks == 0 {
		return false
	}
	p.secret.looks--
	return true
}
