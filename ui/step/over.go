package step

import (
	"context"

	"counterfoil/app/casework"
	"counterfoil/ui/kit"
)

// AskOver asks why the case is to end, numbered; the last choice puts it aside
// instead.
func AskOver(b *Bench) {
	reasons := []casework.ReasonCode{casework.CitizenLeft, casework.CitizenRefused, casework.ClerkGaveUp}
	var labels []string
	for _, r := range reasons {
		labels = append(labels, b.T("reason."+string(r)))
	}
	labels = append(labels, b.T("ui.over.aside"))
	offer := kit.NewChoices(labels, -1, func(i int) {
		b.Shut()
		b.Run(nil, func(ctx context.Context) error {
			if i == len(reasons) {
				return b.Desk.SetAside(ctx)
			}
			return b.Desk.Abandon(ctx, reasons[i])
		})
	})
	b.Ask(&kit.Dialog{Title: b.T("ui.over.title"), Body: kit.Body(b.T("ui.over.lead")), Choices: offer,
		Close: kit.NewButton(kit.SecondaryButton, b.T("ui.back"), "Esc", b.Shut)})
}

// AskAside asks before a case is put aside for another one.
func AskAside(b *Bench) {
	yes := kit.NewButton(kit.PrimaryButton, b.T("ui.aside.do"), "Enter", func() {
		b.Shut()
		b.Run(nil, b.Desk.SetAside)
	})
	b.Ask(&kit.Dialog{Title: b.T("ui.aside.title"), Body: kit.Body(b.T("ui.aside.lead")), Primary: yes,
		Close: kit.NewButton(kit.SecondaryButton, b.T("ui.back"), "Esc", b.Shut)})
}
