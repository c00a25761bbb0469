package step

import (
	"bytes"
	"image/jpeg"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Submit shows what the case holds before it is closed.
type Submit struct {
	*frame
	built uint64
}

func newSubmit(b *Bench) *Submit {
	s := &Submit{}
	submit := kit.NewButton(kit.PrimaryButton, b.T("ui.submit.do"), "Enter", nil)
	submit.Means(b.T("ui.submit.do"), "Enter", func() { b.Run(submit, b.Desk.Submit) })
	s.frame = newFrame(b, "submit", startOver(b), recall(b), submit)
	return s
}

// Show lists the steps that were taken.
func (u *Submit) Show(s desk.Snapshot) {
	u.refuse(s.Problem)
	if s.Case == nil || u.built == s.Revision {
		return
	}
	u.built = s.Revision
	steps := u.b.stepsCard(u.b.T("ui.submit.steps"), s)
	if photo := u.b.photoCard(s); photo != nil {
		steps = kit.Beside(20, 560, 0.63, steps, photo)
	}
	u.fill(steps)
}

// stepsCard lists the steps taken with their place on the ledger.
func (b *Bench) stepsCard(title string, s desk.Snapshot) *fyne.Container {
	var rows []fyne.CanvasObject
	for _, r := range s.Case.Rail {
		if r.State != desk.RailDone {
			continue
		}
		if len(rows) > 0 {
			rows = append(rows, kit.Rule())
		}
		rows = append(rows, b.stepRow(s, r))
	}
	return kit.Card(title, nil, rows...)
}

func (b *Bench) stepRow(s desk.Snapshot, r desk.RailStep) fyne.CanvasObject {
	what := b.T("step." + string(r.Kind))
	if r.Skipped {
		what += " · " + b.T("ui.rail.skipped") + b.T("ui.colon") + b.T("reason."+string(s.Case.SkipPhoto))
	}
	tone := kit.Done
	words := ""
	switch r.Send {
	case casework.Committed:
		words = b.T("ui.chain.height", r.Height)
	case casework.Refused:
		words, tone = b.T("ui.chain.refused"), kit.Failed
	default:
		words, tone = b.T("ui.chain.waiting", b.Age(r.Queued)), kit.Wait
	}
	return kit.Row(16, kit.Check(kit.Done, kit.Em(18)), kit.Flex(kit.NewText(what, kit.TextStyle{Size: 15, Color: kit.Ink})),
		kit.Sized(kit.Em(76), 0, kit.NewText(clock(r.Time), kit.TextStyle{Size: 15, Color: kit.Ink2})),
		kit.Sized(kit.Em(150), 0, kit.NewText(words, kit.TextStyle{Size: 15, Color: tone, Wrap: true, Align: fyne.TextAlignTrailing})))
}

func (b *Bench) photoCard(s desk.Snapshot) *fyne.Container {
	if len(s.Case.Photo) == 0 {
		return nil
	}
	img, err := jpeg.Decode(bytes.NewReader(s.Case.Photo))
	if err != nil {
		return nil
	}
	view := &canvas.Image{Image: img, FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}
	return kit.Card(b.T("ui.submit.photo"), nil, kit.Aspect(4.0/3, 320, view))
}
