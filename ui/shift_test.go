package ui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/look"
)

func (d *scripted) Leftover(context.Context) (desk.Leftover, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.left, nil
}
func (d *scripted) OpenCounter(context.Context) error { return d.note("open the counter") }
func (d *scripted) CloseCounter(_ context.Context, h desk.HandOver) error {
	return d.note("close the counter for " + h.To + " because " + string(h.Note))
}
func (d *scripted) SendAgain(_ context.Context, id casework.CaseID) error {
	return d.note("send again " + string(id))
}
func (d *scripted) NoteSeen(_ context.Context, id casework.CaseID) error {
	return d.note("seen " + string(id))
}

// leave makes the desk answer with what waits.
func (b *bench) leave(l desk.Leftover) {
	b.desk.mu.Lock()
	defer b.desk.mu.Unlock()
	b.desk.left = l
}

// shiftSamples are counters that are closed, and open ones with much or little waiting.
func shiftSamples() map[string]desk.Snapshot {
	all := map[string]desk.Snapshot{}
	open := sampleBase(desk.StageIdle)
	open.Shift = desk.Shift{Last: casework.ShiftChange{Seq: 1, Open: true, Time: noon.Add(-4 * time.Hour)}, Clock: casework.Clock{Known: true}}
	all["shift-nothing"] = open
	trouble := open
	trouble.Queue = casework.Queue{Waiting: 41, Refused: 2, Oldest: noon.Add(-2*time.Hour - 12*time.Minute), Height: 20496}
	trouble.Ledger = desk.Light{State: desk.Waiting, Reason: casework.LedgerUnreachable}
	trouble.Camera = desk.Light{State: desk.Failed, Reason: casework.CameraBusy}
	trouble.Shift.Clock.Offset = -7 * time.Minute
	all["shift-trouble"] = trouble
	refused := trouble
	refused.Problem = &desk.Problem{Kind: casework.HandOverUnnamed, At: noon}
	all["shift-refused"] = refused
	closed := open
	closed.Shift.Closed = true
	closed.Shift.Last = casework.ShiftChange{Seq: 2, Time: noon.Add(-16 * time.Hour), Clerk: "0317", To: "0021", Note: casework.LedgerRefusal,
		Left: casework.Left{Cases: 9, Steps: 43, Refused: 2, Unfinished: 1, Evidence: 3}}
	closed.Shift.Closing, closed.Shift.Clock = closed.Shift.Last, casework.Clock{}
	closed.Document = desk.Light{State: desk.Good, Name: "示例高拍仪"}
	closed.Scanner = desk.Light{State: desk.Failed, Reason: casework.ScannerDenied}
	all["shift-closed"] = closed
	first := closed
	first.Shift = desk.Shift{Closed: true, Clock: casework.Clock{Known: true, Offset: 3*time.Minute + 4*time.Second}}
	all["shift-ahead"] = first
	return all
}

// sampleLeft is what a bad day leaves.
func sampleLeft(items map[string]casework.ServiceItem) desk.Leftover {
	company, family := items["company"].Code, items["family"].Code
	return desk.Leftover{Evidence: 3, Waiting: []casework.WaitingCase{
		{ID: "a", Number: "20261122-12-0041", Item: company, Ended: true, Step: casework.Retrieved, Steps: 5, Since: noon.Add(-26 * time.Hour), Refusal: casework.KeyUnknown, Seen: noon.Add(-time.Hour), SeenBy: "0021"},
		{ID: "b", Number: "20261123-12-0003", Item: family, Step: casework.Opened, Steps: 2, Since: noon.Add(-2 * time.Hour), Refusal: casework.WrongChain},
		{ID: "c", Number: "20261123-12-0044", Item: company, Ended: true, Step: casework.Signed, Steps: 3, Since: noon.Add(-3 * time.Minute)},
	}, Unfinished: []desk.UnfinishedCase{
		{ID: "b", Number: "20261123-12-0003", Item: family, Step: casework.Authorized, Opened: noon.Add(-2 * time.Hour), Mine: true},
		{ID: "d", Number: "20261123-12-0029", Item: company, Step: casework.Confirmed, Opened: noon.Add(-time.Hour)},
	}}
}

