package step

import (
	"strings"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Left returns the left column: the case with its steps, or, while idle, what
// the day looks like.
func Left(b *Bench, s desk.Snapshot) fyne.CanvasObject {
	if s.Case == nil {
		return leftIdle(b, s)
	}
	c := s.Case
	name := kit.NewText(b.ItemName(c.Item), kit.TextStyle{Size: 17, Color: kit.Ink, Bold: true, Wrap: true, Lines: 3})
	steps := make([]kit.RailStep, 0, len(c.Rail))
	for _, r := range c.Rail {
		steps = append(steps, b.railStep(s, r))
	}
	return kit.Scroll(kit.Inset(24, 16, 24, 20, kit.Column(0, name, kit.Inset(2, 0, 24, 0,
		kit.Small(b.T("ui.case.number", c.Number), kit.Ink2)), kit.Rail(steps))))
}

func leftIdle(b *Bench, s desk.Snapshot) fyne.CanvasObject {
	objects := []fyne.CanvasObject{
		kit.NewText(b.T("ui.left.day"), kit.TextStyle{Size: 17, Color: kit.Ink, Bold: true}),
		kit.Small(b.Now().Local().Format("2006-01-02"), kit.Ink2),
		kit.Inset(16, 0, 0, 0, kit.Row(8, kit.Flex(kit.NewText(b.T("ui.left.cases"), kit.TextStyle{Size: 15, Color: kit.Ink2})),
			kit.NewText(b.T("ui.count", s.Today), kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true}))),
		kit.Rule(),
	}
	names := []string{"F1", "F2", "F3", "F4", "F6", "F7", "F10"}
	if s.Stage == desk.StageSignIn || s.Stage == desk.StageLocked {
		names = []string{"F1", "F6", "F7"}
	} else {
		objects = append(objects, kit.Row(8, kit.Flex(kit.NewText(b.T("ui.left.unfinished"), kit.TextStyle{Size: 15, Color: kit.Ink2})),
			kit.NewText(b.T("ui.count", len(s.Unfinished)), kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true})), kit.Rule())
		if s.Staffed {
			names = append(names, "F12")
		}
	}
	objects = append(objects,
		kit.Row(8, kit.Flex(kit.NewText(b.T("ui.left.waiting"), kit.TextStyle{Size: 15, Color: kit.Ink2})),
			kit.NewText(b.T("ui.entries", s.Queue.Waiting), kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true})),
		kit.Rule(),
	)
	keys := []fyne.CanvasObject{kit.Inset(24, 0, 4, 0, kit.Small(b.T("ui.left.keys"), kit.Ink2))}
	for _, k := range names {
		keys = append(keys, kit.Row(12, kit.Sized(kit.Em(36), 0, kit.KeyCap(k)),
			kit.Flex(kit.NewText(b.T("ui.key."+k), kit.TextStyle{Size: 14, Color: kit.Ink2}))))
	}
	return kit.Scroll(kit.Inset(24, 20, 24, 20, kit.Column(10, append(objects, keys...)...)))
}

func (b *Bench) railStep(s desk.Snapshot, r desk.RailStep) kit.RailStep {
	out := kit.RailStep{Label: b.T("step." + string(r.Kind)), Tone: kit.Ink2}
	switch r.State {
	case desk.RailDone:
		out.State = kit.StepDone
		out.Note, out.Tone = b.sent(r)
		if r.Skipped {
			out.State = kit.StepSkipped
			out.Note = b.T("ui.rail.skipped") + " · " + out.Note
		}
		if r.Kind == casework.Authorized && s.Case.Method != "" {
			note := out.Note
			if r.Send != casework.Committed { // three things are too long for the column
				_, note, _ = strings.Cut(note, " · ")
			}
			out.Note = b.T("ui.method."+string(s.Case.Method)) + " · " + note
			if s.Case.Acting != nil {
				out.Label += " · " + b.actingMark(*s.Case.Acting)
			}
		}
	case desk.RailNow:
		out.State = kit.StepNow
		out.Note = b.T("ui.now." + string(s.Stage))
		if r.Kind == casework.Authorized && s.Case.Acting != nil {
			out.Note += " · " + b.actingMark(*s.Case.Acting)
		}
	default:
		switch {
		case r.Kind == casework.Retrieved:
			out.Note = b.kindsOf(s.Case.Item)
		case r.Optional:
			out.Note = b.T("ui.rail.optional")
		}
	}
	return out
}

// sent says when a step was taken and where it is on its way to the ledger.
func (b *Bench) sent(r desk.RailStep) (string, fyne.ThemeColorName) {
	switch r.Send {
	case casework.Committed:
		return clock(r.Time) + " · " + b.T("ui.chain.on"), kit.Done
	case casework.Refused:
		return clock(r.Time) + " · " + b.T("ui.chain.refused"), kit.Failed
	}
	since := r.Queued
	if since.IsZero() {
		since = r.Time
	}
	return clock(r.Time) + " · " + b.T("ui.chain.waiting", b.Age(since)), kit.Wait
}

// actingMark is the short word for who acts: of an entity somebody always does, so
// the word is their role.
func (b *Bench) actingMark(a casework.Acting) string {
	if a.Role.ForEntity() {
		return b.T("acting.role." + string(a.Role))
	}
	return b.T("ui.acting.mark")
}

// ActingIn is the word for that somebody acts in a case of an item, where nothing but
// the commitment to who it was is at hand.
func (b *Bench) ActingIn(code casework.ItemCode) string {
	if item, ok := b.Catalogue.Item(code); ok && casework.ForEntity(item.Needs, b.Catalogue.Kind) {
		return b.T("ui.acting.mark.entity")
	}
	return b.T("ui.acting.mark")
}
