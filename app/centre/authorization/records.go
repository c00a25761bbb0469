package authorization

import (
	"context"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// maxRecords bounds the 授权记录 that a phone shows at once.
const maxRecords = 500

// Records returns the holder's 授权记录, newest first.
func (s *Service) Records(ctx context.Context, holder string) ([]Record, error) {
	var list []Record
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		if err := s.expire(tx, holder); err != nil {
			return err
		}
		kept, err := tx.Records(holder, maxRecords)
		if err != nil {
			return err
		}
		grants, err := tx.GrantsOf(holder)
		if err != nil {
			return err
		}
		byID := map[casework.GrantID]store.Grant{}
		for _, g := range grants {
			byID[g.ID] = g
		}
		for _, k := range kept {
			list = append(list, recordOf(k, byID[k.Grant]))
		}
		return nil
	})
	return list, err
}

func recordOf(k store.Record, g store.Grant) Record {
	r := Record{Grant: k.Grant, Time: k.Time, What: k.What, Hall: k.Hall, Counter: k.Counter, Item: k.Item, Kinds: k.Kinds, Method: k.Method}
	if g.ID == "" {
		return r
	}
	r.Until, r.Live = g.Until, g.Revoked.IsZero()
	place := g.Registered
	if k.What == WhatRevoked {
		place = g.Unbound
	}
	if k.What != WhatRetrieved { // a retrieval stands on the ledger by the counter's own entry
		r.Entry, r.Height = place.Entry, place.Height
	}
	return r
}

// expire notes what the holder had before them and let run out.
func (s *Service) expire(tx *store.Tx, holder string) error {
	list, err := tx.Unanswered(holder)
	if err != nil {
		return err
	}
	for _, r := range list {
		if s.now().Before(r.Until) {
			continue
		}
		r.Status = protocol.RequestExpired
		if err := tx.UpdateRequest(r); err != nil {
			return err
		}
		if err := s.recordRequest(tx, r, WhatExpired); err != nil {
			return err
		}
	}
	return nil
}
