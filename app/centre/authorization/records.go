package authorization

import (
	"context"
	"maps"
	"slices"
	"sync"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// maxRecords bounds the 授权记录 that a phone shows at once.
const maxRecords = 500

// Records returns the holder's 授权记录, newest first. What the store keeps is
// whose grant it is, when the holder's word was taken, and what never reached
// the ledger; where something stands on the ledger, and how the case ended, is
// asked of the ledger now. When it can't be asked the lines say so.
func (s *Service) Records(ctx context.Context, holder string) ([]Record, error) {
	var kept []store.Record
	grants := map[casework.GrantID]store.Grant{}
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		if err := s.expire(tx, holder); err != nil {
			return err
		}
		all, err := tx.GrantsOf(holder)
		if err != nil {
			return err
		}
		for _, g := range all {
			grants[g.ID] = g
		}
		kept, err = tx.Records(holder, maxRecords)
		return err
	})
	if err != nil {
		return nil, err
	}
	traces := s.traces(ctx, kept)
	var list []Record
	for _, k := range kept {
		list = append(list, recordOf(k, grants[k.Grant], traces))
	}
	for _, id := range slices.Sorted(maps.Keys(traces)) {
		t := traces[id]
		if g := grants[id]; g.ID != "" && !t.Ended.IsZero() {
			list = ended(list, g, t)
		}
	}
	return list, nil
}

// asking bounds how many grants are asked for at a time: behind nodes elsewhere
// each answer takes milliseconds, and a page waits for all.
const asking = 8

// traces asks the ledger for the grants of the records. Those that it could not
// be asked for are missing; after the first failure nobody waits for more.
func (s *Service) traces(ctx context.Context, kept []store.Record) map[casework.GrantID]Trace {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ids := make(chan casework.GrantID)
	found := map[casework.GrantID]Trace{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range asking {
		wait.Go(func() {
			for id := range ids {
				t, err := s.o.Trace(ctx, id)
				if err != nil {
					cancel()
					continue
				}
				mu.Lock()
				found[id] = t
				mu.Unlock()
			}
		})
	}
	seen := map[casework.GrantID]bool{"": true}
	for _, k := range kept {
		if !seen[k.Grant] {
			seen[k.Grant] = true
			ids <- k.Grant
		}
	}
	close(ids)
	wait.Wait()
	return found
}

func recordOf(k store.Record, g store.Grant, traces map[casework.GrantID]Trace) Record {
	r := Record{Grant: k.Grant, Time: k.Time, What: k.What, Hall: k.Hall, Counter: k.Counter, Item: k.Item, Kinds: k.Kinds, Method: k.Method, Reason: k.Reason}
	if g.ID == "" {
		return r
	}
	r.Until, r.Live, r.Acting = g.Until, g.Revoked.IsZero(), g.Acting
	t, asked := traces[g.ID]
	place := t.Registered
	switch k.What {
	case WhatRetrieved:
		place = t.Retrieved
	case WhatNotRetrieved:
		place, asked = Place{}, true // it never gets there
	case WhatRevoked:
		place = t.Revoked
	}
	r.Entry, r.Height, r.Unknown = place.Entry, place.Height, !asked
	return r
}

// ended puts the end of a grant's case among the records, where it belongs by
// its time; the order of the others stays.
func ended(list []Record, g store.Grant, t Trace) []Record {
	r := Record{Grant: g.ID, Time: t.EndedAt, What: WhatSubmitted, Hall: g.Hall, Counter: g.Counter, Item: g.Item, Kinds: kindsOf(g.Needs),
		Method: g.Method, Until: g.Until, Live: g.Revoked.IsZero(), Acting: g.Acting, Entry: t.Ended.Entry, Height: t.Ended.Height}
	if t.EndedAs == casework.Abandoned {
		r.What = WhatAbandoned
	}
	at := slices.IndexFunc(list, func(o Record) bool { return !o.Time.After(r.Time) })
	if at < 0 {
		at = len(list)
	}
	return slices.Insert(list, at, r)
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
