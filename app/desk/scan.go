package desk

import (
	"context"

	"counterfoil/app/casework"
)

// Scanned takes what a code scanner read. A code of ours does what typing its
// eight digits does, whatever stands in the cells; everything else is refused
// and changes nothing. It waits for the centre's answer.
func (d *Desk) Scanned(text string) error { return d.scan(context.Background(), text) }

func (d *Desk) scan(ctx context.Context, text string) error {
	code, err := d.opt.Ours(text)
	if d.tried(ctx, text, err) {
		return nil
	}
	return d.intent(ctx, casework.Authorized, func(answer func(error)) {
		s := d.at
		switch {
		case err != nil:
			answer(err)
		case s == nil || s.stage != StageAuthorize:
			answer(casework.Refuse(casework.ScanNotNow, "no code is asked for"))
		case s.busy == BusyRedeem:
			answer(notNow("a code is on its way"))
		default:
			s.asking.digits = code
			d.redeem(s, answer)
		}
	})
}

// Spoilt tells the clerk that a scan came in only partly: nothing of it is used.
func (d *Desk) Spoilt() { d.spoilt(context.Background()) }

func (d *Desk) spoilt(ctx context.Context) {
	why := casework.Refuse(casework.ScanSpoilt, "a part of the scan was lost")
	if d.tried(ctx, "", why) {
		return
	}
	_ = d.intent(ctx, casework.Authorized, func(answer func(error)) { answer(why) })
}

// tried gives a scan to the test of the scanner, and reports whether there is one.
func (d *Desk) tried(ctx context.Context, text string, why error) (yes bool) {
	err := d.ask(ctx, func(answer func(error)) {
		yes = d.scannedInTrial(text, why)
		answer(nil)
	})
	return yes && err == nil
}

// driveScanner keeps the scanner open as long as ctx lasts, and opens it again
// whenever it went away.
func (d *Desk) driveScanner(ctx context.Context) {
	wait, plugged := firstWait, d.plugged(ctx)
	for {
		scanner, err := d.opt.OpenScanner(ctx)
		if err == nil {
			wait = firstWait
			err = d.useScanner(ctx, scanner)
		}
		if ctx.Err() != nil {
			return
		}
		d.post(func() { d.scannerGone(err) })
		if !replugged(ctx, wait, plugged) {
			return
		}
		wait = min(wait*2, lastWait)
	}
}

// useScanner acts on what is scanned until the scanner is gone or ctx ends. The
// next scan is read while the centre is still asked about the last one, so that
// a second reading of the same code is not taken for another try.
func (d *Desk) useScanner(ctx context.Context, scanner Scanner) error {
	defer scanner.Close()
	name := scanner.Name()
	d.post(func() { d.scanner = Light{State: Good, Name: name, Since: d.opt.Now()} })
	for {
		switch text, err := scanner.Read(ctx); {
		case err == nil:
			d.beside.Go(func() { _ = d.scan(ctx, text) })
		case casework.KindOf(err) == casework.ScanSpoilt:
			d.spoilt(ctx)
		default:
			return err
		}
	}
}

// scannerGone notes why there is no scanner. The case does not wait for it: the
// code can be typed.
func (d *Desk) scannerGone(why error) {
	kind := casework.KindOf(why)
	if kind == "" {
		kind = casework.ScannerMissing
	}
	state := Waiting
	if kind == casework.ScannerDenied || kind == casework.ScannerUnsupported { // it does not mend itself
		state = Failed
	}
	if d.scanner.State == Good {
		d.left(TryScanner)
	}
	if d.scanner.State != state || d.scanner.Reason != kind {
		d.scanner = Light{State: state, Name: d.scanner.Name, Reason: kind, Detail: missing(why), Since: d.opt.Now()}
	}
}
