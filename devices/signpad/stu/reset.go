package stu

import (
	"context"
	"time"
)

// stuck is a pad that answers and does not become ready.
type stuck struct{ error }

// Unwrap gives the refusal.
func (s stuck) Unwrap() error { return s.error }

// afterReset is how long a pad must be left alone after a soft reset, as
// published drivers have it; UNVERIFIED on hardware.
const afterReset = 1100 * time.Millisecond

// revive resets a pad that is stuck and prepares it again. Only New does it: a
// pad that gets stuck later is given up as lost, opened anew, and reset then, so
// that no sample of before is taken for one of after. A reset forgets what is
// volatile and nothing else.
func (d *Dev) revive(ctx context.Context) error {
	if err := d.set(idReset, 0); err != nil {
		return err
	}
	if err := pause(ctx, afterReset); err != nil {
		return err
	}
	return d.prepare(ctx)
}
