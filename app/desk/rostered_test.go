package desk_test

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/journal"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
	"counterfoil/app/staff"
)

// signed is a counter that goes by real rosters, signed by a centre and kept in the
// counter's own journal.
type signed struct {
	*hall
	staff  *staff.Staff
	centre ed25519.PrivateKey
	kept   protocol.Roster
	wall   clock // by which rosters age
}

// rostered plays at a counter with the people of the tests in its roster. None has
// come before the first publish.
func rostered(t *testing.T, play func(s *signed)) {
	synctest.Test(t, func(t *testing.T) {
		_, centre, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		s := &signed{centre: centre, kept: protocol.Roster{Version: protocol.Version, Chain: "practice-test", Hall: "dongcheng", Days: 30}}
		cheap := phc.Cost{Memory: 64, Passes: 1, Threads: 1}
		for number, c := range newRoster().people {
			s.kept.Clerks = append(s.kept.Clerks, protocol.RosterClerk{Number: number, Role: string(c.Role), Verifier: phc.Hash(password, cheap)})
		}
		slices.SortFunc(s.kept.Clerks, func(a, b protocol.RosterClerk) int { return strings.Compare(a.Number, b.Number) })
		pinned, err := protocol.PublicOf(centre)
		if err != nil {
			t.Fatal(err)
		}
		s.hall = newHall(t, func(o *desk.Options) {
			o.Clerk = ""
			if s.staff, err = staff.New(t.Context(), staff.Options{Chain: o.Chain, Hall: o.Hall, Centre: pinned, Log: o.Journal.(*journal.Journal), Cost: cheap,
				Now: s.wall.now, Pseudonym: func(n string) casework.Pseudonym { return casework.Pseudonym("p-" + n) }}); err != nil {
				t.Fatal(err)
			}
			o.Staff = s.staff
		})
		defer func() { s.stop() }()
		play(s)
	})
}

// publish brings the roster to the counter as the hall has changed it.
func (s *signed) publish(change func(*protocol.Roster)) {
	s.t.Helper()
	change(&s.kept)
	s.kept.Edition++
	s.kept.At = time.Now().UnixMilli()
	raw, err := protocol.SignRoster(s.centre, s.kept)
	if err == nil {
		err = s.staff.Take(background, raw)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.settle()
}

// of finds a person of the roster.
func of(r *protocol.Roster, number string) *protocol.RosterClerk {
	return &r.Clerks[slices.IndexFunc(r.Clerks, func(c protocol.RosterClerk) bool { return c.Number == number })]
}

func suspends(number string, yes bool) func(*protocol.Roster) {
	return func(r *protocol.Roster) { of(r, number).Suspended = yes }
}

func as(number string, role casework.ClerkRole) func(*protocol.Roster) {
	return func(r *protocol.Roster) { of(r, number).Role = string(role) }
}

func without(number string) func(*protocol.Roster) {
	return func(r *protocol.Roster) {
		r.Clerks = slices.DeleteFunc(slices.Clone(r.Clerks), func(c protocol.RosterClerk) bool { return c.Number == number })
	}
}

func same(*protocol.Roster) {}

// locked checks that the counter is locked, says why, and shows nobody's data.
func (s *signed) locked(why casework.RefusalKind, planted []string) {
	s.t.Helper()
	if s.last.Stage != desk.StageLocked || s.last.Problem == nil || s.last.Problem.Kind != why {
		s.t.Fatalf("at %s the screen says %+v", s.last.Stage, s.last.Problem)
	}
	if rest := bare(s.last, planted); rest != "" {
		s.t.Fatal("the locked counter shows", rest)
	}
}

func TestWhomTheHallSuspendsIsLockedOutAtOnceAndTheCaseWaits(t *testing.T) {
	for name, ends := range map[string]func(*protocol.Roster){"suspended": suspends(clerk0, true), "not in the roster any more": without(clerk0)} {
		t.Run(name, func(t *testing.T) {
			rostered(t, func(s *signed) {
				s.publish(same)
				s.signIn(clerk0)
				s.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"fill-all"})
				id, planted := s.last.Case.ID, s.values()
				s.publish(same) // one that says the same of everybody
				s.run([]string{"expect", "stage", "review"})
				s.publish(ends)
				s.locked(casework.ClerkSuspended, planted)
				s.pass(time.Hour)
				s.refuses(s.desk.Push(background), casework.CounterLocked)
				err := s.desk.Unlock(background, casework.Presence{Number: clerk0, Password: password})
				if kind := casework.KindOf(err); kind != casework.ClerkSuspended && kind != casework.ClerkRefused {
					t.Fatal("whom the hall lets work no more unlocks:", err)
				}
				s.settle()
				s.run([]string{"expect", "stage", "locked"})
				acts, whole, err := s.staff.Acts(background, time.Now().Local().Format("20060102"), 0)
				if err != nil || !whole || !slices.ContainsFunc(acts, func(a casework.OperatorAct) bool {
					return a.What == casework.OpLock && a.Note == "roster" && a.Clerk == clerk0 && a.Case == id
				}) {
					t.Errorf("the lock is not in the log: %+v %v", acts, err)
				}
				s.signIn(clerk1)
				s.run([]string{"expect", "stage", "review"}, []string{"push"}, []string{"agree-all"}, []string{"sign"}, []string{"tap", "agree"}, []string{"submit"})
				s.verify(id)
			})
		})
	}
}

