package step

import (
	"bytes"
	"context"
	"image/jpeg"

	"fyne.io/fyne/v2/canvas"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Photo shows the camera's live picture; the clerk takes it, or skips it with a
// reason where the item allows it.
type Photo struct {
	*frame
	preview *canvas.Image
	word    *kit.Text // above the picture: what is wrong with it, first of all
	warns   []casework.PictureWarning
	quarter quarter
	end     func()
}

func newPhoto(b *Bench) *Photo {
	p := &Photo{preview: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleFastest},
		word: kit.NewText(b.T("ui.photo.starting"), kit.TextStyle{Size: 13, Color: kit.Ink2})}
	take := kit.NewButton(kit.PrimaryButton, b.T("ui.photo.take"), "Enter", nil)
	take.Means(b.T("ui.photo.take"), "Enter", func() { b.Run(take, b.Desk.Photograph) })
	skip := kit.NewButton(kit.SecondaryButton, b.T("ui.photo.skip"), "F8", func() { b.askSkip() })
	p.frame = newFrame(b, "photo", startOver(b), skip, take)
	view := kit.Aspect(660.0/500, 980, kit.Layers(kit.Panel(kit.Bar, kit.Edge, 12), kit.Inset(10, 10, 10, 10, p.preview)))
	p.quarter = newQuarter(b)
	p.fit(kit.Below(8, kit.Row(12, kit.Flex(p.word), p.quarter.hint), view))
	take.Allow(false)
	p.end = b.Follow(b.Desk.Preview, p.picture)
	return p
}

func (p *Photo) picture(frame []byte) {
	img, err := jpeg.Decode(bytes.NewReader(frame))
	if err != nil { // one bad frame; the next one comes
		return
	}
	p.preview.Image = img
	p.preview.Refresh()
	p.say()
	p.primary.Allow(true)
}

// say puts the most important word above the picture. The photo can be taken all
// the same: the clerk sees what the camera sees.
func (p *Photo) say() {
	switch {
	case p.preview.Image == nil:
	case len(p.warns) > 0:
		p.word.Paint(kit.Wait)
		p.word.Set(p.b.T("picture." + string(p.warns[0])))
	default:
		p.word.Paint(kit.Ink2)
		p.word.Set(p.b.T("ui.photo.live"))
	}
}

// Rune turns the picture on 9.
func (p *Photo) Rune(r rune) bool {
	if r == '9' {
		p.quarter.turn.Press()
		return true
	}
	return p.frame.Rune(r)
}

// Show offers to skip the photo where the item allows it.
func (p *Photo) Show(s desk.Snapshot) {
	p.refuse(s.Problem)
	p.warns = s.Picture
	if s.Case != nil && s.Case.Item.PhotoOf == casework.OfDocument {
		p.lead.Set(p.b.T("ui.photo.lead.document"))
	}
	p.say()
	if s.Case != nil {
		p.second.Allow(skippable(s))
	}
}

// Close ends the preview.
func (p *Photo) Close() { p.end() }

func skippable(s desk.Snapshot) bool { return s.Case.Item.Demands.Photo == casework.PhotoOptional }

// askSkip asks why the photo is skipped, numbered.
func (b *Bench) askSkip() {
	reasons := casework.SkipReasons()
	var labels []string
	for _, r := range reasons {
		labels = append(labels, b.T("reason."+string(r)))
	}
	offer := kit.NewChoices(labels, -1, func(i int) {
		b.Shut()
		b.Run(nil, func(ctx context.Context) error { return b.Desk.SkipPhoto(ctx, reasons[i]) })
	})
	b.Ask(&kit.Dialog{Title: b.T("ui.skip.title"), Body: kit.Body(b.T("ui.skip.lead")), Choices: offer,
		Close: kit.NewButton(kit.SecondaryButton, b.T("ui.back"), "Esc", b.Shut)})
}
