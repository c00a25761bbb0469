package desk_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/journal"
)

// roster is a hall's staff that plays by the rules, in memory: a second
// implementation of desk.Staff, kept apart from the first on purpose. Its operator log
// is the journal's.
type roster struct {
	mu     sync.Mutex
	people map[string]casework.Clerk
	wrong  map[string]int
	keeps  *journal.Journal
	full   bool // no act can be noted
	forgot int  // how often the journal forgot its names
}

// The people of the tests, one of each role and a second clerk.
const (
	clerk0     = "0317"
	clerk1     = "0318"
	supervisor = "0001"
	manager    = "0009"
	observer   = "0500"
	password   = "246810"
)

func newRoster() *roster {
	r := &roster{people: map[string]casework.Clerk{}, wrong: map[string]int{}}
	for number, role := range map[string]casework.ClerkRole{clerk0: casework.RoleClerk, clerk1: casework.RoleClerk,
		supervisor: casework.RoleSupervisor, manager: casework.RoleAdministrator, observer: casework.RoleObserver} {
		r.people[number] = casework.Clerk{Number: number, Role: role, Pseudonym: casework.Pseudonym("p-" + number)}
	}
	return r
}

func (r *roster) Check(_ context.Context, p casework.Presence, what casework.Operation, id casework.CaseID) (casework.Clerk, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, known := r.people[p.Number]
	why := casework.RefusalKind("")
	switch {
	case r.wrong[p.Number] >= 3:
		why = casework.ClerkSlowed
	case !known || p.Password != password:
		r.wrong[p.Number]++
		why = casework.ClerkRefused
	}
	if err := r.keeps.NoteAct(context.Background(), casework.OperatorAct{Clerk: c.Number, What: what, Case: id, Why: why}); err != nil {
		return casework.Clerk{}, err
	}
	if why == casework.ClerkSlowed {
		return casework.Clerk{}, &casework.Refusal{Kind: why, Wait: 30 * time.Second}
	}
	if why != "" {
		return casework.Clerk{}, casework.Refuse(why, "")
	}
	r.wrong[p.Number] = 0
	return c, nil
}

func (r *roster) Person(number string) (casework.Clerk, error) {
	if c, known := r.people[number]; known {
		return c, nil
	}
	return casework.Clerk{}, casework.Refuse(casework.ClerkSuspended, "")
}

// Renewed never says anything: this roster stays as it is.
func (r *roster) Renewed(context.Context) <-chan struct{} { return nil }

func (r *roster) ChangePassword(_ context.Context, number, before, fresh string) error {
	switch {
	case before != password || r.people[number].Number == "":
		return casework.Refuse(casework.ClerkRefused, "")
	case len(fresh) < 6:
		return casework.Refuse(casework.OwnPasswordWeak, "")
	}
	return nil
}

func (r *roster) Note(ctx context.Context, a casework.OperatorAct) error {
	if err := r.room(1); err != nil {
		return err
	}
	return r.keeps.NoteAct(ctx, a)
}

func (r *roster) fill(full bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.full = full
}

// room refuses acts while the log is full.
func (r *roster) room(acts int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full && acts > 0 {
		return casework.Refuse(casework.JournalFull, "no room for the log")
	}
	return nil
}

func (r *roster) Acts(context.Context, string, int) ([]casework.OperatorAct, bool, error) {
	list := r.log()
	slices.Reverse(list)
	return list, true, nil
}

func (r *roster) log() []casework.OperatorAct {
	list, err := r.keeps.ActsSince(context.Background(), time.Time{})
	if err != nil {
		panic(err)
	}
	return list
}

// has reports whether the log holds an act that begins with these words.
func (r *roster) has(clerk string, what casework.Operation, note string, why casework.RefusalKind) bool {
	return slices.ContainsFunc(r.log(), func(a casework.OperatorAct) bool {
		return a.Clerk == clerk && a.What == what && a.Note == note && a.Why == why
	})
}

