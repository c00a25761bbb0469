package identity_test

import (
	"encoding/json"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/identity"
	"counterfoil/app/centre/identity/softkey"
	"counterfoil/app/centre/store"
)

const (
	page = "https://phone.example.cn"
	good = "741963"
)

// desk is a service over a real store, with a clock that moves on when told.
type desk struct {
	*identity.Service
	t     testing.TB
	store *store.Store
	mu    sync.Mutex
	at    time.Time
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at
}

func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.at.Add(by)
}

// open returns a service; practice is the password of who has set none.
func open(t testing.TB, address, practice string) *desk {
	t.Helper()
	kept, err := store.Open(filepath.Join(t.TempDir(), "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	d := &desk{t: t, store: kept, at: time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)}
	d.Service, err = identity.New(identity.Options{Store: kept, Address: address, Name: "centre", Key: []byte("a key that only the tests have: 0"),
		Practice: practice, Now: d.now, Person: func(holder string) (identity.Person, bool) {
			return identity.Person{Name: "王秀兰", Known: []string{"11990119870412024", "19870412", "0412"}}, holder == "wang" || holder == "li"
		}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) refuses(what string, err error, want casework.RefusalKind) {
	d.t.Helper()
	if casework.KindOf(err) != want {
		d.t.Errorf("%s: %v, want %q", what, err, want)
	}
}

// sent is options as they reach the browser.
func (d *desk) sent(options any, err error) []byte {
	d.t.Helper()
	d.must(err)
	raw, err := json.Marshal(options)
	d.must(err)
	return raw
}

func (d *desk) key() *softkey.Key {
	d.t.Helper()
	k, err := softkey.New(page)
	d.must(err)
	return k
}

// enrolled is a phone that was enrolled at a counter.
func (d *desk) enrolled(holder string) *softkey.Key {
	d.t.Helper()
	code, err := d.Enrol(d.t.Context(), holder)
	d.must(err)
	k := d.key()
	got, _, err := d.enrol(k, code.Code)
	d.must(err)
	if got != holder {
		d.t.Fatalf("enrolled as %q", got)
	}
	return k
}

func (d *desk) enrol(k *softkey.Key, code string) (string, []byte, error) {
	d.t.Helper()
	options, err := d.BeginEnrol(d.t.Context(), code)
	if err != nil {
		return "", nil, err
	}
	answer, err := k.Create(d.sent(options, nil))
	d.must(err)
	return d.FinishEnrol(d.t.Context(), code, "phone", answer)
}

// signIn answers a sign-in and returns what was sent, for who would send it again.
func (d *desk) signIn(k *softkey.Key) (holder string, answer []byte, err error) {
	d.t.Helper()
	answer, err = k.Get(d.sent(d.BeginSignIn()))
	d.must(err)
	holder, _, err = d.FinishSignIn(d.t.Context(), answer)
	return holder, answer, err
}

func (d *desk) records(holder string) (list []store.What) {
	d.t.Helper()
	d.must(d.store.Do(d.t.Context(), func(tx *store.Tx) error {
		kept, err := tx.Records(holder, 0, 50)
		for _, k := range kept {
			list = append(list, k.What)
		}
		return err
	}))
	return list
}
