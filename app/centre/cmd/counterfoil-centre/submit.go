package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/hall"
	"counterfoil/app/protocol"
)

// How long an administrator waits for the ledger, and for the own node's state
// behind a receipt.
const (
	recordTime = 40 * time.Second
	stateTime  = 10 * time.Second
	lookAgain  = 50 * time.Millisecond
)

// now is the time of a statement: whole milliseconds, as it is kept.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// say signs a statement with the hall's administrator's key, brings it to the
// ledger through the hall's own node, and returns the height at which it is
// recorded, by a verified receipt, once the node's state has it.
func say(ctx context.Context, h *hall.Home, s protocol.Statement) (int64, error) {
	r := rpc{h.Settings.URL()}
	if _, err := r.status(ctx); err != nil {
		return 0, fmt.Errorf("%w: it must run (counterfoil-centre node run --home %s)", err, h.Dir)
	}
	raw, digest, err := protocol.SignStatement(h.Admin, s)
	if err != nil {
		return 0, err
	}
	c, err := client(h)
	if err != nil {
		return 0, err
	}
	limit, cancel := context.WithTimeout(ctx, recordTime)
	defer cancel()
	for {
		got, err := c.Commit(limit, raw)
		if err == nil {
			return got.Height, r.await(ctx, protocol.LedgerEntry+digest.String(), got.Height)
		}
		if c.Permanent(err) {
			return 0, err
		}
		if !pause(limit) {
			return 0, fmt.Errorf("the ledger recorded nothing within %s: see node status; saying it again is harmless (%w)", recordTime, err)
		}
	}
}

// pause waits a moment; it is false when ctx has ended.
func pause(ctx context.Context) bool {
	t := time.NewTimer(lookAgain)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// await waits until a record is in the node's state, and until the next block is
// there, whose header proves it: whoever asks for proofs then finds it, too.
func (r rpc) await(ctx context.Context, path string, height int64) error {
	ctx, cancel := context.WithTimeout(ctx, stateTime)
	defer cancel()
	for {
		raw, err := r.value(ctx, path)
		if raw != nil {
			var s nodeStatus
			if s, err = r.status(ctx); err == nil && s.Sync.Height > height {
				return nil
			}
		}
		if !pause(ctx) {
			return errors.Join(errors.New("it is recorded, but the node's own state lags behind"), err)
		}
	}
}

// already reports whether a refusal says that the ledger says so already.
func already(err error) bool { return casework.KindOf(err) == casework.AlreadyDone }
