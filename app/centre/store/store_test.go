package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
)

func opened(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestAForeignANewerAndABrokenFileAreRefusedAndLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	garbage := []byte(strings.Repeat("this is no database. ", 100))
	if err := os.WriteFile(path, garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); casework.KindOf(err) != casework.JournalForeign {
		t.Fatalf("garbage: %v", err)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(garbage) {
		t.Fatal("the file was changed")
	}
	for sql, want := range map[string]casework.RefusalKind{"PRAGMA user_version = 6": casework.JournalNewer, "PRAGMA user_version = 0": casework.JournalForeign} {
		path := filepath.Join(t.TempDir(), "centre.db")
		s := opened(t, path)
		if _, err := s.db.Exec(sql); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); casework.KindOf(err) != want {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func TestAFileOfTheFirstVersionIsBroughtUpWithWhatItHolds(t *testing.T) {
	path, ctx := filepath.Join(t.TempDir(), "centre.db"), context.Background()
	old, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Exec(schema + `PRAGMA user_version = 1; INSERT INTO records (holder, time, what, hall, counter, item, kinds, method, grant_) VALUES ('li', 1, 'authorized', '', '', '', '[]', '', '')`); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to do
		s := opened(t, path)
		err := s.Do(ctx, func(tx *Tx) error {
			kept, err := tx.Records("li", 0, 10)
			if len(kept) != 1 {
				t.Errorf("%d records are left", len(kept))
			}
			_, _, err2 := tx.Account("li")
			return errors.Join(err, err2)
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFirstStartThatWasCutLeavesNothingInTheWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "centre.db")
	if err := os.WriteFile(path+".new", []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := opened(t, path)
	var mode, synchronous string
	if err := s.db.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Fatalf("%s %v", mode, err)
	}
	if err := s.db.QueryRow("PRAGMA synchronous").Scan(&synchronous); err != nil || synchronous != "2" {
		t.Fatalf("synchronous is %s, not FULL: %v", synchronous, err)
	}
}

func TestATransactionThatFailsNeverHappened(t *testing.T) {
	s, ctx := opened(t, filepath.Join(t.TempDir(), "centre.db")), context.Background()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	code := Code{MAC: []byte{1}, Holder: "li", Kinds: []casework.LicenceKind{"id-card"}, Made: now, Until: now.Add(time.Minute)}
	broken := errors.New("broken off")
	err := s.Do(ctx, func(tx *Tx) error {
		if _, err := tx.AddCode(code, [][]byte{{2}}); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	err = s.Do(ctx, func(tx *Tx) error {
		_, ok, err := tx.Code(code.MAC)
		if ok {
			t.Error("it is there")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsPutIsWhatIsGot(t *testing.T) {
	s, ctx := opened(t, filepath.Join(t.TempDir(), "centre.db")), context.Background()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	g := Grant{Grant: casework.Grant{ID: "g", Item: "i", Hall: "h", Needs: []casework.LicenceNeed{{Kind: "k", Fields: []casework.FieldID{"f"}}},
		From: now, Until: now.Add(time.Hour), Method: casework.ByQR, Holder: "p", Salt: casework.Salt{7}}, Case: "c", Counter: "12", Citizen: "li"}
	err := s.Do(ctx, func(tx *Tx) error {
		if err := tx.AddGrant(g); err != nil {
			return err
		}
		got, ok, err := tx.Grant("g")
		if !ok || err != nil || !got.Registered.IsZero() || got.Salt != g.Salt || got.Grant.Holder != "p" || got.Citizen != "li" || !got.Until.Equal(g.Until) || len(got.Needs) != 1 {
			t.Errorf("%+v %v %v", got, ok, err)
		}
		if left, err := tx.Unsettled(); err != nil || len(left) != 1 {
			t.Errorf("%d unsettled: %v", len(left), err)
		}
		if err := tx.Register("g", Place{Entry: casework.Digest{1}, Height: 9}); err != nil {
			return err
		}
		if left, err := tx.Unsettled(); err != nil || len(left) != 0 {
			t.Errorf("%d unsettled: %v", len(left), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPruningKeepsWhatIsYoung(t *testing.T) {
	s, ctx := opened(t, filepath.Join(t.TempDir(), "centre.db")), context.Background()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	err := s.Do(ctx, func(tx *Tx) error {
		for i, at := range []time.Time{now, now.AddDate(-4, 0, 0)} {
			c := Code{MAC: []byte{byte(i)}, Holder: "li", Until: at}
			if _, err := tx.AddCode(c, [][]byte{{9}}); err != nil {
				return err
			}
			if err := tx.AddRecord(Record{Holder: "li", Time: at, What: "locked"}); err != nil {
				return err
			}
			if _, err := tx.AddTry(Try{Time: at, Counted: true}); err != nil {
				return err
			}
		}
		if err := tx.Prune(now.Add(-48*time.Hour), now.AddDate(-3, 0, 0)); err != nil {
			return err
		}
		records, err := tx.Records("li", 0, 10)
		tries, err2 := tx.TriesSince(time.Unix(0, 0))
		near, err3 := tx.NearCodes([][]byte{{9}})
		if err := errors.Join(err, err2, err3); err != nil {
			return err
		}
		if len(records) != 1 || len(tries) != 1 || len(near) != 1 {
			t.Errorf("%d records, %d tries, %d codes", len(records), len(tries), len(near))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
