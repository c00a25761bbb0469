package authorization

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// world is a service over a real store, with a clock that the test moves and a
// ledger that it can cut off.
type world struct {
	t    tester
	path string
	db   *store.Store
	s    *Service

	mu         sync.Mutex
	now        time.Time
	down       bool
	registered map[casework.GrantID]casework.Grant
	revoked    map[casework.GrantID]time.Time
	traces     map[casework.GrantID]Trace
	height     int64
}

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

var errDown = casework.Refuse(casework.LedgerUnreachable, "cut off")

func newWorld(t *testing.T) *world {
	t.Helper()
	w := worldAt(t, filepath.Join(t.TempDir(), "centre.db"))
	t.Cleanup(func() { _ = w.db.Close() })
	return w
}

func worldAt(t tester, path string) *world {
	w := &world{t: t, path: path, now: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC),
		registered: map[casework.GrantID]casework.Grant{}, revoked: map[casework.GrantID]time.Time{}, traces: map[casework.GrantID]Trace{}}
	w.start()
	return w
}

func (w *world) start() {
	w.t.Helper()
	var err error
	if w.db, err = store.Open(w.path); err != nil {
		w.t.Fatal(err)
	}
	w.s, err = New(context.Background(), Options{Store: w.db, Catalogue: items{}, Key: []byte("a key of the tests, 32 bytes long"),
		Link: func(token string) string { return "http://phone/r/" + token }, Now: w.clock, Register: w.register, Revoked: w.revoke, Trace: w.trace})
	if err != nil {
		w.t.Fatal(err)
	}
}

// restart is the centre stopped and started again.
func (w *world) restart() {
	w.t.Helper()
	if err := w.db.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.start()
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) cut(down bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = down
}

func (w *world) register(_ context.Context, _ protocol.Suite, g casework.Grant) (Place, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return Place{}, errDown
	}
	w.registered[g.ID] = g
	w.height++
	t := w.traces[g.ID]
	t.Registered = Place{Entry: casework.Digest{1}, Height: w.height}
	w.traces[g.ID] = t
	return t.Registered, nil
}

func (w *world) revoke(_ context.Context, id casework.GrantID, at time.Time) (Place, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return Place{}, errDown
	}
	w.revoked[id] = at
	w.height++
	t := w.traces[id]
	t.Revoked = Place{Entry: casework.Digest{2}, Height: w.height}
	w.traces[id] = t
	return t.Revoked, nil
}

func (w *world) trace(_ context.Context, id casework.GrantID) (Trace, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return Trace{}, errDown
	}
	return w.traces[id], nil
}

// put writes what a counter's entries brought to the ledger.
func (w *world) put(id casework.GrantID, change func(*Trace)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.traces[id]
	change(&t)
	w.traces[id] = t
}

const (
	plain casework.ItemCode = "plain" // needs the identity card
	large casework.ItemCode = "large" // needs the household register too
)

type items struct{}

func (items) Item(code casework.ItemCode) (casework.ServiceItem, bool) {
	id := casework.LicenceNeed{Kind: "id-card", Fields: []casework.FieldID{"name"}}
	switch code {
	case plain:
		return casework.ServiceItem{Code: code, Needs: []casework.LicenceNeed{id}}, true
	case large:
		return casework.ServiceItem{Code: code, Needs: []casework.LicenceNeed{id, {Kind: "household", Fields: []casework.FieldID{"address"}}}}, true
	}
	return casework.ServiceItem{}, false
}

func (items) Kind(kind casework.LicenceKind) (casework.KindInfo, bool) {
	return casework.KindInfo{Kind: kind}, true
}

var (
	dongcheng = Caller{Hall: "dongcheng", Counter: "12"}
	xicheng   = Caller{Hall: "xicheng", Counter: "3"}
	idCard    = []casework.LicenceKind{"id-card"}
)

func (w *world) code(holder string, hall casework.HallID, item casework.ItemCode) string {
	w.t.Helper()
	made, err := w.s.MakeCode(context.Background(), Self(holder), idCard, hall, item)
	if err != nil {
		w.t.Fatal(err)
	}
	return made.Code
}

func entered(code string, kase casework.CaseID) protocol.Redeem {
	return protocol.Redeem{Code: code, Item: plain, Clerk: "clerk-1", Case: kase}
}

func newCase() casework.CaseID { return casework.CaseID(protocol.NewID()) }

func (w *world) redeem(who Caller, code string, kase casework.CaseID) (casework.Grant, *protocol.RequestState, error) {
	return w.s.Redeem(context.Background(), who, entered(code, kase))
}

func (w *world) granted(who Caller, code string, kase casework.CaseID) casework.Grant {
	w.t.Helper()
	g, state, err := w.redeem(who, code, kase)
	if err != nil || state != nil {
		w.t.Fatalf("want a grant, got state %v, error %v", state, err)
	}
	return g
}

func (w *world) refused(err error, kind casework.RefusalKind) {
	w.t.Helper()
	if !errors.Is(err, casework.Refuse(kind, "")) {
		w.t.Fatalf("want %s, got %v", kind, err)
	}
}

// typo returns the code with n of its digits changed.
func typo(code string, n int) string {
	b := []byte(code)
	for i := range n {
		b[i] = '0' + (b[i]-'0'+1)%10
	}
	return string(b)
}

// recorded returns the holder's records, newest first, which must be these.
func (w *world) recorded(holder string, want ...What) []Record {
	w.t.Helper()
	list, err := w.s.AllRecords(context.Background(), holder)
	if err != nil {
		w.t.Fatal(err)
	}
	var got []What
	for _, r := range list {
		got = append(got, r.What)
	}
	if !slices.Equal(got, want) {
		w.t.Fatalf("recorded are %v, not %v", got, want)
	}
	return list
}
