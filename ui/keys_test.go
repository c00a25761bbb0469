package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

func authorizing(b *bench) desk.Snapshot {
	s := sampleCase(desk.StageAuthorize, b.items["company"], 1)
	b.show(s)
	return s
}

func count(list []string, what string) int {
	n := 0
	for _, l := range list {
		if l == what {
			n++
		}
	}
	return n
}

func TestADigitIsCountedOnceWithAndWithoutNumLock(t *testing.T) {
	b := newBench(t, nil)
	authorizing(b)
	b.types("77")                       // NumLock on: key and rune
	b.press(fyne.Key7)                  // NumLock off: the key alone
	b.w.win.Canvas().OnTypedRune()('7') // its late rune does not count
	b.w.win.Canvas().OnTypedRune()('7') // a scanner's rune does
	b.w.win.Canvas().OnTypedRune()('8')
	b.hears("digit 8")
	if n := count(b.desk.heard(), "digit 7"); n != 4 {
		t.Errorf("the desk heard the digit %d times, want 4", n)
	}
}

func TestDigitsReachTheCellsWhereverTheFocusIs(t *testing.T) {
	b := newBench(t, nil)
	authorizing(b)
	for range 3 {
		b.w.win.Canvas().FocusNext()
		if b.w.win.Canvas().Focused() == nil {
			t.Fatal("nothing takes the focus")
		}
		b.types("5")
	}
	b.press(fyne.KeyBackspace)
	b.hears("erase")
	if n := count(b.desk.heard(), "digit 5"); n != 3 {
		t.Errorf("the desk heard %d digits, want 3", n)
	}
}

func TestTheKeypadErasesAndAsksForANewQR(t *testing.T) {
	b := newBench(t, nil)
	s := authorizing(b)
	s.Case.Digits = "407"
	b.show(s)
	rune := b.w.win.Canvas().OnTypedRune()
	rune('.')
	b.hears("erase")
	rune('-')
	rune('*')
	b.hears("renew")
	b.until(func() bool { return count(b.desk.heard(), "erase") == 2 })
	if b.w.dialog != nil {
		t.Error("minus asked to start over while digits stand in the cells")
	}
}

func TestALetterIsRefusedInWordsAndNothingIsLost(t *testing.T) {
	b := newBench(t, nil)
	authorizing(b)
	b.types("4x2")
	b.hears("digit 2")
	if got := b.desk.heard(); slices.Contains(got, "digit x") {
		t.Errorf("the desk heard a letter: %q", got)
	}
}

func TestEscapeAsksWhyAndANumberAnswers(t *testing.T) {
	b := newBench(t, nil)
	authorizing(b)
	b.press(fyne.KeyEscape)
	if b.w.dialog == nil {
		t.Fatal("nothing was asked")
	}
	b.press(fyne.KeyEscape)
	if b.w.dialog != nil {
		t.Fatal("Escape did not close the question")
	}
	b.press(fyne.KeyEscape)
	b.types("2")
	b.hears("abandon citizen-refused")
	b.w.win.Canvas().OnTypedRune()('-') // the keypad's way to the same question
	b.types("4")
	b.hears("set aside")
}

func TestEnterOfBothKindsDoesThePrimaryActionOnceWhileItRuns(t *testing.T) {
	b := newBench(t, nil)
	s := sampleCase(desk.StageReview, b.items["company"], 3)
	filled(&s, b.items["company"], b.w.opt.Catalogue)
	s.Case.Missing = nil
	b.show(s)
	b.desk.holds = make(chan struct{})
	b.press(fyne.KeyEnter)
	b.press(fyne.KeyReturn)
	b.press(fyne.KeyReturn)
	b.hears("push")
	if n := count(b.desk.heard(), "push"); n != 1 {
		t.Errorf("pushed %d times while the first still ran", n)
	}
	close(b.desk.holds)
	b.until(func() bool { b.press(fyne.KeyReturn); return count(b.desk.heard(), "push") > 1 })
}

func TestTheClerkFillsChoicesByNumberAndOnlyThenPushes(t *testing.T) {
	b := newBench(t, nil)
	item := b.items["company"]
	s := sampleCase(desk.StageReview, item, 3)
	filled(&s, item, b.w.opt.Catalogue)
	b.show(s)
	b.press(fyne.KeyReturn)
	b.types("2")
	var field casework.FormField
	for _, f := range item.Form {
		if f.Field == s.Case.Missing[0] {
			field = f
		}
	}
	b.hears("fill " + string(field.Field) + "=" + field.Choices[1].Value)
	if got := b.desk.heard(); slices.Contains(got, "push") {
		t.Errorf("pushed with required fields empty: %q", got)
	}
}

func TestWhatIsMarkedStaysMarkedWhenTheListsAboveItChange(t *testing.T) {
	b := newBench(t, nil)
	company, family := b.items["company"], b.items["family"]
	b.day(sampleDay(company, family)[:2])
	s := sampleBase(desk.StageIdle)
	b.show(s)
	b.until(func() bool { return b.w.item != nil && b.w.item.Code == family.Code }) // newest first
	b.press(fyne.KeyDown)
	if b.w.item.Code != company.Code {
		t.Fatalf("the second line is %s", b.w.item.Name)
	}
	s.Unfinished = sampleDay(family, company)[1:2] // a case put aside comes to stand on top
	b.show(s)
	b.press(fyne.KeyReturn)
	b.hears("open " + string(company.Code))
	for range 3 {
		b.press(fyne.KeyUp)
	}
	want := "resume " + string(s.Unfinished[0].ID)
	b.until(func() bool { b.press(fyne.KeyReturn); return slices.Contains(b.desk.heard(), want) })
}