// shiftPictures are the pictures of the shift.
func shiftPictures(items map[string]casework.ServiceItem, all bool) []picture {
	wide, small := fyne.NewSize(1440, 900), fyne.NewSize(1280, 720)
	var list []picture
	for name := range shiftSamples() {
		open := func(b *bench) {
			left := sampleLeft(items)
			if name == "shift-nothing" {
				left = desk.Leftover{}
			}
			b.leave(left)
			if b.w.shift == nil {
				b.press(fyne.KeyF8)
			}
			b.until(func() bool { return b.w.shift.Read() && len(b.turns) == 0 })
		}
		list = append(list, picture{name: name, stage: name, language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: open},
			picture{name: "tight-" + name, stage: name, language: "en", mode: look.Light, scale: 1.3, size: small, then: open})
		if all {
			list = append(list, picture{name: "en-" + name, stage: name, language: "en", mode: look.Light, scale: 1, size: wide, then: open},
				picture{name: "dark-" + name, stage: name, language: "zh-CN", mode: look.Dark, scale: 1, size: wide, then: open},
				picture{name: "contrast-" + name, stage: name, language: "en", mode: look.Contrast, scale: 1, size: small, then: open},
				picture{name: "small-" + name, stage: name, language: "zh-CN", mode: look.Light, scale: 1, size: small, then: open})
		}
	}
	return append(list, picture{name: "idle-closed", stage: "shift-closed", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.w.back() }},
		picture{name: "idle-closed-tight", stage: "shift-ahead", language: "en", mode: look.Light, scale: 1.3, size: small, then: func(b *bench) { b.w.back() }})
}

func savedShift(s desk.ShiftSummary) (string, error) {
	return "/var/lib/counterfoil/export/shift-" + s.Made.Format("20060102-150405") + ".json", nil
}

func TestACounterIsClosedByKeyWithWhomAndWhy(t *testing.T) {
	b := newBench(t, nil)
	b.leave(sampleLeft(b.items))
	s := shiftSamples()["shift-trouble"]
	b.show(s)
	if b.w.shift != nil {
		t.Fatal("the page opened by itself at an open counter")
	}
	b.press(fyne.KeyF8)
	b.until(func() bool { return b.w.shift.Read() })
	b.types("0") // to the supervisor's number: the key itself types nothing there
	b.types("00 21主")
	b.press(fyne.KeyReturn) // an input method may send it: it closes nothing
	b.types("5")
	b.press(fyne.KeyEnter)
	b.hears("close the counter for 0021 because device-broken")
	if got := count(b.desk.heard(), "close the counter for 0021 because ledger-refusal"); got != 0 {
		t.Error("Enter in the line closed the counter")
	}
	s.Shift.Closed, s.Shift.Last = true, casework.ShiftChange{Seq: 2, Time: noon, Clerk: "0317"}
	b.show(s)
	if b.w.shift != nil || !strings.Contains(markup(b), b.w.t("ui.shift.closed.since", "2026-11-23 09:42")) {
		t.Error("the screen does not say that the counter is closed")
	}
}

func TestTheNoteIsWhatTheListSaysUntilSomebodyChooses(t *testing.T) {
	for want, left := range map[string]desk.Leftover{
		"nothing-left":    {},
		"citizen-returns": {Unfinished: []desk.UnfinishedCase{{ID: "d", Step: casework.Opened}}},
		"line-away":       {Waiting: []casework.WaitingCase{{ID: "c", Steps: 1, Step: casework.Opened}}},
		"ledger-refusal":  {Waiting: []casework.WaitingCase{{ID: "c", Steps: 1, Refusal: casework.KeyUnknown}}},
	} {
		b := newBench(t, nil)
		b.leave(left)
		b.show(shiftSamples()["shift-nothing"])
		b.press(fyne.KeyF8)
		b.until(func() bool { return b.w.shift.Read() })
		b.press(fyne.KeyReturn)
		b.hears("close the counter for  because " + want)
	}
}

func TestWhoeverSitsDownAtAClosedCounterSeesTheChecksAndOpensItWithEnter(t *testing.T) {
	b := newBench(t, nil)
	s := shiftSamples()["shift-closed"]
	b.show(s)
	b.until(func() bool { return b.w.shift != nil && b.w.shift.Read() })
	for _, want := range []string{"ui.shift.clock.unknown", "ui.shift.queue.empty"} {
		if !strings.Contains(markup(b), b.w.t(want)) {
			t.Errorf("the page does not say %q", b.w.t(want))
		}
	}
	if want := b.w.t("ui.shift.last.to", "0021"); !strings.Contains(markup(b), want) {
		t.Errorf("the page does not say %q", want)
	}
	b.press(fyne.KeyEscape) // the records of the day can be read all the same
	b.show(s)
	if b.w.shift != nil {
		t.Fatal("the page comes back by itself")
	}
	b.press(fyne.KeyF8)
	b.types("3") // a note is for a closing
	b.press(fyne.KeyReturn)
	b.hears("open the counter")
	s.Shift.Closed = false
	b.show(s)
	if b.w.shift != nil {
		t.Error("the page stays after the counter was opened")
	}
}

