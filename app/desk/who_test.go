package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
)

var background = context.Background()

// walk makes one text of all that a snapshot holds, behind pointers too.
func walk(s desk.Snapshot) string {
	text, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func contains(text, part string) bool {
	quoted, _ := json.Marshal(part)
	return strings.Contains(text, strings.Trim(string(quoted), `"`))
}

func TestNobodyWorksBeforeSigningInAndAWrongPasswordSaysNoMore(t *testing.T) {
	staffed(t, func(o *desk.Options) { o.Practice, o.OpenPad = false, nil }, func(h *hall, r *roster) {
		h.run([]string{"expect", "stage", "sign-in"})
		h.refuses(h.desk.Open(background, "SAMPLE-0003"), casework.NotSignedIn)
		if !r.has("", casework.OpStep, "opened", casework.NotSignedIn) {
			t.Errorf("a refused act is not in the log: %+v", r.log())
		}
		for _, p := range []casework.Presence{{Number: clerk0, Password: "000000"}, {Number: "4711", Password: password}} {
			h.refuses(h.desk.SignIn(background, p), casework.ClerkRefused)
			if h.last.Problem == nil || h.last.Problem.Kind != casework.ClerkRefused || h.last.Stage != desk.StageSignIn {
				t.Errorf("the clerk is not told: %+v", h.last.Problem)
			}
		}
		h.desk.SignIn(background, casework.Presence{Number: clerk0, Password: "000001"})
		h.desk.SignIn(background, casework.Presence{Number: clerk0, Password: "000002"})
		h.refuses(h.desk.SignIn(background, casework.Presence{Number: clerk0, Password: password}), casework.ClerkSlowed)
		if h.last.Problem.Wait != 30*time.Second {
			t.Errorf("how long to wait is not said: %+v", h.last.Problem)
		}
		h.signIn(clerk1) // nobody locks a colleague out
		h.must(h.opens(), "")
		h.run([]string{"open", "SAMPLE-0003"}, []string{"expect", "stage", "authorize"})
	})
}

func TestAPracticeCounterStartsSignedIn(t *testing.T) {
	staffed(t, func(o *desk.Options) { o.Clerk = clerk0 }, func(h *hall, r *roster) {
		h.run([]string{"open", "SAMPLE-0003"}, []string{"expect", "stage", "authorize"})
		for _, a := range r.log() {
			if a.Why != "" {
				t.Errorf("what was done stands in the log as refused: %+v", a)
			}
		}
		if h.last.Who.Number != clerk0 || !r.has(clerk0, casework.OpSignIn, "practice", "") || !r.has(clerk0, casework.OpStep, "opened", "") {
			t.Errorf("signed in is %+v: %+v", h.last.Who, r.log())
		}
		if err := h.desk.SignOut(background); err != nil {
			t.Fatal(err)
		}
		h.settle()
		h.run([]string{"expect", "stage", "sign-in"})
	})
}

func TestTheCounterLocksAtItsTimeAndAKeyPutsItOff(t *testing.T) {
	staffed(t, nil, func(h *hall, r *roster) {
		const step = time.Millisecond
		h.signIn(clerk0)
		h.pass(5*time.Minute - step)
		if h.last.Stage == desk.StageLocked {
			t.Fatal("locked too early")
		}
		h.desk.Touched()
		h.pass(5*time.Minute - step)
		if h.last.Stage == desk.StageLocked {
			t.Fatal("a key does not count")
		}
		h.pass(step)
		if h.last.Stage != desk.StageLocked || !r.has(clerk0, casework.OpLock, "idle", "") {
			t.Fatalf("not locked in time: %s", h.last.Stage)
		}
		h.pass(time.Hour)
		h.unlock(clerk0)
		h.pass(5*time.Minute - step)
		if h.last.Stage == desk.StageLocked {
			t.Fatal("locked too early after an hour")
		}
		h.pass(step)
		if h.last.Stage != desk.StageLocked || r.forgot != 2 {
			t.Fatalf("not locked again: %s, names forgotten %d times", h.last.Stage, r.forgot)
		}
	})
}

func TestAClockThatIsSetBackPutsNoLockOff(t *testing.T) {
	var wall clock
	staffed(t, func(o *desk.Options) { o.Now = wall.now }, func(h *hall, _ *roster) {
		h.signIn(clerk0)
		h.pass(4 * time.Minute)
		wall.set(-time.Hour)
		h.pass(time.Minute)
		h.run([]string{"expect", "stage", "locked"})
	})
}

func TestACounterThatNeverLocksByItself(t *testing.T) {
	staffed(t, func(o *desk.Options) { o.LockAfter = 0 }, func(h *hall, _ *roster) {
		h.signIn(clerk0)
		h.pass(48 * time.Hour)
		h.run([]string{"expect", "stage", "idle"})
	})
}

func TestALockedCounterShowsNothingAndLosesNothing(t *testing.T) {
	staffed(t, nil, func(h *hall, r *roster) {
		h.signIn(clerk0)
		confirmedCase(h)
		planted, id := h.values(), h.last.Case.ID
		if len(planted) < 3 || found(h.last, planted) == "" {
			t.Fatal("nothing is planted: this test proves nothing")
		}
		check := func(back desk.Stage) {
			t.Helper()
			h.lock()
			if h.last.Stage != desk.StageLocked || bare(h.last, planted) != "" {
				t.Fatalf("%s shows %s", h.last.Stage, bare(h.last, planted))
			}
			if h.last.ScreenKind != casework.ScreenWait || !bytes.Equal(h.pad.Display().Pix, h.last.Screen.Image.Pix) {
				t.Fatalf("the citizen sees %s", h.last.ScreenKind)
			}
			if err := h.pad.Tap(background, h.pad.Display().Bounds().Max.Div(2)); err != nil {
				t.Fatal(err)
			}
			h.refuses(h.desk.Submit(background), casework.CounterLocked)
			h.refuses(h.desk.Resume(background, id), casework.CounterLocked)
			if _, err := h.desk.Content(background, id, 3); casework.KindOf(err) != casework.CounterLocked {
				t.Fatal("content is read at a locked counter:", err)
			}
			if _, err := h.desk.Day(background, planted[0]); casework.KindOf(err) != casework.CounterLocked {
				t.Fatal("a name is searched at a locked counter:", err)
			}
			h.refuses(h.desk.Unlock(background, casework.Presence{Number: clerk0, Password: "1"}), casework.ClerkRefused)
			h.unlock(clerk0)
			if h.last.Stage != back {
				t.Fatalf("after the lock the case stands at %s, not at %s", h.last.Stage, back)
			}
		}
		check(desk.StageConfirm)
		h.run([]string{"agree-all"}, []string{"stroke"})
		check(desk.StageSign)
		if len(h.last.Ink) > 0 {
			t.Error("half a signature was kept")
		}
		h.run([]string{"sign"}, []string{"tap", "agree"})
		if !r.has("", casework.OpStep, "submitted", casework.CounterLocked) || !r.has(clerk0, casework.OpLock, "key", "") {
			t.Errorf("not in the log: %+v", r.log())
		}
		h.run([]string{"submit"})
		check2 := h.last.Stage
		h.lock()
		h.unlock(clerk0)
		if check2 != desk.StageDone || h.last.Stage != desk.StageIdle {
			t.Errorf("a case that is over comes back after a lock: %s, %s", check2, h.last.Stage)
		}
		h.verify(id)
	})
}

func TestTheCameraCloses(t *testing.T) {
	staffed(t, nil, func(h *hall, _ *roster) {
		h.signIn(clerk0)
		h.run([]string{"open", "SAMPLE-0002"}, []string{"answer", "agree"}, []string{"fill-all"}, []string{"push"}, []string{"agree-all"}, []string{"sign"},
			[]string{"tap", "agree"}, []string{"tap", "agree"}, []string{"pass", "1s"}, []string{"expect", "camera-open", "1"})
		h.lock()
		h.run([]string{"pass", "1s"}, []string{"expect", "camera-open", "0"})
		h.unlock(clerk0)
		h.run([]string{"expect", "stage", "consent"}, []string{"tap", "agree"}, []string{"pass", "1s"}, []string{"photo"}, []string{"submit"})
	})
}

func TestWhatTheCitizenGivesAtALockedCounterIsKeptAndWaits(t *testing.T) {
	staffed(t, nil, func(h *hall, _ *roster) {
		h.signIn(clerk0)
		h.run([]string{"open", "SAMPLE-0003"})
		id := h.last.Case.ID
		h.lock()
		h.run([]string{"answer", "agree"}, []string{"pass", "1m"}, []string{"expect", "stage", "locked"})
		if r := h.verify(id); r.Standing.State != casework.StateAuthorized {
			t.Errorf("the citizen's word is not on disk, or licences were called up: %s", r.Standing.State)
		}
		h.unlock(clerk0)
		h.run([]string{"expect", "stage", "review"})
	})
}

func TestAnotherClerkTakesOverUnderTheirOwnPseudonym(t *testing.T) {
	staffed(t, nil, func(h *hall, r *roster) {
		h.signIn(clerk0)
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"fill-all"})
		id := h.last.Case.ID
		h.lock()
		h.unlock(clerk1)
		h.run([]string{"expect", "stage", "review"}, []string{"push"}, []string{"agree-all"}, []string{"sign"}, []string{"tap", "agree"}, []string{"submit"})
		if !r.has(clerk0, casework.OpSignOut, "switch", "") || !r.has(clerk1, casework.OpStep, "submitted", "") {
			t.Errorf("the switch is not in the log: %+v", r.log())
		}
		raw, err := h.journal.Raw(background, id)
		if err != nil {
			t.Fatal(err)
		}
		var by []string
		for _, b := range raw {
			e, _, err := protocol.OpenEntry(b)
			if err != nil {
				t.Fatal(err)
			}
			by = append(by, string(e.Clerk))
		}
		if got := strings.Join(by, " "); got != "p-0317 p-0317 p-0317 p-0318 p-0318 p-0318" {
			t.Error("the entries name", got)
		}
	})
}

