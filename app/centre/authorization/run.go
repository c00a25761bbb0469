package authorization

import (
	"context"
	"time"

	"counterfoil/app/centre/store"
)

// How long Run waits after a failure of the ledger, and how often it forgets.
const (
	firstPause = time.Second
	lastPause  = 30 * time.Second
	tidyEvery  = time.Hour
	keepDay    = 48 * time.Hour // codes, requests and wrong entries
	keepYears  = 3              // records, reports and grants
)

// Run carries to the ledger what could not be put there at once, also what a
// stopped centre left behind, and forgets what no rule asks for any more. It
// returns when ctx ends.
func (s *Service) Run(ctx context.Context) {
	tidy := time.NewTicker(tidyEvery)
	defer tidy.Stop()
	again := time.NewTimer(0)
	defer again.Stop()
	pause := firstPause
	for {
		select {
		case <-ctx.Done():
			return
		case <-tidy.C:
			s.tidy(ctx)
			continue
		case <-again.C:
		}
		if s.settleAll(ctx) {
			pause = firstPause
			select {
			case <-ctx.Done():
				return
			case <-tidy.C:
				s.tidy(ctx)
			case <-s.retry:
			}
			again.Reset(0)
			continue
		}
		again.Reset(pause)
		pause = min(2*pause, lastPause)
	}
}

// settleAll reports whether nothing is left.
func (s *Service) settleAll(ctx context.Context) bool {
	var list []store.Grant
	err := s.o.Store.Do(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.Unsettled()
		return err
	})
	clean := err == nil
	for _, g := range list {
		after, _ := s.settle(ctx, g.ID)
		clean = clean && !after.Registered.IsZero() && (after.Revoked.IsZero() || !after.Unbound.IsZero())
	}
	return clean
}

// tidy's failure costs nothing but space until the next hour.
func (s *Service) tidy(ctx context.Context) {
	now := s.now()
	_ = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		if err := s.expire(tx, ""); err != nil { // of everybody, before it is forgotten
			return err
		}
		return tx.Prune(now.Add(-keepDay), now.AddDate(-keepYears, 0, 0))
	})
}
