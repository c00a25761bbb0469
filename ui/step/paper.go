package step

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// The rows of the page that are not a licence's.
const (
	rowWay    = "way"
	rowReason = "reason"
	rowPerson = "person"
	rowActing = "acting"
	rowName   = "name"
	rowNumber = "number"
	rowFor    = "for"
	rowBasis  = "basis"
)

// The answers that more than one row has.
const (
	byPaper  = "paper"
	byPhone  = "phone"
	yes      = "yes"
	no       = "no"
	themself = "self"
)

// Paper notes what the clerk saw on paper: the originals of somebody without a
// phone, or of anybody while the centre is away, and who acts for the citizen.
// Each row is answered by a number; the next one follows by itself, so that the
// keypad is enough. Nothing of it is kept before Enter.
type Paper struct {
	*frame
	last   desk.Snapshot
	answer map[string]string
	cursor string // the row that takes the keys; "" for none
	wrong  bool   // the number that was typed fails its check
	offer  *kit.Choices
	entry  *kit.Entry
}

func newPaper(b *Bench) *Paper {
	p := &Paper{answer: map[string]string{}}
	leave := kit.NewButton(kit.SecondaryButton, b.T("ui.back"), "Esc", func() { p.leave() })
	done := kit.NewButton(kit.PrimaryButton, b.T("ui.paper.done"), "Enter", nil)
	done.Means(b.T("ui.paper.done"), "Enter", func() { p.keep() })
	p.frame = newFrame(b, "paper", leave, nil, done)
	return p
}

// Show draws the rows once; afterwards only a refusal comes from the desk.
func (p *Paper) Show(s desk.Snapshot) {
	first := p.last.Case == nil
	p.last = s
	p.refuse(s.Problem)
	if first && s.Case != nil {
		p.begin()
		p.draw()
	}
}

// begin takes over what was noted before, and what follows by itself.
func (p *Paper) begin() {
	if p.entity() {
		p.answer[rowWay] = byPaper // of an entity the phone says who acts
	}
	if a := p.last.Case.Acting; a != nil {
		p.answer[rowWay], p.answer[rowActing] = byPhone, string(a.Role)
		p.answer[rowName], p.answer[rowNumber], p.answer[rowFor], p.answer[rowBasis] = a.Name, a.Number, a.For, a.Basis
	}
	p.next("")
}

func (p *Paper) entity() bool { return p.last.Case.Item.Audience == casework.LegalEntity }

// rows returns the rows to answer, in their order; an answer may bring more.
func (p *Paper) rows() []string {
	var rows []string
	if !p.entity() {
		rows = append(rows, rowWay)
	}
	if p.answer[rowWay] == byPaper {
		rows = append(rows, rowReason)
		for _, n := range p.last.Case.Item.Needs {
			rows = append(rows, string(n.Kind))
		}
		rows = append(rows, rowPerson)
	}
	if p.answer[rowWay] != "" {
		rows = append(rows, rowActing)
	}
	if a := p.answer[rowActing]; a != "" && a != themself {
		rows = append(rows, rowName, rowNumber, rowFor, rowBasis)
	}
	return rows
}

// next puts the cursor on the first row behind after that has no answer.
func (p *Paper) next(after string) {
	rows := p.rows()
	p.cursor = ""
	for i := range rows {
		row := rows[(slices.Index(rows, after)+1+i)%len(rows)]
		if p.answer[row] == "" {
			p.cursor = row
			break
		}
	}
	p.primary.Allow(p.cursor == "")
}

func (p *Paper) set(row, value string) {
	p.answer[row], p.wrong = value, false
	p.next(row)
	p.draw()
}

// step goes to the row behind the cursor, answered or not.
func (p *Paper) step() {
	rows := p.rows()
	p.wrong = false
	i := slices.Index(rows, p.cursor) + 1
	if p.cursor = ""; i < len(rows) {
		p.cursor = rows[i]
	}
	p.draw()
}

func (p *Paper) keep() {
	acting := p.acting()
	if p.answer[rowWay] == byPhone {
		p.b.Run(p.primary, func(ctx context.Context) error { return p.b.Desk.Act(ctx, acting) })
		return
	}
	o := desk.PaperOriginals{Compared: p.answer[rowPerson] == yes, Reason: casework.PaperReason(p.answer[rowReason]), Acting: acting}
	for _, n := range p.last.Case.Item.Needs {
		if p.answer[string(n.Kind)] == yes {
			o.Kinds = append(o.Kinds, n.Kind)
		}
	}
	p.b.Run(p.primary, func(ctx context.Context) error { return p.b.Desk.Paper(ctx, o) })
}

func (p *Paper) acting() *casework.Acting {
	role := p.answer[rowActing]
	if role == themself || role == "" {
		return nil
	}
	return &casework.Acting{Role: casework.Role(role), Name: p.answer[rowName], Number: p.answer[rowNumber], For: p.answer[rowFor], Basis: p.answer[rowBasis]}
}

func (p *Paper) leave() { p.b.Run(nil, p.b.Desk.LeaveOriginals) }

// written keeps what stands in the entry; nothing stands for "as the original
// shows", which also serves whoever has no 公民身份号码.
func (p *Paper) written() {
	text := strings.TrimSpace(p.entry.Text)
	if text == "" {
		text = casework.AsShown
	}
	if p.cursor == rowNumber && text != casework.AsShown && !casework.CheckCitizenNumber(text) {
		p.answer[rowNumber], p.wrong = "", true
		p.primary.Allow(false)
		p.draw()
		p.entry.End(text)
		return
	}
	p.set(p.cursor, text)
}

// Key takes the choices' keys, F8 for the next row, and Escape to go back.
func (p *Paper) Key(name fyne.KeyName) bool {
	switch {
	case name == fyne.KeyEscape:
		p.leave()
	case name == fyne.KeyF8:
		p.step()
	case p.offer != nil && p.offer.Key(name):
	default:
		return p.frame.Key(name)
	}
	return true
}

// Rune takes a choice by its number; + goes to the next row, - goes back.
func (p *Paper) Rune(r rune) bool {
	switch {
	case r == '+':
		p.step()
	case r == '-':
		p.leave()
	case p.offer != nil && p.offer.Digit(r):
		if p.entry != nil { // the next row is written: the digit's own rune is not for it
			p.entry.Follows(r)
		}
	default:
		return false
	}
	return true
}
