package desk_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// shift is a counter under whatever people do at it.
type shift struct {
	*hall
	r       *roster
	planted map[string]bool // every value of a citizen that was ever shown
	some    casework.CaseID // a case that is kept
}

// acts are what people do, with the duty that each takes.
func (s *shift) acts() map[string]act {
	with := func(d casework.Duty, o casework.Operation, do func() error) act { return act{duty: d, what: o, do: do} }
	return map[string]act{
		"open":    with(casework.Serve, casework.OpStep, func() error { return s.desk.Open(background, "SAMPLE-0003") }),
		"fill":    with(casework.Serve, "", func() error { return s.desk.Fill(background, "name", "x") }),
		"push":    with(casework.Serve, "", func() error { return s.desk.Push(background) }),
		"submit":  with(casework.Serve, casework.OpStep, func() error { return s.desk.Submit(background) }),
		"abandon": with(casework.Serve, casework.OpStep, func() error { return s.desk.Abandon(background, casework.CitizenLeft) }),
		"aside":   with(casework.Serve, casework.OpAside, func() error { return s.desk.SetAside(background) }),
		"resume":  with(casework.Serve, casework.OpResume, func() error { return s.desk.Resume(background, s.some) }),
		"paste":   with(casework.Serve, casework.OpStep, func() error { return s.desk.Paste("12345678") }),
		"day":     with(casework.ReadRecords, "", func() error { _, err := s.desk.Day(background, ""); return err }),
		"read":    with(casework.ReadContent, "", func() error { _, err := s.desk.Content(background, s.some, 1); return err }),
		"export":  with(casework.ExportCase, "", func() error { _, err := s.desk.Export(background, s.some); return err }),
		"try":     with(casework.TestDevices, casework.OpDevice, func() error { return s.desk.Try(background, desk.TryScanner) }),
		"log":     with(casework.ReadOperators, casework.OpRead, func() error { _, _, err := s.desk.Operators(background, "20000101"); return err }),
	}
}

// act is one thing that somebody tries. what is the line that a success leaves;
// "": none, or none of its own.
type act struct {
	duty casework.Duty
	what casework.Operation
	do   func() error
}

// try does an act and checks it against the roles and the log.
func (s *shift) try(name string, a act) string {
	before, who, stage, n := len(s.r.log()), s.last.Who, s.last.Stage, s.entries()
	err := a.do()
	s.settle()
	want := casework.RefusalKind("")
	switch {
	case stage == desk.StageSignIn:
		want = casework.NotSignedIn
	case stage == desk.StageLocked:
		want = casework.CounterLocked
	case !who.Role.May(a.duty):
		want = casework.RoleNotEnough
	}
	kind, lines := casework.KindOf(err), s.r.log()[before:]
	switch {
	case want != "" && (kind != want || s.entries() != n):
		return fmt.Sprintf("%s by %s at %s: %v", name, who.Role, stage, err)
	case want == "" && (kind == casework.RoleNotEnough || kind == casework.CounterLocked || kind == casework.NotSignedIn):
		return fmt.Sprintf("%s by %s at %s may be done: %v", name, who.Role, stage, err)
	case kind == casework.NotNow || kind == casework.PresenceNeeded || kind == casework.SecondNeeded:
	case kind == casework.ContentForgotten: // that somebody wanted to read stands there; that nothing is left is nobody's refusal
	case kind != "" && (len(lines) == 0 || lines[len(lines)-1].Why != kind):
		return fmt.Sprintf("%s was refused with %s, and the log says %+v", name, kind, lines)
	case kind == "" && a.what != "" && !logged(lines, who.Number, a.what):
		return fmt.Sprintf("%s was done, and the log says %+v", name, lines)
	}
	return ""
}

func logged(lines []casework.OperatorAct, clerk string, what casework.Operation) bool {
	for _, l := range lines {
		if l.Clerk == clerk && l.What == what && l.Why == "" {
			return true
		}
	}
	return false
}