// works has the roster's people work at a journal. Where the log is full, so is the
// journal for what goes with a line of it.
func (r *roster) works(o *desk.Options) {
	r.keeps = o.Journal.(*journal.Journal)
	o.Staff, o.Journal = r, forgetful{r.keeps, r}
}

// forgetful is a journal that counts how often its names were to go, on a disk that
// may be full for the operator log.
type forgetful struct {
	*journal.Journal
	r *roster
}

func (f forgetful) Append(ctx context.Context, s casework.Step, about desk.About, acts ...casework.OperatorAct) error {
	if err := f.r.room(len(acts)); err != nil {
		return err
	}
	return f.Journal.Append(ctx, s, about, acts...)
}

func (f forgetful) ChangeShift(ctx context.Context, c casework.ShiftChange, acts ...casework.OperatorAct) error {
	if err := f.r.room(len(acts)); err != nil {
		return err
	}
	return f.Journal.ChangeShift(ctx, c, acts...)
}

func (f forgetful) Forget(ctx context.Context, id casework.CaseID, acts ...casework.OperatorAct) error {
	if err := f.r.room(len(acts)); err != nil {
		return err
	}
	return f.Journal.Forget(ctx, id, acts...)
}

func (f forgetful) ForgetNames() {
	f.r.mu.Lock()
	defer f.r.mu.Unlock()
	f.r.forgot++
}

// staffed is a hall whose people sign in; nobody has at the start, unless change
// makes it a practice counter's.
func staffed(t *testing.T, change func(*desk.Options), play func(h *hall, r *roster)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoster()
		h := newHall(t, func(o *desk.Options) {
			o.Clerk, o.LockAfter = "", 5*time.Minute
			r.works(o)
			if change != nil {
				change(o)
			}
		})
		defer func() { h.stop() }()
		play(h, r)
	})
}

func (h *hall) signIn(number string) {
	h.t.Helper()
	if err := h.desk.SignIn(context.Background(), casework.Presence{Number: number, Password: password}); err != nil {
		h.t.Fatalf("%s is not let in: %v", number, err)
	}
	h.settle()
}

func (h *hall) lock() {
	h.t.Helper()
	if err := h.desk.Lock(true); err != nil {
		h.t.Fatal(err)
	}
	h.pass(time.Second)
}

func (h *hall) unlock(number string) {
	h.t.Helper()
	if err := h.desk.Unlock(context.Background(), casework.Presence{Number: number, Password: password}); err != nil {
		h.t.Fatalf("%s does not unlock: %v", number, err)
	}
	h.settle()
}

// refuses checks the kind of a refusal.
func (h *hall) refuses(err error, want casework.RefusalKind) {
	h.t.Helper()
	if casework.KindOf(err) != want {
		h.t.Fatalf("want %s, got %v", want, err)
	}
	h.settle()
}

// values returns every value of the case at the counter that is a citizen's.
func (h *hall) values() []string {
	var list []string
	for _, f := range h.last.Case.Form {
		list = append(list, f.Value)
	}
	for _, l := range h.last.Case.Licences {
		for _, f := range l.Fields {
			list = append(list, f.Value)
		}
	}
	list = append(list, string(h.last.Case.Number))
	return slices.DeleteFunc(list, func(v string) bool { return len([]rune(v)) < 3 })
}

// bare says what of a citizen a snapshot still holds; empty when nothing.
func bare(s desk.Snapshot, planted []string) string {
	if s.Case != nil || len(s.Unfinished) > 0 || len(s.Ink) > 0 || s.Trial != nil || s.Exported != "" || !s.Clears.IsZero() {
		return "a case, ink or a test"
	}
	if s.ScreenKind != "" && s.ScreenKind != casework.ScreenWait && s.ScreenKind != casework.ScreenIdle {
		return "the citizen's screen " + string(s.ScreenKind)
	}
	return found(s, planted)
}

func found(s desk.Snapshot, planted []string) string {
	s.Screen.Image = nil
	text := fmt.Sprintf("%+v", walk(s))
	for _, p := range planted {
		if contains(text, p) {
			return p
		}
	}
	return ""
}
