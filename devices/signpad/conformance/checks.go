package conformance

import (
	"context"
	"errors"
	"fmt"
	"image"

	"counterfoil/app/casework"
)

func (b *bench) identity(ctx context.Context) error {
	if b.pad != nil { // a repetition
		b.pad.Close()
		b.pad = nil
	}
	pad, err := b.Open(ctx)
	if err != nil {
		return err
	}
	b.pad = pad
	id := pad.Identity()
	if id.Model == "" || id.Serial == "" || id.Transport == "" || id.Rate < 1 || id.Width < 64 || id.Height < 64 || id.MaxP < 1 {
		return fmt.Errorf("it says of itself %+v", id)
	}
	if id.MaxX < id.Width || id.MaxY < id.Height {
		return fmt.Errorf("its pen is coarser than its display: %+v", id)
	}
	b.img = Picture(id)
	b.in = image.Rect(0, id.Height/2, id.Width, id.Height).Inset(2)
	everywhere := false
	if b.Limits != nil {
		everywhere, b.unnumbered = b.Limits(pad)
	}
	if b.out = (image.Rectangle{}); !everywhere {
		b.out = image.Rect(id.Width/2, id.Height/4, id.Width/2+40, id.Height/4+1)
	}
	return nil
}

func (b *bench) picture(ctx context.Context) error {
	if err := b.pad.Show(ctx, b.img, image.Rectangle{}); err != nil {
		return err
	}
	return b.Look(b.img, image.Rectangle{})
}

func (b *bench) ink(ctx context.Context) error {
	if err := b.pad.Show(ctx, b.img, b.in); err != nil {
		return err
	}
	samples, err := b.written(ctx, b.out)
	if err != nil {
		return err
	}
	if err := b.sound(samples); err != nil {
		return err
	}
	return b.Look(b.img, b.in)
}

func (b *bench) cleared(ctx context.Context) error {
	if err := b.pad.Show(ctx, b.img, b.in); err != nil {
		return err
	}
	return b.Look(b.img, image.Rectangle{})
}

func (b *bench) givenUp(ctx context.Context) error {
	given, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := b.pad.Read(given); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("a reading that was given up ended with: %w", err)
	}
	samples, err := b.written(ctx, image.Rectangle{})
	if err != nil {
		return err
	}
	return b.sound(samples)
}

func (b *bench) reopened(ctx context.Context) error {
	before, ended := b.pad.Identity(), make(chan error, 1)
	go func() { ended <- b.ended(ctx) }()
	if err := b.pad.Close(); err != nil {
		return err
	}
	if err := <-ended; err != nil {
		return err
	}
	return b.again(ctx, before)
}

func (b *bench) unplugged(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() { ended <- b.ended(ctx) }()
	b.Unplug()
	if err := <-ended; err != nil {
		return err
	}
	other := image.NewRGBA(b.img.Rect)
	if err := b.pad.Show(ctx, other, image.Rectangle{}); casework.KindOf(err) != casework.PadLost {
		return fmt.Errorf("a picture for a pad that is gone ended with: %w", err)
	}
	return nil
}

func (b *bench) replugged(ctx context.Context) error {
	before := b.pad.Identity()
	b.pad.Close()
	b.Plug()
	return b.again(ctx, before)
}

// again opens the pad, which must be the same one and show a picture.
func (b *bench) again(ctx context.Context, before casework.PadIdentity) error {
	pad, err := b.Open(ctx)
	if err != nil {
		return err
	}
	b.pad = pad
	if id := pad.Identity(); id != before {
		return fmt.Errorf("it was %+v and is %+v", before, id)
	}
	return b.picture(ctx)
}

// ended reads until the pad's end, which must be a loss.
func (b *bench) ended(ctx context.Context) error {
	for {
		if _, err := b.pad.Read(ctx); casework.KindOf(err) == casework.PadLost {
			return nil
		} else if err != nil {
			return fmt.Errorf("a reading ended with: %w", err)
		}
	}
}
