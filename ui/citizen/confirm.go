package citizen

import (
	"image"

	"counterfoil/app/casework"
)

// row is one line of the form as it is laid out.
type row struct {
	label, value []string
	height       int
	air          int // room to spare
}

// confirm draws one page of the filled form. Agreeing is possible on the last
// page only: nobody can agree to what was never on the display.
func (p *page) confirm() {
	l := p.look
	buttons := p.bar(10, 10)
	rows := p.rows()
	top := l.head + l.gap/2
	room := buttons[0].Min.Y - l.gap/2 - top
	starts := paginate(rows, room)
	p.pages = len(starts)
	at := min(max(p.screen.Page, 0), p.pages-1)
	title := p.text("confirm-title", p.screen.Item)
	if p.pages > 1 {
		title = p.text("confirm-title-page", at+1, p.pages, p.screen.Item)
	}
	p.header(title, true)
	end := len(rows)
	if at+1 < p.pages {
		end = starts[at+1]
	}
	p.drawRows(spread(rows[starts[at]:end], room, l.gap), top)
	p.answers(at)
}

// answers draws the buttons. Refusing is as large as agreeing; the way to the
// next page lies apart from agreeing, so that a double tap agrees to nothing.
func (p *page) answers(at int) {
	if p.pages == 1 {
		b := p.bar(1, 1)
		p.button(b[0], equal, casework.TouchRefuse, p.text("refuse"))
		p.button(b[1], primary, casework.TouchAgree, p.text("confirm-agree"))
		return
	}
	b := p.bar(9, 5, 5, 9)
	p.button(b[0], equal, casework.TouchRefuse, p.text("refuse"))
	p.button(b[1], roleIf(at > 0, quiet), casework.TouchPrevious, p.text("previous"))
	if at+1 < p.pages {
		p.button(b[2], primary, casework.TouchNext, p.text("next"))
		p.button(b[3], resting, "", p.text("confirm-read-on"))
		return
	}
	p.button(b[2], resting, "", p.text("next"))
	p.button(b[3], primary, casework.TouchAgree, p.text("confirm-agree"))
}

func roleIf(on bool, r role) role {
	if on {
		return r
	}
	return resting
}

// form is the form's lines, after who acts for whom.
func (p *page) form() []casework.FormValue {
	a := p.screen.Acting
	if a == nil {
		return p.screen.Form
	}
	role := p.d.texts(p.lang, "acting.role."+string(a.Role))
	first := casework.FormValue{Label: p.text("confirm-acting-label"), Value: p.text("confirm-acting", a.Name, role, a.For)}
	if a.Name == casework.AsShown || a.For == casework.AsShown { // the clerk read who it is and wrote no names
		first.Value = p.text("confirm-acting-shown", role)
	}
	return append([]casework.FormValue{first}, p.screen.Form...)
}

// labelWidth is what the widest label takes, at most a third of the page.
func (p *page) labelWidth() int {
	l, w := p.look, 0
	for _, v := range p.form() {
		w = max(w, p.d.fonts.width(style{size: l.small}, v.Label))
	}
	return min(w, (p.size.X-2*l.margin)*32/100)
}

// rows lays the form out. Values are in the regular weight: it has the rare
// characters of names.
func (p *page) rows() []row {
	l := p.look
	lw := p.labelWidth()
	width := p.size.X - 2*l.margin - lw - l.gap
	var out []row
	for _, v := range p.form() {
		value := v.Value
		if value == "" {
			value = "—"
		}
		if value == casework.AsShown {
			value = p.text("confirm-as-shown")
		}
		if v.Paper && v.Value != "" && v.Value != casework.AsShown { // what the original shows says so itself
			value += p.text("confirm-paper")
		}
		r := row{label: p.lines(v.Label, lw, 3, style{size: l.small}), value: wrap(value, width, 1000, func(t string) int { return p.d.fonts.width(style{size: l.value}, t) })}
		r.height = max(len(r.label)*lineHeight(l.small), len(r.value)*lineHeight(l.value)) + l.gap/2
		out = append(out, r)
	}
	return p.split(out)
}

// split breaks a value that is higher than a page into several rows: 经营范围
// can be a page of text by itself.
func (p *page) split(rows []row) []row {
	l := p.look
	room := p.size.Y - l.head - l.gap - l.button - l.margin
	most := max((room-l.gap)/lineHeight(l.value), 1)
	var out []row
	for _, r := range rows {
		for len(r.value) > most {
			out = append(out, row{label: r.label, value: r.value[:most], height: most*lineHeight(l.value) + l.gap/2})
			r.value = r.value[most:]
			r.height = max(len(r.label)*lineHeight(l.small), len(r.value)*lineHeight(l.value)) + l.gap/2
		}
		out = append(out, r)
	}
	return out
}

// paginate returns the first row of every page; there is at least one page.
func paginate(rows []row, room int) []int {
	starts, used := []int{0}, 0
	for i, r := range rows {
		if used > 0 && used+r.height > room {
			starts, used = append(starts, i), 0
		}
		used += r.height
	}
	return starts
}

// spread gives a page's rows the room that it has left, up to most pixels each.
func spread(rows []row, room, most int) []row {
	used := 0
	for _, r := range rows {
		used += r.height
	}
	out := make([]row, len(rows))
	for i, r := range rows {
		r.air = min(max(room-used, 0)/len(rows), most)
		out[i] = r
	}
	return out
}

func (p *page) drawRows(rows []row, y int) {
	l := p.look
	lw := p.labelWidth()
	for i, r := range rows {
		if i > 0 {
			fill(p.img, image.Rect(l.margin, y, p.size.X-l.margin, y+1), l.line)
		}
		top := y + l.gap/4 + r.air/2
		// the label's first line stands on the baseline of the value's
		base := baseline(top+lineHeight(l.value)/2, l.value)
		for k, text := range r.label {
			p.d.fonts.draw(p.img, l.margin, base+k*lineHeight(l.small), style{size: l.small}, l.soft, text)
		}
		for k, text := range r.value {
			p.d.fonts.draw(p.img, l.margin+lw+l.gap, base+k*lineHeight(l.value), style{size: l.value}, l.ink, text)
		}
		y += r.height + r.air
	}
}
