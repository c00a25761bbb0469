package stu

import (
	"context"
	"errors"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/hid"
)

// The feature reports that this driver uses. Everything else, among it all that
// is non-volatile (Uid, DefaultMode, Backlight, Contrast, ROM images) and
// whatever a firmware offers beyond the published list, is never touched: some
// of those ids are believed to be the flash loader.
const (
	idStatus       = 0x03
	idReset        = 0x04 // softly alone: a hard one makes the device come anew
	idInformation  = 0x08
	idCapability   = 0x09
	idUid          = 0x0A
	idUid2         = 0x0B
	idEserial      = 0x0F
	idHostPublic   = 0x13 // this and what follows to 0x1B: encrypted pen data
	idDevicePublic = 0x14
	idStartCapture = 0x15
	idEndCapture   = 0x16
	idPrime        = 0x1A // read only: it outlives a power cut
	idBase         = 0x1B // read only, too
	idClear        = 0x20
	idInking       = 0x21
	idStartArea    = 0x24
	idStart        = 0x25
	idBlock        = 0x26
	idEnd          = 0x27
	idPen16        = 0x28
	idInkArea      = 0x2A
	idPen24        = 0x2D
	idOptions      = 0x32
	idCommand      = 0x40
	idEncryption   = 0x50
)

// mayGet and maySet are the allow list.
func mayGet(id byte) bool {
	return slices.Contains([]byte{idStatus, idInformation, idCapability, idUid, idUid2, idEserial, idOptions,
		idDevicePublic, idPrime, idBase, idCommand, idEncryption}, id)
}

func maySet(id byte) bool {
	return slices.Contains([]byte{idReset, idHostPublic, idStartCapture, idEndCapture, idClear, idInking, idStartArea, idStart, idBlock, idEnd,
		idPen16, idInkArea, idPen24, idOptions, idCommand}, id)
}

// listed reports whether a report may be written: one of the list, and of resets
// and encryption commands the known ones alone.
func listed(report []byte) bool {
	switch report[0] {
	case idReset:
		return slices.Equal(report[1:], []byte{0})
	case idCommand:
		return len(report) == 4+pieceSize && slices.Contains([]byte{cmdType, cmdSet, cmdPiece, cmdGenerate}, report[1])
	}
	return maySet(report[0])
}

// Status codes and results of report 0x03.
const (
	statusReady   = 0
	statusImage   = 1
	statusCapture = 2
	statusBoot    = 4
	resultOK      = 0
)

// get reads a feature report of exactly size bytes.
func (d *Dev) get(id byte, size int) ([]byte, error) {
	if !mayGet(id) {
		return nil, casework.Refuse(casework.PadUnsupported, "a report outside the allow list")
	}
	r, err := d.dev.GetFeature(id, size)
	if err != nil {
		return nil, refusal(err)
	}
	if len(r) != size || r[0] != id {
		return nil, casework.Refuse(casework.PadGarbled, "a feature report of a wrong length or id")
	}
	return r, nil
}

// set writes a feature report.
func (d *Dev) set(report ...byte) error {
	if !listed(report) {
		return casework.Refuse(casework.PadUnsupported, "a report outside the allow list")
	}
	return refusal(d.dev.SetFeature(report))
}

// refusal translates the errors of a device at the border to the domain.
func refusal(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, hid.ErrUnplugged), errors.Is(err, hid.ErrClosed):
		return casework.Refuse(casework.PadLost, "the device is gone")
	case errors.Is(err, hid.ErrRefused):
		return casework.Refuse(casework.PadGarbled, "the device refused a report of its protocol")
	case errors.Is(err, hid.ErrBusy):
		return casework.Refuse(casework.PadBusy, "another program has the device")
	case errors.Is(err, hid.ErrNoAccess):
		return casework.Refuse(casework.PadDenied, "no permission to open the device")
	}
	return casework.Refuse(casework.PadLost, "the system reports an error of the device")
}

// status reads the status code and the result of the last report.
func (d *Dev) status() (code, result byte, err error) {
	r, err := d.get(idStatus, 5)
	if err != nil {
		return 0, 0, err
	}
	return r[1], r[2], nil
}

// await polls the status until it is want, and returns the result of the last
// report. A pad that does not get there within the patience is as good as gone.
func (d *Dev) await(ctx context.Context, want byte) (byte, error) {
	deadline := d.opts.Now().Add(d.opts.Patience)
	for {
		code, result, err := d.status()
		if err != nil || code == want {
			return result, err
		}
		if d.opts.Now().After(deadline) {
			return 0, stuck{casework.Refuse(casework.PadLost, "the device does not become ready")}
		}
		if err := pause(ctx, d.opts.Poll); err != nil {
			return 0, err
		}
	}
}

// settle waits for a pad that was just plugged in: it shows its boot picture
// first, and reports itself ready in between. A capture that an earlier program left
// is ended. A picture that one left half sent is abandoned; a pad that is only busy
// does not mind.
func (d *Dev) settle(ctx context.Context) error {
	code, _, err := d.status()
	if err != nil || code == statusReady {
		return err
	}
	if code == statusCapture { // it is not starting
		if err := pause(ctx, leastCapture*d.opts.Turn); err != nil {
			return err
		}
		return d.stopCapture(ctx)
	}
	if code == statusImage {
		if err := d.set(idEnd, 1); err != nil {
			return err
		}
	}
	const calm = 500 * time.Millisecond
	deadline := d.opts.Now().Add(calm + d.opts.Patience)
	for ready := time.Duration(0); ready < calm; ready += d.opts.Poll {
		if _, err := d.await(ctx, statusReady); err != nil {
			return err
		}
		if err := pause(ctx, d.opts.Poll); err != nil {
			return err
		}
		if code, _, err = d.status(); err != nil {
			return err
		}
		if code != statusReady {
			if d.opts.Now().After(deadline) {
				return stuck{casework.Refuse(casework.PadLost, "the device does not settle")}
			}
			ready = -d.opts.Poll
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