// entries is how many entries the journal has, of all cases.
func (s *shift) entries() (n int) {
	list, err := s.journal.Day(background, time.Now().Local().Format("20060102"), "", 500)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range list {
		n += len(r.Steps)
	}
	return n
}

// look collects what is a citizen's, and finds it where it must not be.
func (s *shift) look() string {
	if s.last.Stage == desk.StageSignIn || s.last.Stage == desk.StageLocked {
		var all []string
		for v := range s.planted {
			all = append(all, v)
		}
		if rest := bare(s.last, all); rest != "" {
			return fmt.Sprintf("%s shows %s", s.last.Stage, rest)
		}
		return ""
	}
	if s.last.Case != nil {
		for _, v := range s.values() {
			s.planted[v] = true
		}
	}
	return ""
}

// event is one thing that happens, and by whom or how long.
type event struct {
	what, who string
	seconds   int
}

// happens makes an event true and looks at what comes of it.
func (s *shift) happens(e event) string {
	wrong := ""
	switch e.what {
	case "sign-in":
		_ = s.desk.SignIn(background, casework.Presence{Number: e.who, Password: password})
	case "unlock":
		_ = s.desk.Unlock(background, casework.Presence{Number: e.who, Password: password})
	case "lock":
		_ = s.desk.Lock(true)
	case "sign-out":
		_ = s.desk.SignOut(background)
	case "wait":
		s.pass(time.Duration(e.seconds) * time.Second)
	case "prove":
		_ = s.prove(e.who)
	case "grant":
		_ = s.city.answer(0, true)
	default:
		wrong = s.try(e.what, s.acts()[e.what])
	}
	s.settle()
	if wrong == "" {
		wrong = s.look()
	}
	return wrong
}

// TestWhateverPeopleDoTheRolesHold: in any order of signing in, locking, handing
// over and working, by all four roles, nothing is done that the role may not do,
// every act is in the operator log, and no snapshot of a locked counter shows
// anything of a citizen.
func TestWhateverPeopleDoTheRolesHold(t *testing.T) {
	names := slices.Sorted(maps.Keys((&shift{}).acts()))
	whats := append([]string{"sign-in", "lock", "unlock", "sign-out", "wait", "prove", "grant", "resume"}, names...)
	shown := false
	rapid.Check(t, func(rt *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) event {
			return event{what: rapid.SampledFrom(whats).Draw(rt, "what"), who: rapid.SampledFrom([]string{clerk0, clerk1, supervisor, manager, observer}).Draw(rt, "who"),
				seconds: rapid.IntRange(1, 400).Draw(rt, "seconds")}
		}), 1, 12).Draw(rt, "events")
		wrong := ""
		synctest.Test(t, func(t *testing.T) {
			s := newShift(t)
			defer func() { s.stop() }()
			for _, e := range events {
				if wrong = s.happens(e); wrong != "" {
					return
				}
			}
			shown = shown || len(s.planted) > 2
		})
		if wrong != "" {
			rt.Fatal(wrong)
		}
	})
	if !shown {
		t.Fatal("nobody's data were ever shown: this test proves nothing")
	}
}

// newShift is a counter with a case that waits, at which a clerk has just signed in.
func newShift(t *testing.T) *shift {
	r := newRoster()
	h := newHall(t, func(o *desk.Options) {
		o.Clerk, o.LockAfter = "", 5*time.Minute
		r.works(o)
		o.OpenPad, o.OpenCamera, o.OpenDocument, o.OpenScanner = nil, nil, nil, nil
		o.Presence, o.Second = []desk.Guarded{desk.GuardSubmit}, []desk.Guarded{desk.GuardExport}
		o.Export = func(context.Context, casework.CaseID) (string, error) { return "/bundle.zip", nil }
	})
	s := &shift{hall: h, r: r, planted: map[string]bool{}}
	h.signIn(clerk0)
	h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"})
	s.some = h.last.Case.ID
	s.look()
	h.run([]string{"aside"})
	return s
}
