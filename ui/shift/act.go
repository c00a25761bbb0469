package shift

import (
	"context"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// line is one case of the list.
type line struct {
	id      casework.CaseID
	refused casework.RefusalKind // why the ledger refused it; "": it did not
	row     *kit.Tap
}

func (p *Page) doPrimary() {
	if p.snap.Shift.Closed {
		p.b.Run(p.primary, p.b.Desk.OpenCounter)
		return
	}
	h := desk.HandOver{To: p.to.Text, Note: p.note}
	p.b.Run(p.primary, func(ctx context.Context) error { return p.b.Desk.CloseCounter(ctx, h) })
}

func (p *Page) move(by int) {
	if len(p.lines) > 0 {
		p.take(min(max(p.mark+by, 0), len(p.lines)-1))
	}
}

func (p *Page) take(i int) {
	p.mark = i
	p.drawList()
	kit.Reveal(p.waits, p.lines[i].row)
}

func (p *Page) marked() *line {
	if p.mark < len(p.lines) {
		return &p.lines[p.mark]
	}
	return nil
}

// on does an intent about the marked case.
func (p *Page) on(button *kit.Button, done string, intent func(ctx context.Context, id casework.CaseID) error) {
	l := p.marked()
	if l == nil {
		return
	}
	id := l.id
	p.b.Run(button, func(ctx context.Context) error {
		err := intent(ctx, id)
		if err == nil {
			p.tell(kit.Ink2, done)
			p.Reload()
		}
		return err
	})
}

func (p *Page) doAgain() { p.on(p.again, p.b.T("ui.shift.again.done"), p.b.Desk.SendAgain) }

func (p *Page) doSeen() { p.on(p.seen, p.b.T("ui.shift.seen.done"), p.b.Desk.NoteSeen) }

func (p *Page) doExport() {
	l := p.marked()
	if l == nil {
		return
	}
	id := l.id
	p.b.Run(p.export, func(ctx context.Context) error {
		path, err := p.b.Desk.Export(ctx, id)
		if err == nil {
			p.tell(kit.Ink2, p.b.T("ui.shift.saved", path))
		}
		return err
	})
}

// doSave writes what is shown as a file.
func (p *Page) doSave() {
	if p.b.Save == nil || !p.read {
		return
	}
	s := desk.ShiftSummary{Hall: p.snap.Hall, Counter: p.snap.Counter, Made: p.b.Now(), Last: p.snap.Shift.Last, Left: p.left0}
	p.save.Lock(true)
	p.b.Load(func(context.Context) func() {
		path, err := p.b.Save(s)
		return func() {
			p.save.Lock(false)
			if err != nil {
				p.say(kit.Failed, p.b.T("ui.shift.unsaved"))
				return
			}
			p.say(kit.Ink2, p.b.T("ui.shift.saved", path))
		}
	})
}
