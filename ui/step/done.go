package step

import (
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Done shows the case's number and its receipts as they come in, and counts
// down to an empty screen.
type Done struct {
	*frame
	last desk.Snapshot
}

func newDone(b *Bench) *Done {
	d := &Done{}
	d.frame = newFrame(b, "done", nil, nil, kit.NewButton(kit.PrimaryButton, b.T("ui.next"), "Enter", func() { b.Type(b.Desk.Clear) }))
	return d
}

// Show updates the receipts.
func (d *Done) Show(s desk.Snapshot) {
	fresh := d.last.Revision != s.Revision
	d.last = s
	d.refuse(s.Problem)
	if s.Case == nil {
		return
	}
	if fresh {
		number := kit.NewText(string(s.Case.Number), kit.TextStyle{Size: 30, Color: kit.Ink, Bold: true})
		d.fill(kit.Card(d.b.T("ui.done.number"), nil, kit.Row(16, number, kit.Flex(d.b.receipts(s))), kit.Body(d.b.T("ui.done.told"))),
			d.b.stepsCard(d.b.T("ui.done.steps"), s))
	}
	d.Tick()
}

// receipts says how many of the steps have a verified receipt.
func (b *Bench) receipts(s desk.Snapshot) *kit.Text {
	have, all := 0, 0
	for _, r := range s.Case.Rail {
		if r.State != desk.RailDone {
			continue
		}
		all++
		if r.Send == casework.Committed {
			have++
		}
	}
	tone, key := kit.Done, "ui.done.all"
	if have < all {
		tone, key = kit.Wait, "ui.done.some"
	}
	return kit.NewText(b.T(key, have, all), kit.TextStyle{Size: 15, Color: tone, Bold: true, Wrap: true, Align: fyne.TextAlignTrailing})
}

// Tick counts down.
func (d *Done) Tick() { d.lead.Set(d.b.T("ui.done.lead") + d.b.countdown(d.last.Clears)) }

func (b *Bench) countdown(clears time.Time) string {
	if clears.IsZero() {
		return ""
	}
	return b.T("ui.sentence.gap") + b.T("ui.clears", int(max(clears.Sub(b.Now()), 0).Round(time.Second).Seconds()))
}

// Rune lets the keypad's + go on to the next citizen too.
func (d *Done) Rune(r rune) bool { return r == '+' && d.press() }

func (d *Done) press() bool { d.primary.Press(); return true }

// Ended says that a case ended without result, why, and what is kept.
type Ended struct {
	*frame
	last  desk.Snapshot
	built bool
}

func newEnded(b *Bench) *Ended {
	e := &Ended{}
	e.frame = newFrame(b, "ended", nil, nil, kit.NewButton(kit.PrimaryButton, b.T("ui.next"), "Enter", func() { b.Type(b.Desk.Clear) }))
	return e
}

// Show says why the case ended.
func (e *Ended) Show(s desk.Snapshot) {
	e.last = s
	e.refuse(s.Problem)
	if s.Case == nil {
		return
	}
	if !e.built {
		e.built = true
		kept := "ui.ended.kept"
		if s.Case.Revoked {
			kept = "ui.ended.revoked"
		}
		e.fill(kit.Card(e.b.T("reason."+string(s.Case.Ended)), kit.Small(e.b.T("ui.case.number", s.Case.Number), kit.Ink2),
			kit.Body(e.b.T(kept)), kit.Body(e.b.T("ui.ended.again"))))
	}
	e.Tick()
}

// Tick counts down.
func (e *Ended) Tick() { e.lead.Set(e.b.T("ui.ended.lead") + e.b.countdown(e.last.Clears)) }