func TestWhoIsHeldUpBehindALockIsToldSoUntilTheHallLetsThemWorkAgain(t *testing.T) {
	for why, change := range map[casework.RefusalKind]func(*protocol.Roster){
		casework.ClerkSuspended: suspends(clerk0, true),
		casework.RoleNotEnough:  as(clerk0, casework.RoleObserver),
	} {
		t.Run(string(why), func(t *testing.T) {
			rostered(t, func(s *signed) {
				s.publish(same)
				s.signIn(clerk0)
				s.lock()
				s.publish(change)
				s.locked(why, nil)
				s.publish(func(r *protocol.Roster) {
					suspends(clerk0, false)(r)
					as(clerk0, casework.RoleClerk)(r)
				})
				if s.last.Stage != desk.StageLocked || s.last.Problem != nil {
					t.Fatalf("at %s the screen still says %+v", s.last.Stage, s.last.Problem)
				}
				s.unlock(clerk0)
				s.run([]string{"expect", "stage", "idle"})
			})
		})
	}
}

func TestANewRoleHoldsAtOnce(t *testing.T) {
	rostered(t, func(s *signed) {
		s.publish(same)
		s.signIn(clerk0)
		s.run([]string{"open", "SAMPLE-0003"})
		s.publish(as(clerk0, casework.RoleSupervisor))
		if s.last.Stage != desk.StageAuthorize || s.last.Who.Role != casework.RoleSupervisor {
			t.Fatalf("at %s as %s", s.last.Stage, s.last.Who.Role)
		}
		s.publish(as(clerk0, casework.RoleObserver)) // who serves nobody
		s.locked(casework.RoleNotEnough, nil)
		s.unlock(clerk0)
		if s.last.Stage != desk.StageIdle || s.last.Who.Role != casework.RoleObserver || s.last.Case != nil {
			t.Fatalf("at %s as %s", s.last.Stage, s.last.Who.Role)
		}
	})
}

func TestARosterThatGrewTooOldTakesNobodysPlaceAway(t *testing.T) {
	rostered(t, func(s *signed) {
		s.publish(same)
		s.signIn(clerk0)
		s.run([]string{"open", "SAMPLE-0003"})
		s.wall.set(31 * 24 * time.Hour)
		s.pass(time.Minute)
		if _, err := s.staff.Person(clerk0); casework.KindOf(err) != casework.RosterOld {
			t.Fatal("the roster is not too old: this test proves nothing:", err)
		}
		s.run([]string{"expect", "stage", "authorize"})
		s.run([]string{"abandon", "clerk"})
		s.must(s.closes("0001", casework.LineAway), "") // nor does it keep the counter open
	})
}

func TestWhatWaitsIsHandedToSomebodyWhomTheRosterLetsTakeOver(t *testing.T) {
	rostered(t, func(s *signed) {
		s.publish(same)
		s.signIn(clerk0)
		s.run([]string{"open", "SAMPLE-0003"}, []string{"aside"})
		s.publish(suspends(manager, true))
		for _, to := range []string{clerk1, observer, "4711", manager, clerk0, "主管"} {
			s.must(s.closes(to, casework.CitizenReturns), casework.HandOverUnnamed)
			if s.last.Shift.Closed || len(s.last.Unfinished) != 1 || s.last.Problem == nil || s.last.Problem.Kind != casework.HandOverUnnamed {
				t.Fatalf("handed to %s: %+v", to, s.last.Problem)
			}
		}
		s.publish(suspends(manager, false))
		for _, to := range []string{supervisor, manager} {
			s.must(s.closes(to, casework.CitizenReturns), "")
			if s.last.Shift.Last.To != to {
				t.Fatalf("handed to %q", s.last.Shift.Last.To)
			}
			s.must(s.opens(), "")
		}
	})
}
