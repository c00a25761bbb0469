package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
	"counterfoil/ui/step"
)

// staffedBench is a window at which somebody is signed in, with a case at its
// review.
func staffedBench(t *testing.T, change func(*Options)) (*bench, desk.Snapshot) {
	b := newBench(t, change)
	s := staffedAs(sampleCase(desk.StageReview, b.items["company"], 3), casework.RoleSupervisor)
	filled(&s, b.items["company"], b.w.opt.Catalogue)
	b.show(s)
	return b, s
}

// shortcut does what a key with Ctrl does. The test driver knows no shortcuts: that
// they come through a line with the focus is tested in a real window.
func (b *bench) shortcut(name fyne.KeyName) { b.w.withControl()[name]() }

// sent waits until the answer to what a screen sent has come.
func (b *bench) sent() {
	b.t.Helper()
	b.until(func() bool {
		for _, o := range test.LaidOutObjects(b.w.screen.Object()) {
			if k, ok := o.(*kit.Button); ok && !k.Ready() {
				return false
			}
		}
		return true
	})
}

func signedOut(b *bench, stage desk.Stage) desk.Snapshot {
	s := sampleBase(stage)
	s.Staffed = true
	if stage == desk.StageSignIn {
		s.Clerk = ""
	}
	b.show(s)
	return s
}

func TestAClerkSignsInByKeypadAloneWithAndWithoutNumLock(t *testing.T) {
	b := newBench(t, nil)
	signedOut(b, desk.StageSignIn)
	b.types("03")
	b.press(fyne.Key1) // NumLock off
	b.press(fyne.Key7)
	b.press(fyne.KeyEnter)
	b.types("246810")
	b.press(fyne.KeyEnter)
	b.hears("sign in 0317 246810")
	b.sent()
	in := b.w.screen.(*step.SignIn)
	if line := in.Line(); line.Text != "" || !line.Password {
		t.Errorf("the password stays in its line, or in the open: %v", line.Password)
	}
	b.press(fyne.KeyEnter) // an empty password: back to the number
	b.types("0001")
	b.press(fyne.KeyEnter)
	b.types("1")
	b.press(fyne.KeyReturn)
	b.hears("sign in 0001 1")
}

func TestAPasswordIsHiddenAndReachesNoClipboard(t *testing.T) {
	b := newBench(t, nil)
	signedOut(b, desk.StageLocked)
	b.types("Geheim7")
	line := b.w.screen.(*step.SignIn).Line()
	if line.Text != "Geheim7" || strings.Contains(markup(b), "Geheim7") {
		t.Error("the password can be read on the screen, or was not typed at all")
	}
	b.w.app.Clipboard().SetContent("before")
	line.TypedShortcut(&fyne.ShortcutSelectAll{})
	line.TypedShortcut(&fyne.ShortcutCopy{Clipboard: b.w.app.Clipboard()})
	line.TypedShortcut(&fyne.ShortcutCut{Clipboard: b.w.app.Clipboard()})
	if got := b.w.app.Clipboard().Content(); got != "before" {
		t.Error("the clipboard holds", got)
	}
	b.w.scanned("4071993212345678") // a scanner's burst is not typing
	b.hears("scanned 4071993212345678")
	if line.Text != "Geheim7" {
		t.Error("a scanner typed into the password")
	}
	b.press(fyne.KeyEnd)
	b.types("A")
	b.press(fyne.KeyReturn)
	b.hears("unlock 0317 Geheim7A")
}

func TestCapitalsAloneHintAtCapsLock(t *testing.T) {
	b := newBench(t, nil)
	signedOut(b, desk.StageLocked)
	hint := b.w.t("ui.signin.caps")
	b.types("GEHEIM")
	if !strings.Contains(markup(b), hint) {
		t.Error("nothing is said of Caps Lock")
	}
	b.types("x")
	if strings.Contains(markup(b), hint) {
		t.Error("Caps Lock is suspected behind a small letter")
	}
}

func TestAnotherNumberAtALockedCounterHandsOver(t *testing.T) {
	b := newBench(t, nil)
	signedOut(b, desk.StageLocked)
	b.press(fyne.KeyUp)
	b.press(fyne.KeyBackspace)
	b.press(fyne.KeyEnter)
	b.press(fyne.KeyEnter) // an empty password empties the number
	b.types("0318")
	b.press(fyne.KeyEnter)
	b.types("9")
	b.press(fyne.KeyEnter)
	b.hears("sign in 0318 9")
	if slices.ContainsFunc(b.desk.heard(), func(n string) bool { return strings.HasPrefix(n, "unlock") }) {
		t.Error("another clerk's word was sent as the first one's")
	}
}

func TestACardAndItsPINStandForNumberAndPassword(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Card = true })
	signedOut(b, desk.StageSignIn)
	b.press(fyne.KeyF8)
	b.types("1234")
	b.press(fyne.KeyEnter)
	b.hears("sign in card 1234")
	b.sent()
	b.press(fyne.KeyF8)
	b.types("0317")
	b.press(fyne.KeyEnter)
	b.types("2")
	b.press(fyne.KeyEnter)
	b.hears("sign in 0317 2")
}