func TestTheRecordThatIsMarkedStaysMarkedWhenTheDayGrows(t *testing.T) {
	b := newBench(t, nil)
	day := sampleDay(b.items["company"], b.items["family"])
	b.day(day[1:])
	b.show(sampleBase(desk.StageIdle))
	b.press(fyne.KeyF3)
	b.until(func() bool { return b.w.records.Count() == 3 })
	b.press(fyne.KeyDown)
	b.day(day)
	b.w.records.Reload()
	b.until(func() bool { return b.w.records.Count() == 4 })
	b.press(fyne.KeyF8)
	b.hears("export " + string(day[2].ID))
	b.day(day[:2]) // it is gone: nothing of it is left on the page
	b.w.records.Reload()
	b.until(func() bool { return b.w.records.Count() == 2 })
	if m := markup(b); strings.Contains(m, string(day[2].Number)) || strings.Contains(m, ".zip") {
		t.Error("what was shown of a case that is gone is still shown")
	}
}

func TestAnItemIsFoundByNumberInitialsAndName(t *testing.T) {
	b := newBench(t, nil)
	b.show(sampleBase(desk.StageIdle))
	item := b.items["company"]
	for _, typed := range []string{"ylqx", "医疗器械网", "01"} {
		b.types(typed)
		if b.w.item == nil || b.w.item.Code != item.Code {
			t.Fatalf("%s marks %v", typed, b.w.item)
		}
		b.press(fyne.KeyEscape)
		if b.w.header.entry.Text != "" {
			t.Fatal("Escape did not clear the search")
		}
	}
	for _, digit := range []fyne.KeyName{fyne.Key0, fyne.Key1} { // NumLock off
		b.press(digit)
	}
	b.press(fyne.KeyEnter)
	b.hears("open " + string(item.Code))
}

func TestARefusalThatOnlyTheIntentKnowsIsShown(t *testing.T) {
	b := newBench(t, nil)
	b.show(sampleBase(desk.StageIdle))
	b.desk.refuses = casework.Refuse(casework.LedgerStopped, "")
	b.press(fyne.KeyReturn)
	b.until(func() bool { return b.w.error != nil })
	what := b.w.t("refusal.ledger-stopped.what")
	if !strings.Contains(markup(b), what) {
		t.Errorf("the window does not say %q", what)
	}
}

func TestNothingOfThePersonIsShownAfterAFailedCheck(t *testing.T) {
	b := newBench(t, nil)
	item := b.items["company"]
	s := sampleCase(desk.StageReview, item, 3)
	filled(&s, item, b.w.opt.Catalogue)
	b.show(s)
	if !strings.Contains(markup(b), "测试甲") {
		t.Fatal("the review shows no values: this test proves nothing")
	}
	failed := sampleCase(desk.StageRetrieve, item, 2)
	failed.Problem = &desk.Problem{Kind: casework.IssuerSignature}
	b.show(failed)
	for _, secret := range []string{"测试甲", "91350100M000100Y43", "示例街"} {
		if strings.Contains(markup(b), secret) {
			t.Errorf("the window still shows %s", secret)
		}
	}
	b.press(fyne.KeyReturn)
	b.hears("retry")
}

func TestLanguageAndAppearanceChangeDuringACase(t *testing.T) {
	b := newBench(t, nil)
	authorizing(b)
	b.press(fyne.KeyF6)
	if !strings.Contains(markup(b), "Ask the citizen to authorize") {
		t.Error("F6 did not switch to English")
	}
	b.press(fyne.KeyF7)
	b.types("3")
	b.hears("digit 3")
	b.press(fyne.KeyF6)
	if !strings.Contains(markup(b), "请办事人授权") {
		t.Error("F6 did not switch back")
	}
}

func TestF2DuringACaseAsksBeforePuttingItAside(t *testing.T) {
	b := newBench(t, nil)
	authorizing(b)
	b.press(fyne.KeyF2)
	b.press(fyne.KeyReturn)
	b.hears("set aside")
}

func TestRecordsExportAndContinue(t *testing.T) {
	b := newBench(t, nil)
	b.show(sampleBase(desk.StageIdle))
	b.press(fyne.KeyF3)
	b.until(func() bool { return b.w.records.Count() == 4 })
	b.press(fyne.KeyDown)
	b.press(fyne.KeyF8)
	id := string(b.desk.day[1].ID)
	b.hears("export " + id)
	b.until(func() bool { return strings.Contains(markup(b), id+".zip") })
	b.press(fyne.KeyF9)
	b.until(func() bool { return strings.Contains(markup(b), "测试乙（经办人）代表") })
	b.press(fyne.KeyReturn)
	b.hears("resume " + id)
}

func TestThePhotoIsSkippedWithAReasonOnlyWhereTheItemAllows(t *testing.T) {
	b := newBench(t, nil)
	item := b.items["company"]
	item.Demands.Photo = casework.PhotoRequired
	s := sampleCase(desk.StagePhoto, item, 6)
	b.show(s)
	b.press(fyne.KeyF8)
	if b.w.dialog != nil {
		t.Fatal("a required photo may be skipped")
	}
	item.Demands.Photo = casework.PhotoOptional
	s = sampleCase(desk.StagePhoto, item, 6)
	b.show(s)
	b.press(fyne.KeyF8)
	b.types("2")
	b.hears("skip no-camera")
}
