package stu

import (
	"context"
	"encoding/binary"
	"image"

	"counterfoil/app/casework"
)

// blockSize is the picture data in one report 0x26.
const blockSize = 253

// bulkFrom is the size from which a picture goes by the bulk endpoint: below,
// a few reports are as fast.
const bulkFrom = 4 * blockSize

// upload sends one part and waits until the pad has shown it. A pad whose bulk
// endpoint does not work as we were told gets this part and all later ones by
// reports, which every pad takes: the endpoint is UNVERIFIED on hardware.
func (d *Dev) upload(ctx context.Context, img *image.RGBA, r image.Rectangle) error {
	enc, data := d.codec.encode(img, r)
	if d.bulk != nil && len(data) >= bulkFrom {
		err := d.transfer(ctx, start(enc|encBulk, img, r), data, true)
		if casework.KindOf(err) != casework.PadGarbled {
			return err
		}
		d.bulk = nil
		if _, err := d.await(ctx, statusReady); err != nil {
			return err
		}
	}
	return d.transfer(ctx, start(enc, img, r), data, false)
}

// start returns the report that announces a part, or the whole display.
func start(enc byte, img *image.RGBA, r image.Rectangle) []byte {
	if r == img.Rect {
		return []byte{idStart, enc}
	}
	return append([]byte{idStartArea, enc, 1}, areaRect(r)...)
}

// transfer sends what was announced. One that is given up is abandoned on the
// pad as well, or it would refuse what comes next.
func (d *Dev) transfer(ctx context.Context, start, data []byte, bulk bool) error {
	begun, write := func() error { _, err := d.await(ctx, statusImage); return err }, d.blocks
	if bulk {
		begun = func() error { return d.awaitTaken(ctx, statusImage, "the pad takes no picture by its bulk endpoint") }
		write = d.writeBulk
	}
	if err := d.set(start...); err != nil {
		return err
	}
	if err := begun(); err != nil {
		d.set(idEnd, 1)
		return err
	}
	if err := write(ctx, data); err != nil {
		d.set(idEnd, 1)
		return err
	}
	if err := d.set(idEnd, 0); err != nil {
		return err
	}
	result, err := d.await(ctx, statusReady)
	if err == nil && result != resultOK {
		return casework.Refuse(casework.PadGarbled, "the pad did not accept the picture")
	}
	return err
}

// awaitTaken waits until the pad does what it was told, which shows in its status.
// One that does not do it, say a picture by the bulk endpoint, stays ready and says
// so in its result; why is what is said of it then.
func (d *Dev) awaitTaken(ctx context.Context, want byte, why string) error {
	deadline := d.opts.Now().Add(d.opts.Patience)
	for {
		code, result, err := d.status()
		switch {
		case err != nil || code == want:
			return err
		case result != resultOK || d.opts.Now().After(deadline):
			return casework.Refuse(casework.PadGarbled, why)
		}
		if err := pause(ctx, d.opts.Poll); err != nil {
			return err
		}
	}
}

func (d *Dev) writeBulk(ctx context.Context, data []byte) error {
	return refusal(d.bulk.WriteBulk(ctx, data))
}

func (d *Dev) blocks(ctx context.Context, data []byte) error {
	report := make([]byte, 3+blockSize)
	report[0] = idBlock
	for len(data) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(len(data), blockSize)
		binary.LittleEndian.PutUint16(report[1:], uint16(n))
		copy(report[3:], data[:n])
		clear(report[3+n:])
		if err := d.set(report...); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}