func TestACaseIsPutAsideForWhoOpensNone(t *testing.T) {
	staffed(t, nil, func(h *hall, _ *roster) {
		h.signIn(clerk0)
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"})
		planted := h.values()
		h.signIn(observer)
		if h.last.Stage != desk.StageIdle || h.last.Case != nil || found(h.last, planted[:len(planted)-1]) != "" {
			t.Fatalf("the observer sees %s", h.last.Stage)
		}
		h.refuses(h.desk.Resume(background, h.last.Unfinished[0].ID), casework.RoleNotEnough)
		h.signIn(clerk1)
		h.run([]string{"resume"}, []string{"expect", "stage", "review"})
		if err := h.desk.SignOut(background); err != nil {
			t.Fatal(err)
		}
		h.settle()
		if bare(h.last, planted) != "" {
			t.Error("after signing out the window shows", bare(h.last, planted))
		}
		h.signIn(clerk0)
		h.run([]string{"resume"}, []string{"expect", "stage", "review"})
	})
}

func TestEveryRoleDoesWhatItMayAndNothingElse(t *testing.T) {
	staffed(t, func(o *desk.Options) {
		o.Export = func(context.Context, casework.CaseID) (string, error) { return "/bundle.zip", nil }
	}, func(h *hall, r *roster) {
		h.signIn(clerk0)
		confirmedCase(h)
		h.run([]string{"agree-all"})
		id, name := h.last.Case.ID, h.values()[0]
		h.run([]string{"aside"})
		for _, number := range []string{clerk0, supervisor, manager, observer} {
			h.signIn(number)
			role := r.people[number].Role
			for duty, try := range map[casework.Duty]func() error{
				casework.Serve:         func() error { return h.desk.Resume(background, id) },
				casework.ReadRecords:   func() error { _, err := h.desk.Day(background, ""); return err },
				casework.ReadContent:   func() error { _, err := h.desk.Content(background, id, 1); return err },
				casework.ExportCase:    func() error { _, err := h.desk.Export(background, id); return err },
				casework.ReadOperators: func() error { _, _, err := h.desk.Operators(background, "20260101"); return err },
			} {
				err := try()
				want := casework.RefusalKind("")
				if !role.May(duty) {
					want = casework.RoleNotEnough
				}
				if casework.KindOf(err) != want {
					t.Errorf("%s, %s: %v", role, duty, err)
				}
			}
			list, err := h.desk.Day(background, name)
			if err != nil || (len(list) > 0) != role.May(casework.ReadContent) {
				t.Errorf("%s finds %d cases by a name: %v", role, len(list), err)
			}
			if list, err = h.desk.Day(background, string(h.verify(id).Number)); err != nil || len(list) != 1 {
				t.Errorf("%s finds %d cases by number: %v", role, len(list), err)
			}
			h.settle()
			if h.last.Case != nil {
				h.run([]string{"aside"})
			}
			h.refuses(h.desk.Try(background, desk.TryPad), map[bool]casework.RefusalKind{false: casework.RoleNotEnough}[role.May(casework.TestDevices)])
			h.desk.EndTry()
		}
		for _, a := range r.log() {
			if contains(a.Note, name) {
				t.Error("a search's words are in the log")
			}
		}
	})
}

func TestNothingIsDoneThatCannotBeNoted(t *testing.T) {
	staffed(t, nil, func(h *hall, r *roster) {
		h.signIn(clerk0)
		r.fill(true)
		h.run([]string{"!", "open", "SAMPLE-0003", "journal-full"}, []string{"expect", "stage", "idle"})
		if n, err := h.journal.Queue(background); err != nil || n.Waiting != 0 {
			t.Errorf("a step is on disk that nobody noted: %+v %v", n, err)
		}
		h.lock() // a lock is always done
		h.run([]string{"expect", "stage", "locked"})
	})
}
