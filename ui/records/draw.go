package records

import (
	"context"
	"encoding/json"
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/ui/kit"
)

func (p *Page) draw() {
	p.rows = nil
	var objects []fyne.CanvasObject
	for i := range p.records {
		row := kit.NewTap(kit.Inset(8, 12, 8, 12, p.line(p.records[i])), func() { p.take(i) })
		row.Mark(i == p.mark)
		p.rows = append(p.rows, row)
		objects = append(objects, row)
	}
	if len(objects) == 0 {
		key := "ui.records.none"
		if p.failed != "" {
			key = "refusal." + string(p.failed) + ".what"
		}
		objects = append(objects, kit.Inset(16, 16, 16, 16, kit.Lead(p.b.T(key))))
	}
	p.list.Objects = objects
	p.list.Refresh()
	p.object.Refresh()
	p.drawDetail()
}

func (p *Page) line(r casework.CaseRecord) fyne.CanvasObject {
	words, ink, soft := p.state(r)
	return kit.Row(12,
		kit.Flex(kit.Column(1, kit.NewText(p.b.ItemName(r.Item), kit.TextStyle{Size: 15, Color: kit.Ink}),
			kit.Small(string(r.Number)+" · "+r.Opened.Local().Format(time.TimeOnly)+p.marks(r), kit.Ink2))),
		kit.Badge(words, ink, soft))
}

// marks says that a case stands on paper, and that somebody acts in it.
func (p *Page) marks(r casework.CaseRecord) (words string) {
	acting := false
	for _, s := range r.Steps {
		if s.Kind == casework.Authorized {
			acting = !s.Body.Acting.IsZero()
		}
	}
	if r.Standing.Paper {
		words += " · " + p.b.T("ui.method.paper")
	}
	if acting {
		words += " · " + p.b.Acting(r.Item)
	}
	return words
}

// state says how a case stands and whether the ledger has all of it.
func (p *Page) state(r casework.CaseRecord) (string, fyne.ThemeColorName, fyne.ThemeColorName) {
	waiting, refused := 0, false
	for _, s := range r.Steps {
		if s.Send == casework.Refused {
			refused = true
		} else if s.Send != casework.Committed {
			waiting++
		}
	}
	switch {
	case refused:
		return p.b.T("ui.chain.refused"), kit.Failed, kit.FailedSoft
	case !r.Standing.State.Ended():
		return p.b.T("ui.records.open"), kit.Primary, kit.PrimarySoft
	case waiting > 0:
		return p.b.T("ui.records.waiting", waiting), kit.Wait, kit.WaitSoft
	case r.Standing.State == casework.StateAbandoned:
		return p.b.T("step.abandoned"), kit.Ink2, kit.Bar
	}
	return p.b.T("ui.records.complete"), kit.Done, kit.DoneSoft
}

func (p *Page) drawDetail() {
	r := p.marked()
	p.export.Allow(r != nil && p.b.May(casework.ExportCase))
	p.resume.Allow(r != nil && p.b.May(casework.Serve) && !r.Standing.State.Ended() && p.b.Idle())
	if r == nil {
		p.detail.Objects = []fyne.CanvasObject{kit.Card("", nil, kit.Lead(p.b.T("ui.records.choose")))}
		p.detail.Refresh()
		return
	}
	objects := []fyne.CanvasObject{}
	if p.said != "" {
		objects = append(objects, kit.Hint(p.b.T("ui.records.exported"), p.said, nil))
	}
	var rows []fyne.CanvasObject
	for i, s := range r.Steps {
		if i > 0 {
			rows = append(rows, kit.Rule())
		}
		rows = append(rows, p.step(r.Item, s))
	}
	number := kit.Small(string(r.Number), kit.Ink2)
	steps := kit.Card(p.b.ItemName(r.Item), number, rows...)
	if p.content != nil { // asked for: where it can be seen
		objects = append(objects, p.contentCard(), steps)
	} else {
		objects = append(objects, steps, p.contentCard())
	}
	p.detail.Objects = []fyne.CanvasObject{kit.Scroll(kit.Inset(2, 2, 2, 2, kit.Column(16, objects...)))}
	p.detail.Refresh()
}

