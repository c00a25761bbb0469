package stu

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"crypto/sha1"
	"math/big"

	"counterfoil/app/casework"
)

// Report 0x40, as the SDK's Protocol lays it out: 1 command, 2 parameter, 3 length
// or index, then 64 bytes. SetEncryptionType has its two kinds in bytes 2 and 3.
const (
	cmdType     = 1
	cmdSet      = 2 // a parameter: the exponent whole, the modulus in pieces one after the other
	cmdPiece    = 4 // names the piece of the encrypted key that the next GET answers
	cmdGenerate = 5

	paramExponent = 0
	paramModulus  = 1
	paramKey      = 2

	keyAES256   = 2
	oaepRSA2048 = 2<<6 | 2 // padding, kind of the host's key

	pieceSize   = 64
	modulusSize = 256
	aesSize     = 32
)

// Report 0x50: the states of exponent, modulus and key in bytes 4 to 6, the result
// of the latest command in 7.
const (
	partReady       = 0x00
	partCalculating = 0xFA
	partNone        = 0xFF
	rsaOK           = 0x00
	rsaPending      = 0x08
)

// agreeRSA has the pad make a key for AES-256 and send it encrypted for ours:
// RSA-2048 and OAEP with SHA-1, which are the SDK's defaults. All numbers are
// big-endian, as its samples hand them over.
func (d *Dev) agreeRSA(ctx context.Context) (cipher.Block, error) {
	host, err := d.hostKey()
	if err != nil {
		return nil, err
	}
	exponent, modulus := big.NewInt(int64(host.E)).Bytes(), host.N.FillBytes(make([]byte, modulusSize))
	if err := d.command(cmdType, keyAES256, oaepRSA2048, nil); err != nil {
		return nil, err
	}
	if err := d.command(cmdSet, paramExponent, byte(len(exponent)), exponent); err != nil {
		return nil, err
	}
	for at := 0; at < modulusSize; at += pieceSize {
		if err := d.command(cmdSet, paramModulus, pieceSize, modulus[at:at+pieceSize]); err != nil {
			return nil, err
		}
	}
	if r, err := d.get(idEncryption, 17); err != nil {
		return nil, err
	} else if r[4] != partReady || r[5] != partReady {
		return noKey("the pad has not taken our public key")
	}
	if err := d.command(cmdGenerate, 0, 0, nil); err != nil {
		return nil, err
	}
	if err := d.awaitKey(ctx); err != nil {
		return nil, err
	}
	sealed, err := d.sealedKey()
	if err != nil {
		return nil, err
	}
	return unseal(host, sealed)
}

// unseal decrypts the key. The SDK's samples take the last bytes of what comes out.
func unseal(host *rsa.PrivateKey, sealed []byte) (cipher.Block, error) {
	key, err := rsa.DecryptOAEP(sha1.New(), nil, host, sealed, nil)
	if err != nil || len(key) < aesSize {
		return noKey("the pad's key is not for us")
	}
	return aes.NewCipher(key[len(key)-aesSize:])
}

// hostKey returns our key, which is made once an opening: that takes a good part of
// a second.
func (d *Dev) hostKey() (*rsa.PrivateKey, error) {
	if d.opts.Host == nil {
		key, err := rsa.GenerateKey(d.opts.Random, 8*modulusSize)
		if err != nil {
			return nil, err
		}
		d.opts.Host = key
	}
	if d.opts.Host.Size() != modulusSize {
		return nil, casework.Refuse(casework.PadUnsupported, "a host's key of another length")
	}
	return d.opts.Host, nil
}

// command writes a report 0x40 and asks for its result, as the SDK does after each.
func (d *Dev) command(command, parameter, n byte, data []byte) error {
	r := make([]byte, 4+pieceSize)
	r[0], r[1], r[2], r[3] = idCommand, command, parameter, n
	copy(r[4:], data)
	if err := d.set(r...); err != nil {
		return err
	}
	_, result, err := d.status()
	if err == nil && result != resultOK {
		err = casework.Refuse(casework.PadGarbled, "the pad does not take part in agreeing on a key")
	}
	return err
}

// awaitKey waits until the pad has made its key. The SDK waits for report 0x50 to
// come by itself; the same is asked for here, which its tables allow at any time.
func (d *Dev) awaitKey(ctx context.Context) error {
	deadline := d.opts.Now().Add(d.opts.Patience)
	for {
		r, err := d.get(idEncryption, 17)
		if err != nil {
			return err
		}
		state, result := r[6], r[7]
		switch {
		case result != rsaOK && result != rsaPending, state != partReady && state != partCalculating && state != partNone:
			return casework.Refuse(casework.PadGarbled, "the pad makes no key")
		case state == partReady:
			_, err := d.await(ctx, statusReady)
			return err
		case d.opts.Now().After(deadline):
			return stuck{casework.Refuse(casework.PadLost, "the pad does not get its key ready")}
		}
		if err := pause(ctx, d.opts.Poll); err != nil {
			return err
		}
	}
}

// sealedKey reads the encrypted key, piece by piece, each with its length in byte 3.
func (d *Dev) sealedKey() ([]byte, error) {
	var all []byte
	for index := byte(0); len(all) < modulusSize; index++ {
		if err := d.command(cmdPiece, paramKey, index, nil); err != nil {
			return nil, err
		}
		r, err := d.get(idCommand, 4+pieceSize)
		if err != nil {
			return nil, err
		}
		n := int(r[3])
		if n < 1 || n > pieceSize || len(all)+n > modulusSize {
			return nil, casework.Refuse(casework.PadGarbled, "a piece of a key of a wrong length")
		}
		all = append(all, r[4:4+n]...)
	}
	return all, nil
}
