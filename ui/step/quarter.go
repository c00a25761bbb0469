package step

import "counterfoil/ui/kit"

// quarter turns the camera's pictures by a quarter, by 9 or the pointer. It is a
// hint above the picture and not a third button below: that would cost the picture
// its room.
type quarter struct {
	turn *kit.Button // never shown: it is locked while a turn is under way
	hint *kit.Tap
}

func newQuarter(b *Bench) quarter {
	q := quarter{turn: kit.NewButton(kit.SecondaryButton, b.T("ui.photo.turn"), "9", nil)}
	q.turn.Means(b.T("ui.photo.turn"), "9", func() { b.Run(q.turn, b.Desk.Turn) })
	q.hint = kit.NewTap(kit.KeyHint("9", b.T("ui.photo.turn")), q.turn.Press)
	return q
}

// allow takes the hint away where there is nothing to turn.
func (q quarter) allow(yes bool) {
	q.turn.Allow(yes)
	q.hint.Hidden = !yes
}