func TestTheMorningAfterACounterWasLeftOpenThePageComes(t *testing.T) {
	b := newBench(t, nil)
	s := shiftSamples()["shift-nothing"]
	b.show(s)
	s.Shift.Closed = true // the day is another
	b.show(s)
	if b.w.shift == nil {
		t.Error("nothing is shown")
	}
}

func TestTheClockIsToldInWords(t *testing.T) {
	b := newBench(t, nil)
	s := shiftSamples()["shift-nothing"]
	b.show(s)
	b.press(fyne.KeyF8)
	for want, clock := range map[string]casework.Clock{
		"时钟：快 3 分钟":    {Known: true, Offset: 3*time.Minute + 20*time.Second},
		"时钟：慢 40 秒":    {Known: true, Offset: -40 * time.Second},
		"时钟：与授权中心一致":   {Known: true, Offset: 2 * time.Second},
		"时钟：还没有对过":     {Offset: time.Hour},
		"请管理员校准本机时钟；校": {Known: true, Offset: 61 * time.Second},
		"记录上的时间会偏早":    {Known: true, Offset: -121 * time.Second},
	} {
		s.Shift.Clock = clock
		b.show(s)
		if !strings.Contains(markup(b), want) {
			t.Errorf("%+v is not told as %q", clock, want)
		}
	}
}

func TestARefusedCaseIsLookedAfterByKey(t *testing.T) {
	b := newBench(t, nil)
	b.leave(sampleLeft(b.items))
	b.show(shiftSamples()["shift-trouble"])
	b.press(fyne.KeyF8)
	b.until(func() bool { return b.w.shift.Read() })
	if want := b.w.t("refusal.key-unknown.what")[:30]; !strings.Contains(markup(b), want) {
		t.Errorf("the page does not say %q", want)
	}
	b.press(fyne.KeyF5)
	b.hears("send again a")
	b.press(fyne.KeyDown)
	b.press(fyne.KeyF9)
	b.hears("seen b")
	b.press(fyne.KeyDown) // one that waits by itself
	b.press(fyne.KeyF5)
	b.press(fyne.KeyF9)
	b.types("6")
	b.hears("export c")
	for _, never := range []string{"send again c", "seen c"} {
		if slices.Contains(b.desk.heard(), never) {
			t.Errorf("the desk heard %q", never)
		}
	}
	b.press(fyne.KeyF8)
	b.until(func() bool { return strings.Contains(markup(b), "export/shift-20261123-094218.json") })
}

func TestWhatWasEnteredStaysWhenTheLanguageChanges(t *testing.T) {
	b := newBench(t, nil)
	b.show(shiftSamples()["shift-nothing"])
	b.press(fyne.KeyF8)
	b.types("0")
	b.types("0021")
	b.press(fyne.KeyReturn)
	b.types("4")
	b.press(fyne.KeyF6)
	b.until(func() bool { return b.w.shift.Read() })
	if !strings.Contains(markup(b), "Hand over and close") {
		t.Fatal("the page is not English")
	}
	b.press(fyne.KeyReturn)
	b.hears("close the counter for 0021 because citizen-returns")
}

func TestARefusedClosingIsToldOnThePage(t *testing.T) {
	b := newBench(t, nil)
	s := shiftSamples()["shift-nothing"]
	s.Problem = &desk.Problem{Kind: casework.LedgerStopped, At: noon} // of before: not this page's
	b.show(s)
	b.press(fyne.KeyF8)
	b.show(s)
	if strings.Contains(markup(b), b.w.t("refusal.ledger-stopped.what")[:20]) {
		t.Error("the page repeats what was refused before")
	}
	s.Problem = &desk.Problem{Kind: casework.HandOverUnnamed, At: noon}
	b.show(s)
	if !strings.Contains(markup(b), b.w.t("refusal.hand-over-unnamed.what")) {
		t.Error("the page does not say why it was not closed")
	}
}
