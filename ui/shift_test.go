package ui

import (
	"context"
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