func (p *Page) step(item casework.ItemCode, s casework.StepRecord) fyne.CanvasObject {
	words, tone := p.b.T("ui.chain.waiting", p.b.Age(s.Time)), kit.Wait
	switch s.Send {
	case casework.Committed:
		words, tone = p.b.T("ui.chain.height", s.Height), kit.Done
	case casework.Refused:
		words, tone = p.b.T("refusal."+string(s.Refusal)+".what"), kit.Failed
	}
	name := p.b.T("step." + string(s.Kind))
	if s.Body.Reason != "" {
		name += " · " + p.b.T("reason."+string(s.Body.Reason))
	}
	if s.Body.Method != "" && s.Kind == casework.Authorized {
		name += " · " + p.b.T("method."+string(s.Body.Method))
	}
	if !s.Body.Acting.IsZero() {
		name += " · " + p.b.Acting(item)
	}
	below := s.Time.Local().Format(time.TimeOnly) + " · "
	if !s.OnChain.IsZero() {
		below += p.b.T("ui.records.onchain", s.OnChain.Local().Format(time.TimeOnly)) + " · "
	}
	below += p.b.T("ui.records.digest", s.Digest.String()[:16])
	return kit.Column(1,
		kit.Row(12, kit.Flex(kit.NewText(name, kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true})),
			kit.Sized(kit.Em(180), 0, kit.NewText(words, kit.TextStyle{Size: 15, Color: tone, Align: fyne.TextAlignTrailing}))),
		kit.Row(0, kit.Flex(kit.Small(below, kit.Ink2))))
}

// contentCard shows the confirmed form once the clerk asked for it.
func (p *Page) contentCard() fyne.CanvasObject {
	if !p.unbound.IsZero() { // nothing is left that F9 could show
		return kit.Card(p.b.T("ui.records.content"), nil, kit.Note(p.b.T("ui.records.unbound", p.unbound.Local().Format(time.DateTime)), kit.Wait))
	}
	if !p.b.May(casework.ReadContent) {
		return kit.Card(p.b.T("ui.records.content"), nil, kit.Note(p.b.T("ui.records.notyours"), kit.Ink2))
	}
	hint := kit.NewTap(kit.KeyHint("F9", p.b.T("ui.records.show")), p.open)
	if p.content == nil {
		return kit.Card(p.b.T("ui.records.content"), hint, kit.Note(p.b.T("ui.records.hidden"), kit.Ink2))
	}
	var rows []fyne.CanvasObject
	for _, v := range p.content {
		value := v.Value
		if v.Paper && value != casework.AsShown {
			value += " · " + p.b.T("ui.form.paper")
		}
		rows = append(rows, kit.RowTop(16, kit.Sized(kit.Em(148), 0, kit.NewText(v.Label, kit.TextStyle{Size: 15, Color: kit.Ink2, Wrap: true})),
			kit.Flex(kit.Body(value))))
	}
	if len(rows) == 0 {
		rows = append(rows, kit.Note(p.b.T("ui.records.empty"), kit.Ink2))
	}
	return kit.Card(p.b.T("ui.records.content"), nil, rows...)
}

// open reads the form of the newest confirmation, after who acted for whom.
func (p *Page) open() {
	r := p.marked()
	if r == nil || !p.b.May(casework.ReadContent) {
		return
	}
	id, steps := r.ID, []int{0, 0}
	for _, s := range r.Steps {
		switch {
		case s.Kind == casework.Authorized && s.Body.Acting.IsZero():
			steps[0] = 0
		case s.Kind == casework.Authorized:
			steps[0] = s.Seq
		case s.Kind == casework.Confirmed:
			steps[1] = s.Seq
		}
	}
	p.b.Load(func(ctx context.Context) func() {
		form := []casework.FormValue{}
		for _, seq := range steps {
			if seq == 0 {
				continue
			}
			if list, err := p.b.Desk.Content(ctx, id, seq); err == nil {
				form = append(form, p.formOf(list)...)
			}
		}
		return func() {
			if now := p.marked(); now != nil && now.ID == id {
				p.content = form
				p.drawDetail()
			}
		}
	})
}

// formOf returns the lines that a step's content has: who acted, or the form.
func (p *Page) formOf(list []casework.Attachment) []casework.FormValue {
	var form []casework.FormValue
	for _, a := range list {
		var who casework.Acting
		switch {
		case a.Name == "fields" && json.Unmarshal(a.Content, &form) != nil:
			return nil
		case a.Name == "acting" && json.Unmarshal(a.Content, &who) == nil:
			role := p.b.T("acting.role." + string(who.Role))
			form = append(form, casework.FormValue{Label: p.b.T("citizen.confirm-acting-label"), Value: p.b.T("citizen.confirm-acting", who.Name, role, who.For)})
		}
	}
	return form
}
