package authorization

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// Limits of what citizens report.
const (
	oddPerDay = 5 // of a holder, in 24 hours; refusing a request as "not I" is not bounded by it
	oddWords  = 200
	oddAnswer = 500 // characters
	oddIDLen  = 8
)

// ReportOdd keeps what a holder found odd, about one of the own records or, for
// place 0, about none. It is in the holder's records from then on, and in no log
// and not on the ledger.
func (s *Service) ReportOdd(ctx context.Context, holder string, o protocol.ReportOdd) error {
	words, err := plainWords(o.Words, oddWords)
	if err != nil {
		return err
	}
	if !o.Reason.Known() {
		return casework.Refuse(casework.Malformed, "no such reason")
	}
	return s.o.Store.Do(ctx, func(tx *store.Tx) error {
		now := s.now()
		today, err := tx.ReportsOf(holder, now.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if len(today) >= oddPerDay {
			return casework.Refuse(casework.ReportsFull, "as many reports as there may be in a day")
		}
		var about store.Record
		if o.Record != 0 {
			var ok bool
			if about, ok, err = tx.Record(holder, o.Record); err != nil {
				return err
			} else if !ok {
				return casework.Refuse(casework.ReportUnknown, "no such record of this holder")
			}
		}
		about.Holder = holder
		r := store.Record{Holder: holder, Time: now, What: WhatOdd, Hall: about.Hall, Counter: about.Counter, Item: about.Item,
			Kinds: about.Kinds, Method: about.Method, Grant: about.Grant}
		if r.Report, err = s.file(tx, about, o.Reason, words); err != nil {
			return err
		}
		return tx.AddRecord(r)
	})
}

// file keeps a report about a record and returns its id.
func (s *Service) file(tx *store.Tx, about store.Record, why protocol.OddReason, words string) (string, error) {
	r := store.Report{Holder: about.Holder, Time: s.now(), Reason: string(why), Words: words, What: about.What, At: about.Time,
		Hall: about.Hall, Counter: about.Counter, Item: about.Item, Grant: about.Grant}
	for { // again where the id is taken: hardly ever
		r.ID = protocol.NewID()[:oddIDLen]
		if fresh, err := tx.AddReport(r); err != nil || fresh {
			return r.ID, err
		}
	}
}

// plainWords takes what a person typed: a terminal shows it to another one, so
// nothing in it may steer a terminal, or turn the direction of what follows.
func plainWords(s string, most int) (string, error) {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > most {
		return "", casework.Refuse(casework.Malformed, "the words are too long, or no text")
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.Is(unicode.C, r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s), nil
}

// Odd lists what citizens reported, oldest first, without who they are: those
// that wait for an answer, or all.
func (s *Service) Odd(ctx context.Context, all bool) ([]protocol.Odd, error) {
	list := []protocol.Odd{}
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		kept, err := tx.Reports(all)
		for _, r := range kept {
			list = append(list, protocol.Odd{ID: r.ID, Time: r.Time, Reason: protocol.OddReason(r.Reason), Words: r.Words, What: string(r.What), At: r.At,
				Hall: r.Hall, Counter: r.Counter, Item: r.Item, Grant: r.Grant, Answer: r.Answer, Answered: r.Answered})
		}
		return err
	})
	return list, err
}

// AnswerOdd answers a report; its holder reads it in the records. An answer that
// was given stands: AlreadyDone, unless it is the same.
func (s *Service) AnswerOdd(ctx context.Context, id, answer string) error {
	words, err := plainWords(answer, oddAnswer)
	if err != nil {
		return err
	}
	if words == "" {
		return casework.Refuse(casework.Malformed, "the answer says nothing")
	}
	return s.o.Store.Do(ctx, func(tx *store.Tx) error {
		r, ok, err := tx.Report(id)
		switch {
		case err != nil:
			return err
		case !ok:
			return casework.Refuse(casework.ReportUnknown, "no such report")
		case r.Answer == words:
			return nil
		case !r.Answered.IsZero():
			return casework.Refuse(casework.AlreadyDone, "the report was answered before")
		}
		return tx.AnswerReport(id, words, s.now())
	})
}
