package step

import (
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// padScreen is a stage in which the citizen acts on the pad and the clerk sees
// what they see: confirm, sign, and the consent to the photo.
type padScreen struct {
	*frame
	mirror *mirror
	failed bool
}

// newPad builds a pad stage.
func newPad(b *Bench, key string, second *kit.Button) *padScreen {
	p := &padScreen{mirror: newMirror(b)}
	p.frame = newFrame(b, key, startOver(b), second, kit.NewButton(kit.PrimaryButton, b.T("ui."+key+".wait"), "", nil))
	p.fit(p.mirror.object)
	return p
}

// Close lets go of the pictures: Fyne remembers what it has painted for a minute,
// and three pictures of a pad a case are 5 MB.
func (p *padScreen) Close() { p.mirror.close() }

func (p *padScreen) Show(s desk.Snapshot) {
	p.refuse(s.Problem)
	p.mirror.show(s)
	// Confirm and sign go on by themselves when the pad is back; only the
	// photo's question has to be asked again.
	if failed := s.Problem != nil && s.Stage == desk.StageConsent; failed != p.failed {
		p.failed = failed
		if failed {
			p.primary.Means(p.b.T("ui.retry"), "Enter", func() { p.b.Run(p.primary, p.b.Desk.Retry) })
		} else {
			p.primary.Means(p.b.T("ui."+string(s.Stage)+".wait"), "", nil)
		}
	}
}

// Confirm: the citizen reads the form on the pad.
type Confirm struct{ *padScreen }

func newConfirm(b *Bench) *Confirm {
	return &Confirm{newPad(b, "confirm", recall(b))}
}

// recall returns the button that takes the form back from the pad.
func recall(b *Bench) *kit.Button {
	var back *kit.Button
	back = kit.NewButton(kit.SecondaryButton, b.T("ui.confirm.recall"), "F8", func() { b.Run(back, b.Desk.Recall) })
	return back
}

// Show says which page the citizen is on.
func (c *Confirm) Show(s desk.Snapshot) {
	c.padScreen.Show(s)
	if s.Case != nil && s.Case.Pages > 1 {
		c.mirror.page.Set(c.b.T("ui.confirm.page", s.Case.Page+1, s.Case.Pages))
	}
}

// Sign: the citizen signs; the ink appears as it is written.
type Sign struct{ *padScreen }

func newSign(b *Bench) *Sign { return &Sign{newPad(b, "sign", recall(b))} }

// Consent: the citizen is asked for the photo, apart from everything else
// (个人信息保护法 art. 29).
type Consent struct {
	*padScreen
	asked bool
}

func newConsent(b *Bench) *Consent {
	skip := kit.NewButton(kit.SecondaryButton, b.T("ui.photo.skip"), "F8", func() { b.askSkip() })
	return &Consent{padScreen: newPad(b, "consent", skip)}
}

// Show offers to skip the photo where the item allows it.
func (c *Consent) Show(s desk.Snapshot) {
	c.padScreen.Show(s)
	if s.Case != nil && !c.asked {
		c.asked = true
		c.second.Allow(skippable(s))
	}
}
