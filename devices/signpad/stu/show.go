package stu

import (
	"context"
	"encoding/binary"
	"image"
	"image/draw"
	"slices"
	"sync/atomic"

	"counterfoil/app/casework"
)

// marks remembers whether the pen may have left ink on the display. The reader
// sets it, Show takes it back.
type marks struct{ made atomic.Bool }

// Show implements desk.Pad: afterwards the display holds img and nothing else,
// and the device draws the pen's trace within ink. What the pen drew before is
// gone, so showing the same picture again clears a signature for another try.
// An unchanged picture without ink on it costs nothing. When Show fails, the
// next one sends everything.
func (d *Dev) Show(ctx context.Context, img *image.RGBA, ink image.Rectangle) error {
	d.showing.Lock()
	defer d.showing.Unlock()
	size := image.Rect(0, 0, d.id.Width, d.id.Height)
	if img == nil || img.Rect != size || !ink.In(size) {
		return casework.Refuse(casework.PadUnsupported, "the picture does not fit the display")
	}
	if err := d.show(ctx, img, ink); err != nil {
		d.shown = nil
		return err
	}
	return nil
}

func (d *Dev) show(ctx context.Context, img *image.RGBA, ink image.Rectangle) error {
	p := d.codec.planFor(d.shown, img)
	inked := d.marks.made.Load() && !d.ink.Empty()
	same := d.shown != nil && len(p.parts) == 0 && !p.clear && !inked
	if same && ink == d.ink {
		return nil
	}
	if !d.ink.Empty() { // no trace may appear on a picture that is still under way
		if err := d.set(idInking, 0); err != nil {
			return err
		}
	}
	if err := d.endCapture(ctx); err != nil {
		return err
	}
	if inked && !p.clear && !covered(p.parts, d.ink) {
		p.parts = append(outside(p.parts, d.ink), d.ink)
		if d.codec.whole {
			p.parts = []image.Rectangle{img.Rect}
		}
	}
	if err := d.send(ctx, img, p); err != nil {
		return err
	}
	if inked || d.ink.Empty() { // a touch where no ink was drawn left none
		d.marks.made.Store(false)
	}
	if d.shown == nil {
		d.shown = image.NewRGBA(img.Rect)
	}
	draw.Draw(d.shown, img.Rect, img, image.Point{}, draw.Src)
	return d.setInk(ctx, ink)
}

// covered reports whether one of the parts holds all of r.
func covered(parts []image.Rectangle, r image.Rectangle) bool {
	return slices.ContainsFunc(parts, func(p image.Rectangle) bool { return r.In(p) })
}

// outside returns the parts that are not within r.
func outside(parts []image.Rectangle, r image.Rectangle) []image.Rectangle {
	var out []image.Rectangle
	for _, p := range parts {
		if !p.In(r) {
			out = append(out, p)
		}
	}
	return out
}

func (d *Dev) send(ctx context.Context, img *image.RGBA, p plan) error {
	if p.clear {
		if err := d.set(idClear, 0); err != nil {
			return err
		}
		if _, err := d.await(ctx, statusReady); err != nil {
			return err
		}
	}
	for _, part := range p.parts {
		if err := d.upload(ctx, img, part); err != nil {
			return err
		}
	}
	return nil
}

// setInk switches the device's own ink on within r, or off. A model that cannot
// keep it within a part draws it everywhere. Where pen data are encrypted they are
// before ink can be drawn, so that no trace appears of which nothing was read; a
// touch on a picture without ink stays in the clear.
func (d *Dev) setInk(ctx context.Context, r image.Rectangle) error {
	d.ink = r
	if r.Empty() {
		return d.set(idInking, 0)
	}
	if d.model.inkBox {
		if err := d.set(append([]byte{idInkArea}, inkRect(r)...)...); err != nil {
			return err
		}
	}
	if d.encrypts() {
		if err := d.startCapture(ctx); err != nil {
			return err
		}
	}
	return d.set(idInking, 1)
}

// areaRect encodes a part for report 0x24, the lower right corner exclusive.
// One project verified that on a 540 with an odd width; other models are
// UNVERIFIED.
func areaRect(r image.Rectangle) []byte { return rect(r.Min, r.Max) }

// inkRect encodes the handwriting area for report 0x2A, the lower right corner
// inclusive: a 430V at rest answers 319, 199 for its 320×200 pixels.
func inkRect(r image.Rectangle) []byte { return rect(r.Min, r.Max.Sub(image.Pt(1, 1))) }

func rect(a, b image.Point) []byte {
	out := make([]byte, 0, 8)
	for _, v := range []int{a.X, a.Y, b.X, b.Y} {
		out = binary.LittleEndian.AppendUint16(out, uint16(v))
	}
	return out
}
