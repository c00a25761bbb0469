package authorization

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// PageRecords is how many kept records one answer has at most.
const PageRecords = 500

// Records returns the holder's newest 授权记录, newest first; see RecordsBefore.
func (s *Service) Records(ctx context.Context, holder string) ([]Record, error) {
	list, _, err := s.RecordsBefore(ctx, holder, 0)
	return list, err
}

// RecordsBefore returns the holder's 授权记录 that are kept before the given
// place, 0 for the end, newest first, and the place to go on from, 0 when there
// are none before. What the store keeps is whose grant it is, when the holder's
// word was taken, and what never reached the ledger; where something stands on
// the ledger, and how the case ended, is asked of the ledger now. When it can't be
// asked the lines say so. How a case ended comes with the line of its grant.
func (s *Service) RecordsBefore(ctx context.Context, holder string, before int64) ([]Record, int64, error) {
	k, err := s.kept(ctx, holder, before)
	if err != nil {
		return nil, 0, err
	}
	next := int64(0)
	if len(k.records) > PageRecords {
		k.records = k.records[:PageRecords]
		next = k.records[PageRecords-1].N
	}
	k.now, k.traces = s.now(), s.traces(ctx, k.records)
	var list, ends []Record
	for _, one := range k.records {
		list = append(list, k.line(one))
		if one.What == WhatAuthorized {
			if t := k.traces[one.Grant]; !t.Ended.IsZero() {
				ends = append(ends, k.end(one, t))
			}
		}
	}
	list = append(list, ends...)
	slices.SortStableFunc(list, func(a, b Record) int { return b.Time.Compare(a.Time) })
	return list, next, nil
}

// AllRecords returns the whole of the holder's 授权记录, newest first.
func (s *Service) AllRecords(ctx context.Context, holder string) ([]Record, error) {
	all, before, err := s.RecordsBefore(ctx, holder, 0)
	for before > 0 && err == nil {
		var older []Record
		older, before, err = s.RecordsBefore(ctx, holder, before)
		all = append(all, older...)
	}
	return all, err
}

// keeping is what is known of a holder's records before the ledger is asked, and
// then what it said.
type keeping struct {
	records []store.Record
	grants  map[casework.GrantID]store.Grant
	handed  map[casework.GrantID]bool // licences were handed out
	reports map[string]store.Report
	traces  map[casework.GrantID]Trace
	now     time.Time
}

// kept reads one record more than a page has: then there is another page.
func (s *Service) kept(ctx context.Context, holder string, before int64) (keeping, error) {
	k := keeping{grants: map[casework.GrantID]store.Grant{}, reports: map[string]store.Report{}}
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		if err := s.expire(tx, holder); err != nil {
			return err
		}
		grants, err := tx.GrantsOf(holder)
		for _, g := range grants {
			k.grants[g.ID] = g
		}
		reports, err2 := tx.ReportsOf(holder, time.Time{})
		for _, r := range reports {
			k.reports[r.ID] = r
		}
		var err3, err4 error
		k.handed, err3 = tx.GrantsWith(holder, WhatRetrieved)
		k.records, err4 = tx.Records(holder, before, PageRecords+1)
		return errors.Join(err, err2, err3, err4)
	})
	return k, err
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

func (k keeping) line(r store.Record) Record {
	out := Record{N: r.N, Grant: r.Grant, Time: r.Time, What: r.What, Hall: r.Hall, Counter: r.Counter, Item: r.Item, Kinds: r.Kinds,
		Needs: r.Needs, Left: r.Left, Reason: r.Reason, Method: r.Method}
	if !r.Was.IsZero() {
		out.Time = r.Was
	}
	if report, ok := k.reports[r.Report]; ok {
		out.Report = &report
	}
	g := k.grants[r.Grant]
	if g.ID == "" {
		return out
	}
	if len(out.Needs) == 0 { // it was kept before records named fields
		out.Needs = g.Needs
	}
	out.Acting = g.Acting
	t, asked := k.traces[g.ID]
	k.stand(&out, g, t)
	place := Place{}
	switch r.What {
	case WhatAuthorized:
		place = t.Registered
	case WhatRetrieved:
		place = t.Retrieved
	case WhatRevoked:
		place = t.Revoked
	default: // nothing of it goes on the ledger
		return out
	}
	out.Entry, out.Height, out.Unknown = place.Entry, place.Height, !asked
	return out
}

// stand says where the record's grant stands now.
func (k keeping) stand(r *Record, g store.Grant, t Trace) {
	r.Until, r.Live, r.Revoked, r.Wiped = g.Until, g.Revoked.IsZero(), g.Revoked, g.Wiped
	handed := k.handed[g.ID]
	switch {
	case !g.Revoked.IsZero() && !handed:
		r.State = StateNothing
	case !g.Wiped.IsZero():
		r.State = StateWiped
	case !g.Revoked.IsZero():
		r.State = StateUnbound
	case !t.Ended.IsZero():
		r.State = StateEnded
	case handed:
		r.State = StateUsed
	case !k.now.Before(g.Until):
		r.State = StateLapsed
	default:
		r.State = StateLive
	}
}

// end is the line of how the case of a grant ended, which the ledger alone knows.
func (k keeping) end(of store.Record, t Trace) Record {
	g := k.grants[of.Grant]
	r := Record{Grant: g.ID, Time: t.EndedAt, What: WhatSubmitted, Hall: g.Hall, Counter: g.Counter, Item: g.Item, Kinds: kindsOf(g.Needs),
		Method: g.Method, Acting: g.Acting, Entry: t.Ended.Entry, Height: t.Ended.Height}
	k.stand(&r, g, t)
	if t.EndedAs == casework.Abandoned {
		r.What = WhatAbandoned
	}
	return r
}

// expire notes what a holder, or everybody for the empty one, had before them and
// let run out, and codes that ran out unused.
func (s *Service) expire(tx *store.Tx, holder string) error {
	now := s.now()
	requests, err := tx.Unanswered(holder, now)
	if err != nil {
		return err
	}
	for _, r := range requests {
		r.Status = protocol.RequestExpired
		if err := errors.Join(tx.UpdateRequest(r), s.recordRequest(tx, r, WhatExpired)); err != nil {
			return err
		}
	}
	codes, err := tx.UnusedCodes(holder, now)
	if err != nil {
		return err
	}
	for _, c := range codes {
		c.State = store.CodeEnded
		r := store.Record{Holder: c.Holder, Time: now, Was: c.Until, What: WhatExpired, Hall: c.Hall, Item: c.Item, Kinds: c.Kinds,
			Reason: casework.CodeExpired, Method: casework.ByCode}
		if err := errors.Join(tx.UpdateCode(c), tx.AddRecord(r)); err != nil {
			return err
		}
	}
	return nil
}
