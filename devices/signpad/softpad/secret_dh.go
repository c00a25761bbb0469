package softpad

import (
	"math/big"
)

// The group of this pad's Diffie-Hellman: a safe prime of 128 bits, made for it. A
// real pad's is set at the factory and can be set anew.
const dhPrime, dhBase = "e53acf996581ad70e21186cf164b56d7", 2

func group() (prime, base *big.Int) {
	prime, _ = new(big.Int).SetString(dhPrime, 16)
	return prime, big.NewInt(dhBase)
}

// offersDH reports whether the model agrees on a key by Diffie-Hellman; the
// others do so by RSA.
func (m Model) offersDH() bool { return m.Whole }

// dh answers the reports of Diffie-Hellman. A pad that offers no encryption has a
// prime of zeros.
func (p *Pad) dh(id byte) []byte {
	if !p.opts.Model.offersDH() {
		return nil
	}
	r := make([]byte, 17)
	r[0] = id
	prime, base := group()
	switch id {
	case 0x13:
		copy(r[1:], p.secret.host[:])
	case 0x14:
		copy(r[1:], p.secret.public[:])
	case 0x1A:
		if !p.opts.Plain {
			prime.FillBytes(r[1:])
		}
	case 0x1B:
		r = r[:3]
		base.FillBytes(r[1:])
	}
	return r
}

// exchange takes the host's public key (report 0x13) and makes one of its own.
func (p *Pad) exchange(host []byte) byte {
	prime, base := group()
	theirs := new(big.Int).SetBytes(host)
	least, most := big.NewInt(2), new(big.Int).Sub(prime, big.NewInt(2))
	if p.opts.Plain || p.faults.flaw == RefusesKey || theirs.Cmp(least) < 0 || theirs.Cmp(most) > 0 {
		return resultBadParameter
	}
	private := new(big.Int).SetBytes(random(16))
	copy(p.secret.host[:], host)
	new(big.Int).Exp(base, private, prime).FillBytes(p.secret.public[:])
	p.agree(new(big.Int).Exp(theirs, private, prime).FillBytes(make([]byte, 16)))
	return resultOK
}
