package stu

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"io"
	"math/big"

	"counterfoil/app/casework"
)

// dhSize is the length of all numbers of this Diffie-Hellman, in bytes: big-endian,
// as the SDK's sample converts them with BN_bin2bn.
const dhSize = 16

// mostTries bounds how often keys are drawn anew.
const mostTries = 16

// agreeDH agrees on a key by Diffie-Hellman within the pad's group: its prime and
// base are read (they outlive a power cut and are never set), our public key is
// set, and the pad's is read once it is calculated. The shared secret is the key of
// AES-128. A secret that begins with a zero byte is not used: the SDK's sample
// refuses one, and a pad may see it as shorter.
func (d *Dev) agreeDH(ctx context.Context) (cipher.Block, error) {
	prime, base, err := d.group()
	if err != nil {
		return nil, err
	}
	for range mostTries {
		private, public, err := d.drawDH(prime, base)
		if err != nil {
			return nil, err
		}
		if err := d.set(append([]byte{idHostPublic}, public...)...); err != nil {
			return nil, err
		}
		if result, err := d.await(ctx, statusReady); err != nil {
			return nil, err
		} else if result != resultOK {
			return noKey("the pad does not take our public key")
		}
		r, err := d.get(idDevicePublic, 1+dhSize)
		if err != nil {
			return nil, err
		}
		key, ok := shared(prime, private, r[1:])
		if !ok {
			return noKey("the pad's public key is none")
		}
		if key[0] != 0 {
			return aes.NewCipher(key)
		}
	}
	return noKey("no key can be agreed on")
}

// group reads the pad's prime and base. A prime of zeros means that encryption is
// off; one that is short of 128 bits by more than a byte leaves no key to draw.
func (d *Dev) group() (prime, base *big.Int, err error) {
	p, err := d.get(idPrime, 1+dhSize)
	if err != nil {
		return nil, nil, err
	}
	b, err := d.get(idBase, 3)
	if err != nil {
		return nil, nil, err
	}
	prime, base = new(big.Int).SetBytes(p[1:]), new(big.Int).SetBytes(b[1:])
	if prime.BitLen() <= 8*(dhSize-1) || !prime.ProbablyPrime(20) || base.Cmp(big.NewInt(2)) < 0 {
		return nil, nil, casework.Refuse(casework.PadGarbled, "the pad has no group for a key")
	}
	return prime, base, nil
}

// drawDH draws a private key and returns it with the public one, which has its full
// length.
func (d *Dev) drawDH(prime, base *big.Int) (*big.Int, []byte, error) {
	b := make([]byte, dhSize)
	for {
		if _, err := io.ReadFull(d.opts.Random, b); err != nil {
			return nil, nil, err
		}
		private := new(big.Int).SetBytes(b)
		public := new(big.Int).Exp(base, private, prime).FillBytes(make([]byte, dhSize))
		if public[0] != 0 {
			return private, public, nil
		}
	}
}

// shared returns the secret that both sides have, and false for a public key that
// would make it one of a few.
func shared(prime, private *big.Int, public []byte) ([]byte, bool) {
	theirs, last := new(big.Int).SetBytes(public), new(big.Int).Sub(prime, big.NewInt(1))
	if theirs.Cmp(big.NewInt(1)) <= 0 || theirs.Cmp(last) >= 0 {
		return nil, false
	}
	return new(big.Int).Exp(theirs, private, prime).FillBytes(make([]byte, dhSize)), true
}
