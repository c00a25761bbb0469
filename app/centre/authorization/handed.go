package authorization

import (
	"context"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// HandedOut returns for which grants licences were handed out to a counter, from
// inclusive until exclusive, the oldest first, for an auditor who compares it
// with the ledger. Records older than the time that they are kept are not there.
func (s *Service) HandedOut(ctx context.Context, hall casework.HallID, counter casework.CounterID, from, until time.Time) ([]protocol.HandedOut, error) {
	list := []protocol.HandedOut{}
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		kept, err := tx.HandedOut(WhatRetrieved, hall, counter, from, until)
		for _, k := range kept {
			list = append(list, protocol.HandedOut{Grant: k.Grant, Case: k.Case, Time: k.Time})
		}
		return err
	})
	return list, err
}
