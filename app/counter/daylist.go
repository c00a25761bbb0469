package counter

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/counter/keep"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
)

// Listed names the counter and the day that a list is about. With an empty Chain
// they are taken from the cases of that day.
type Listed struct {
	Chain   string
	Hall    casework.HallID
	Counter casework.CounterID
	Day     string // YYYYMMDD in the halls' own time

	// Before is optional: an earlier list of the same counter, of any day. A counter
	// whose operator log does not lead on from there is refused (JournalDamaged).
	Before []byte

	Means keep.Means // that opens the device key
}

// DayList reads the journal in dir, which no other program may have open
// (JournalBusy), and returns what it keeps of a day, signed by the device key:
// ids and digests, for an auditor. A folder that is no counter's is refused, and
// so is a day of which a case is damaged: a list that leaves one out says that
// it never was.
func DayList(ctx context.Context, dir string, of Listed, now time.Time) ([]byte, protocol.DayList, error) {
	if !protocol.IsDay(of.Day) {
		return nil, protocol.DayList{}, errors.New("a day is YYYYMMDD, for example 20261125")
	}
	for _, name := range []string{"device.key", filepath.Join("journal", "journal.db")} { // Open would make a new one
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return nil, protocol.DayList{}, casework.Refuse(casework.JournalForeign, "the folder holds no counter's journal and key")
		}
	}
	id, err := OpenIdentity(ctx, Keys{Dir: dir, Means: of.Means})
	if err != nil {
		return nil, protocol.DayList{}, err
	}
	defer id.Close()
	at, err := journalOf(dir, id, nil)
	if err != nil {
		return nil, protocol.DayList{}, err
	}
	j, err := journal.Open(ctx, at)
	if err != nil {
		return nil, protocol.DayList{}, err
	}
	var l protocol.DayList
	if err = leadsOn(ctx, j, id, of.Before); err == nil {
		l, err = dayList(ctx, j, of, now)
	}
	if err = errors.Join(err, j.Close()); err != nil {
		return nil, l, err
	}
	raw, err := protocol.SignDayList(id.Device, l)
	return raw, l, err
}

func dayList(ctx context.Context, j *journal.Journal, of Listed, now time.Time) (protocol.DayList, error) {
	l := protocol.DayList{Version: protocol.Version, Chain: of.Chain, Hall: string(of.Hall), Counter: string(of.Counter), Day: of.Day,
		At: now.UnixMilli(), Cases: []protocol.ListedCase{}}
	records, err := openedOn(ctx, j, of.Day)
	if err != nil {
		return l, err
	}
	for _, r := range records {
		raw, err := j.Raw(ctx, r.ID)
		if err != nil {
			return l, err
		}
		first, _, err := protocol.OpenEntry(raw[0])
		if err != nil {
			return l, err
		}
		if l.Chain == "" {
			l.Chain, l.Hall, l.Counter = first.Chain, string(first.Hall), string(first.Counter)
		}
		if first.Chain != l.Chain || string(first.Hall) != l.Hall || string(first.Counter) != l.Counter {
			continue // written before this counter was enrolled where it is now
		}
		c, err := listed(r)
		if err != nil {
			return l, err
		}
		l.Cases = append(l.Cases, c)
	}
	if l.Operators, err = operatorsOf(ctx, j); err != nil {
		return l, err
	}
	if l.Chain == "" {
		return l, errors.New("no case was opened on that day; to say so in a list, name the counter by its settings")
	}
	return l, nil
}

// operatorsOf says how far the operator log goes; nil while it is empty.
func operatorsOf(ctx context.Context, j *journal.Journal) (*protocol.ListedLog, error) {
	log, err := j.OperatorLog(ctx)
	if err != nil || log.Acts == 0 {
		return nil, err
	}
	return &protocol.ListedLog{Acts: log.Acts, Head: log.Head[:], Whole: log.Whole}, nil
}

// leadsOn refuses an operator log that has lost what an earlier list of this
// counter, signed by its own key or one that it had before, says that it had.
func leadsOn(ctx context.Context, j *journal.Journal, id Identity, before []byte) error {
	if before == nil {
		return nil
	}
	l, env, err := protocol.OpenDayList(before)
	if err != nil {
		return err
	}
	key, err := id.signedBy(env.Key)
	if err == nil {
		err = env.Verify(key)
	}
	if err != nil || l.Operators == nil {
		return err
	}
	leads, err := j.LeadsFrom(ctx, l.Operators.Acts, casework.Digest(l.Operators.Head))
	if err == nil && !leads {
		err = casework.Refuse(casework.JournalDamaged, "the operator log has lost acts that the earlier list counts")
	}
	return err
}

// openedOn returns the cases of one of the halls' days, the oldest first. The
// journal's own days are those of the machine's clock, which may be set to
// another zone.
func openedOn(ctx context.Context, j *journal.Journal, day string) ([]casework.CaseRecord, error) {
	start := protocol.StartOf(day)
	var list []casework.CaseRecord
	for _, offset := range []int{-1, 0, 1} {
		records, err := j.Day(ctx, start.Add(12*time.Hour).AddDate(0, 0, offset).Format("20060102"), "", 0)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			if protocol.DayOf(r.Opened) == day {
				list = append(list, r)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b casework.CaseRecord) int { return a.Opened.Compare(b.Opened) })
	return list, nil
}

func listed(r casework.CaseRecord) (protocol.ListedCase, error) {
	id, err := hex.DecodeString(string(r.ID))
	c := protocol.ListedCase{Case: id}
	for _, s := range r.Steps {
		e := protocol.ListedEntry{Digest: s.Digest[:], Time: s.Time.UnixMilli(), Height: s.Height}
		if s.Send == casework.Refused {
			e.Refusal = string(s.Refusal)
		}
		c.Entries = append(c.Entries, e)
	}
	return c, err
}
