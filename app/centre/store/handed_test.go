package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"counterfoil/app/casework"
)

// TestWhatWasHandedOutIsFoundByItsTime, among the records of other counters, of
// other kinds and other days, with gaps where old ones were pruned and with a
// clock that was once set back.
func TestWhatWasHandedOutIsFoundByItsTime(t *testing.T) {
	s, ctx := opened(t, filepath.Join(t.TempDir(), "centre.db")), context.Background()
	start := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	const each = 10 * time.Minute
	var want []HandedOut
	from, until := start.AddDate(0, 0, 3), start.AddDate(0, 0, 4)
	err := s.Do(ctx, func(tx *Tx) error {
		if got, err := tx.HandedOut("retrieved", "dongcheng", "12", from, until); err != nil || len(got) != 0 {
			t.Errorf("in an empty store: %v %v", got, err)
		}
		for i := range 1000 {
			at := start.Add(time.Duration(i) * each)
			if i%50 == 49 {
				at = at.Add(-30 * time.Minute)
			}
			r := Record{Holder: "li", Time: at, What: "retrieved", Hall: "dongcheng", Counter: "12", Grant: casework.GrantID(fmt.Sprint("g", i))}
			switch i % 4 {
			case 1:
				r.Counter = "13"
			case 2:
				r.What = "authorized"
			case 3:
				g := Grant{Grant: casework.Grant{ID: r.Grant, From: at, Until: at}, Case: casework.CaseID(fmt.Sprint("c", i))}
				if err := tx.AddGrant(g); err != nil {
					return err
				}
			}
			if err := tx.AddRecord(r); err != nil {
				return err
			}
			if (i%4 == 0 || i%4 == 3) && !at.Before(from) && at.Before(until) {
				h := HandedOut{Grant: r.Grant, Time: at}
				if i%4 == 3 {
					h.Case = casework.CaseID(fmt.Sprint("c", i))
				}
				want = append(want, h)
			}
		}
		_, err := tx.exec(`DELETE FROM records WHERE n < 100 OR n BETWEEN 300 AND 350 OR n > 990`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Do(ctx, func(tx *Tx) error {
		got, err := tx.HandedOut("retrieved", "dongcheng", "12", from, until)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) || len(want) < 70 {
			t.Errorf("%d, want %d: %v\n%v\n%v", len(got), len(want), err, got, want)
		}
		for _, span := range [][2]time.Time{{start.AddDate(-1, 0, 0), start}, {start.AddDate(1, 0, 0), start.AddDate(2, 0, 0)}} {
			if got, err := tx.HandedOut("retrieved", "dongcheng", "12", span[0], span[1]); err != nil || len(got) != 0 {
				t.Errorf("%v: %v %v", span, got, err)
			}
		}
		all, err := tx.HandedOut("retrieved", "dongcheng", "12", start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0))
		if err != nil || len(all) < 400 {
			t.Errorf("%d in all: %v", len(all), err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