func TestTheNextTryWaitsForItsTime(t *testing.T) {
	now := noon
	b := newBench(t, func(o *Options) { o.Now = func() time.Time { return now } })
	s := signedOut(b, desk.StageLocked)
	s.Problem = &desk.Problem{Kind: casework.ClerkSlowed, At: noon, Wait: 30 * time.Second}
	b.show(s)
	if !strings.Contains(markup(b), b.w.t("ui.signin.wait", "0:30")) {
		t.Error("how long to wait is not said")
	}
	b.types("5")
	b.press(fyne.KeyEnter)
	now = noon.Add(18 * time.Second)
	b.w.tick()
	if !strings.Contains(markup(b), b.w.t("ui.signin.wait", "0:12")) {
		t.Error("it does not count down")
	}
	now = noon.Add(30 * time.Second)
	b.w.tick()
	b.press(fyne.KeyEnter)
	b.hears("unlock 0317 5")
	if n := count(b.desk.heard(), "unlock 0317 5"); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestOneKeyBlanksTheWindowAtOnce(t *testing.T) {
	for name, press := range map[string]func(*bench){"F12": func(b *bench) { b.press(fyne.KeyF12) }, "Ctrl+L": func(b *bench) { b.shortcut(fyne.KeyL) }} {
		b, s := staffedBench(t, nil)
		if !strings.Contains(markup(b), "测试甲") {
			t.Fatal("nothing is shown: this test proves nothing")
		}
		b.desk.holds = make(chan struct{}) // the desk is busy with a disk
		press(b)
		if text := markup(b); strings.Contains(text, "测试甲") || strings.Contains(text, string(s.Case.Number)) {
			t.Errorf("after %s the case is still shown", name)
		}
		b.desk.shows <- s // what the desk showed just before
		b.until(func() bool { return b.w.later.Revision == s.Revision })
		if strings.Contains(markup(b), "测试甲") {
			t.Errorf("a late snapshot shows the case after %s", name)
		}
		close(b.desk.holds)
		b.hears("lock")
		signedOut(b, desk.StageLocked)
		for _, key := range []fyne.KeyName{fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF9, fyne.KeyF10, fyne.KeyF12} {
			b.press(key)
		}
		if !b.w.page.Hidden || b.w.dialog != nil || count(b.desk.heard(), "lock") != 1 {
			t.Error("a key opens something at a locked counter:", b.desk.heard())
		}
	}
}

func TestALockThatFailsShowsTheCaseAgain(t *testing.T) {
	b, s := staffedBench(t, nil)
	b.desk.refuses = casework.Refuse(casework.NotSignedIn, "")
	b.press(fyne.KeyF12)
	b.hears("lock")
	b.until(func() bool { return !b.w.veiled })
	if !strings.Contains(markup(b), string(s.Case.Number)) {
		t.Error("the case is gone from the window")
	}
}

func TestALockTakesPagesAndQuestionsAway(t *testing.T) {
	b, _ := staffedBench(t, nil)
	b.press(fyne.KeyF3)
	b.until(func() bool { return b.w.records.Count() > 0 })
	signedOut(b, desk.StageLocked) // when the time is over
	if b.w.records != nil || !b.w.page.Hidden {
		t.Error("the records stay open")
	}
}

func TestCtrlF12OpensWhatWhoeverSitsThereMayDo(t *testing.T) {
	b, _ := staffedBench(t, nil)
	b.shortcut(fyne.KeyF12)
	b.types("3")
	b.hears("sign out")
	b.shortcut(fyne.KeyF12)
	b.types("5")
	b.until(func() bool { return b.w.operators != nil && count(b.desk.heard(), "operators 20261123") == 1 })
	b.press(fyne.KeyLeft)
	b.hears("operators 20261122")
	b.press(fyne.KeyRight)
	b.press(fyne.KeyRight) // not into tomorrow
	b.until(func() bool { return count(b.desk.heard(), "operators 20261123") == 2 })
	b.press(fyne.KeyEscape)
	clerk := staffedAs(sampleBase(desk.StageIdle), casework.RoleClerk)
	b.show(clerk)
	b.shortcut(fyne.KeyF12) // from the search line, too
	if b.w.dialog == nil || strings.Contains(markup(b), b.w.t("ui.who.log")) {
		t.Error("a clerk is offered the operator log, or nothing")
	}
	b.types("4")
	for _, typed := range []string{"246810", "neues-wort", "neues-wort"} {
		b.types(typed)
		b.press(fyne.KeyReturn)
	}
	b.hears("password 0317 246810 neues-wort")
	b.until(func() bool { return b.w.dialog == nil })
}

func TestTheNumberThatLocksIsNotTypedIntoThePassword(t *testing.T) {
	b, _ := staffedBench(t, nil)
	b.shortcut(fyne.KeyF12)
	b.types("1")
	b.hears("lock")
	signedOut(b, desk.StageLocked)
	if text := b.w.screen.(*step.SignIn).Line().Text; text != "" {
		t.Errorf("the password holds %q", text)
	}
}

func TestTwoNewPasswordsThatDifferChangeNothing(t *testing.T) {
	b := newBench(t, nil)
	b.show(staffedAs(sampleBase(desk.StageIdle), casework.RoleClerk))
	b.w.ownPassword()
	for _, typed := range []string{"246810", "neues-wort", "neues-w0rt"} {
		b.types(typed)
		b.press(fyne.KeyReturn)
	}
	if len(b.desk.heard()) > 0 || !strings.Contains(markup(b), b.w.t("ui.password.differ")) {
		t.Errorf("%q", b.desk.heard())
	}
}

func TestAOneTimePasswordLeadsToAnOwnOneAndOn(t *testing.T) {
	b := newBench(t, nil)
	signedOut(b, desk.StageSignIn)
	b.desk.refuses = casework.Refuse(casework.PasswordFirst, "")
	for _, typed := range []string{"0317", "once-only"} {
		b.types(typed)
		b.press(fyne.KeyReturn)
	}
	b.until(func() bool { return b.w.dialog != nil })
	b.desk.mu.Lock()
	b.desk.refuses = nil
	b.desk.mu.Unlock()
	for _, typed := range []string{"neues-wort", "neues-wort"} {
		b.types(typed)
		b.press(fyne.KeyReturn)
	}
	b.hears("password 0317 once-only neues-wort")
	b.hears("sign in 0317 neues-wort")
}

func TestAStepThatWantsAWordAsksForIt(t *testing.T) {
	b, s := staffedBench(t, nil)
	s.Asks = &desk.Asks{What: desk.GuardSubmit}
	b.show(s)
	b.types("246810")
	b.press(fyne.KeyEnter)
	b.hears("prove 0317 246810")
	second := s
	second.Asks = &desk.Asks{What: desk.GuardSubmit, Second: true}
	b.show(second)
	b.desk.refuses = casework.Refuse(casework.SecondUnfit, "")
	for _, typed := range []string{"0001", "1"} {
		b.types(typed)
		b.press(fyne.KeyEnter)
	}
	b.hears("prove 0001 1")
	b.until(func() bool { return strings.Contains(markup(b), b.w.t("refusal.second-unfit.what")) })
	b.press(fyne.KeyEscape)
	b.hears("unask")
	if b.w.dialog != nil {
		t.Error("the question stays open")
	}
	s.Asks = nil
	b.show(s)
	b.show(second)
	b.show(s)
	if b.w.dialog != nil {
		t.Error("the question stays open after the desk let it be")
	}
}

func TestTabStaysWithinAQuestion(t *testing.T) {
	b := newBench(t, nil)
	b.show(staffedAs(sampleBase(desk.StageIdle), casework.RoleClerk))
	b.w.ownPassword()
	first := b.w.win.Canvas().Focused()
	for range 3 {
		b.press(fyne.KeyTab)
		if line, ok := b.w.win.Canvas().Focused().(*kit.Entry); !ok || !line.Password {
			t.Fatal("Tab leaves the question")
		}
	}
	if b.w.win.Canvas().Focused() != first {
		t.Error("Tab does not come round")
	}
}

func TestKeysAndPointerSayThatSomebodyIsThere(t *testing.T) {
	b := newBench(t, nil)
	b.show(staffedAs(sampleBase(desk.StageIdle), casework.RoleClerk))
	touched := func(what string, do func()) {
		before := b.desk.touches.Load()
		do()
		if b.desk.touches.Load() == before {
			t.Error("the desk does not hear of", what)
		}
	}
	touched("a key in a line", func() { b.press(fyne.KeyBackspace) })
	touched("a digit", func() { b.press(fyne.Key1) })
	touched("the pointer", func() { b.w.win.Content().(*fyne.Container).Objects[0].(*kit.Stir).MouseMoved(nil) })
	authorizing(b)
	touched("a key in a case", func() { b.press(fyne.KeyF7) })
	b.show(staffedAs(sampleBase(desk.StageIdle), casework.RoleClerk))
	b.press(fyne.KeyF6)
	b.hears("setting language")
	b.press(fyne.KeyF7)
	b.hears("setting appearance")
}

func TestWhoOpensNoCasesIsOfferedNone(t *testing.T) {
	b := newBench(t, nil)
	b.show(staffedAs(sampleBase(desk.StageIdle), casework.RoleObserver))
	b.press(fyne.KeyEnter)
	b.press(fyne.KeyF3)
	b.until(func() bool { return b.w.records.Count() > 0 })
	b.press(fyne.KeyF9)
	b.press(fyne.KeyF8)
	if !strings.Contains(markup(b), b.w.t("ui.records.notyours")) || slices.ContainsFunc(b.desk.heard(), func(n string) bool { return strings.HasPrefix(n, "open") || strings.HasPrefix(n, "export") }) {
		t.Errorf("an observer did %q", b.desk.heard())
	}
}
