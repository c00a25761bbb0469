package stu

import (
	"context"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"counterfoil/app/casework"
)

// Pen data can leave a pad encrypted, between the start of a capture and its end:
// in blocks of AES, each with a session number of ours. The maker says by which
// models, in which order and with which bytes (its published SDK: Protocol,
// ProtocolHelper, Tablet, and its sample for OpenSSL, which names the 430, 500 and
// 530 as tried). Nothing of it was seen on hardware by us: all is UNVERIFIED.
//
// Two schemes are known. They keep whoever only listens on the cable from the pen's
// way. They do not prove which pad it is: nothing in them is signed, and whoever can
// change what passes can put himself in between.

// What an identity says of encrypted pen data.
const (
	byDH  = "dh-128+aes-128" // 300, 500, 520A; weak by today's measure
	byRSA = "rsa-2048+aes-256"
)

// secure makes a first capture without a picture, to see whether the pad can what
// its model should. One that cannot is used in the clear, and its identity says so.
func (d *Dev) secure(ctx context.Context) error {
	d.id.Encryption = ""
	if !d.opts.Encrypt || d.plain {
		return nil
	}
	err := d.startCapture(ctx)
	if err == nil {
		err = d.endCapture(ctx)
	}
	switch {
	case err == nil:
		d.id.Encryption = byRSA
		if d.model.dh {
			d.id.Encryption = byDH
		}
		return nil
	case casework.KindOf(err) != casework.PadGarbled && !errors.As(err, &stuck{}):
		return err
	}
	d.plain = true
	return d.endCapture(ctx) // a pad that is stuck with its key is reset by New
}

// encrypts reports whether captures are made.
func (d *Dev) encrypts() bool { return d.opts.Encrypt && !d.plain }

// startCapture agrees on a fresh key and lets the pad use it. The maker's SDK does
// the whole of it anew for each capture too: whether a key outlives one is not
// known.
func (d *Dev) startCapture(ctx context.Context) error {
	agree := d.agreeRSA
	if d.model.dh {
		agree = d.agreeDH
	}
	d.capturing, d.began = true, time.Time{}
	block, err := agree(ctx)
	if err != nil {
		return err
	}
	session, err := d.session()
	if err != nil {
		return err
	}
	d.way.turn(block, session)
	if err := d.set(binary.BigEndian.AppendUint32([]byte{idStartCapture}, session)...); err != nil {
		return err
	}
	d.began = d.opts.Now()
	if err := pause(ctx, d.opts.Turn); err != nil {
		return err
	}
	if err := d.awaitTaken(ctx, statusCapture, "the pad does not encrypt what it agreed to"); err != nil {
		return err
	}
	d.way.turned()
	return nil
}

// leastCapture is how many turns a capture lasts: the SDK lets 80 ms go by before
// it ends one, or the pad "will timeout".
const leastCapture = 4

// endCapture ends a capture, if there is one: pictures need a pad that is ready.
// One whose start failed half way, or was given up, is ended as well, and a pad that
// is still calculating its key for it is waited for.
func (d *Dev) endCapture(ctx context.Context) error {
	if !d.capturing {
		return nil
	}
	if rest := leastCapture*d.opts.Turn - d.opts.Now().Sub(d.began); rest > 0 {
		if err := pause(ctx, min(rest, leastCapture*d.opts.Turn)); err != nil {
			return err
		}
	}
	d.way.turn(nil, 0)
	if err := d.stopCapture(ctx); err != nil {
		return err
	}
	d.capturing = false
	d.way.turned()
	return nil
}

// stopCapture makes a pad ready that captures, or is about to.
func (d *Dev) stopCapture(ctx context.Context) error {
	code, _, err := d.status()
	if err != nil {
		return err
	}
	if code == statusCapture {
		if err := d.set(idEndCapture, 0); err != nil {
			return err
		}
		if err := pause(ctx, d.opts.Turn); err != nil {
			return err
		}
	}
	_, err = d.await(ctx, statusReady)
	return err
}

// session returns a fresh number for one capture, never 0.
func (d *Dev) session() (uint32, error) {
	var b [4]byte
	for {
		if _, err := io.ReadFull(d.opts.Random, b[:]); err != nil {
			return 0, err
		}
		if n := binary.BigEndian.Uint32(b[:]); n != 0 {
			return n, nil
		}
	}
}

// noKey refuses what a pad says while a key is agreed on.
func noKey(why string) (cipher.Block, error) {
	return nil, casework.Refuse(casework.PadGarbled, why)
}

// turnTime is how long the SDK leaves a pad alone after the start of a capture and
// after its end.
const turnTime = 20 * time.Millisecond
