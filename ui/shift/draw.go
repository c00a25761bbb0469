package shift

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// most is how many cases of a kind are drawn; the numbers above count them all.
const most = 100

// tell says something below the page, from beside the window.
func (p *Page) tell(color fyne.ThemeColorName, words string) {
	p.b.Load(func(context.Context) func() { return func() { p.say(color, words) } })
}

func (p *Page) say(color fyne.ThemeColorName, words string) {
	p.said.Paint(color)
	p.said.Set(words)
	p.object.Refresh()
}

// draw brings the page to the snapshot, when something that it shows has changed.
func (p *Page) draw() {
	if !p.chosen {
		p.note = proposed(p.left0.Counts())
	}
	s := p.snap
	now := fmt.Sprint(s.Shift, desk.Checks(s, p.b.Now()), s.Queue.Waiting, p.note, p.read, p.failed, p.left0, p.b.Age(s.Queue.Oldest))
	if now == p.drawn {
		return
	}
	p.drawn = now
	cards := []fyne.CanvasObject{p.checks()}
	if s.Shift.Closed {
		if c := s.Shift.Closing; c.Seq > 0 {
			cards = append(cards, p.handedOver(c))
		}
	} else {
		cards = []fyne.CanvasObject{p.handOver(), p.checks()}
	}
	p.left.Objects = []fyne.CanvasObject{kit.Column(14, cards...)}
	p.left.Refresh()
	p.primary.Allow(s.Shift.Closed || p.read)
	p.save.Allow(p.read)
	p.drawList()
}

// proposed is the note that a closing has until a person chooses another.
func proposed(l casework.Left) casework.HandOverNote {
	switch {
	case l.Refused > 0:
		return casework.LedgerRefusal
	case l.Cases > 0:
		return casework.LineAway
	case l.Unfinished > 0:
		return casework.CitizenReturns
	}
	return casework.NothingLeft
}

// handOver asks to whom, and why something waits.
func (p *Page) handOver() fyne.CanvasObject {
	var labels []string
	mark := 0
	for i, n := range casework.HandOverNotes() {
		labels = append(labels, p.b.T("ui.shift.note."+string(n)))
		if n == p.note {
			mark = i
		}
	}
	notes := kit.NewChoices(labels, mark, func(i int) { p.choose(casework.HandOverNotes()[i]) })
	return kit.Card(p.b.T("ui.shift.handover"), nil,
		kit.Body(p.b.T("ui.shift.to")), kit.Field(p.to, kit.KeyCap("0")),
		kit.Body(p.b.T("ui.shift.why")), notes.Object)
}

// handedOver tells what the last closing left, and to whom.
func (p *Page) handedOver(c casework.ShiftChange) fyne.CanvasObject {
	who := p.b.T("ui.shift.last.closed", when(c.Time, p.b.Now()), c.Clerk)
	if c.Clerk == "" {
		who = p.b.T("ui.shift.last.closed.nobody", when(c.Time, p.b.Now()))
	}
	to := p.b.T("ui.shift.last.next")
	if c.To != "" {
		to = p.b.T("ui.shift.last.to", c.To)
	}
	l := c.Left
	return kit.Card(p.b.T("ui.shift.last"), nil, kit.Body(who), kit.Body(to),
		kit.Body(p.b.T("ui.shift.note."+string(c.Note))),
		kit.Note(p.b.T("ui.shift.counts", l.Cases, l.Steps, l.Refused, l.Unfinished, l.Evidence), kit.Ink2))
}

// when is a time of today, or of another day with its date.
func when(t, now time.Time) string {
	if t.Local().Format(time.DateOnly) == now.Local().Format(time.DateOnly) {
		return t.Local().Format("15:04")
	}
	return t.Local().Format("2006-01-02 15:04")
}

func (p *Page) checks() fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, c := range desk.Checks(p.snap, p.b.Now()) {
		color, words := p.check(c)
		text := []fyne.CanvasObject{kit.Body(words)}
		if advice := p.advice(c); advice != "" {
			text = append(text, kit.Note(advice, kit.Ink2))
		}
		rows = append(rows, kit.RowTop(10, kit.Inset(kit.Em(6), 0, 0, 0, kit.Dot(color, 11)), kit.Flex(kit.Column(2, text...))))
	}
	return kit.Card(p.b.T("ui.shift.checks"), nil, rows...)
}

func (p *Page) check(c desk.Checked) (fyne.ThemeColorName, string) {
	switch c.Of {
	case casework.CheckClock:
		return tone(c.Light.State), p.clock(p.snap.Shift.Clock)
	case casework.CheckQueue:
		return tone(c.Light.State), p.queue()
	case casework.CheckLedger, casework.CheckCentre:
		c.Light.Name = "" // an address is on the settings page
	}
	return p.b.Light(c.Light, "ui."+string(c.Of))
}

func tone(s desk.LightState) fyne.ThemeColorName {
	switch s {
	case desk.Good:
		return kit.Done
	case desk.Waiting:
		return kit.Wait
	case desk.Failed:
		return kit.Failed
	}
	return kit.Ink3
}

// clock says how the counter's clock stands, in words.
func (p *Page) clock(c casework.Clock) string {
	switch off := c.Offset.Abs(); {
	case !c.Known:
		return p.b.T("ui.shift.clock.unknown")
	case off < 5*time.Second: // what is known of it is a second or two
		return p.b.T("ui.shift.clock.good")
	case c.Offset > 0:
		return p.b.T("ui.shift.clock.ahead", p.span(off))
	default:
		return p.b.T("ui.shift.clock.behind", p.span(off))
	}
}

// span is how long something is, in the largest unit that fits.
func (p *Page) span(d time.Duration) string { return p.b.Age(p.b.Now().Add(-d)) }

func (p *Page) queue() string {
	q := p.snap.Queue
	switch {
	case q.Refused > 0:
		return p.b.T("ui.shift.queue.refused", q.Refused)
	case q.Waiting > 0:
		return p.b.T("ui.ledger.waiting", q.Waiting, p.b.Age(q.Oldest))
	}
	return p.b.T("ui.shift.queue.empty")
}

// advice says what follows from a check that is not good, and what to do.
func (p *Page) advice(c desk.Checked) string {
	key := "refusal." + string(c.Light.Reason) + ".do"
	switch {
	case c.Light.State == desk.Good:
		return ""
	case c.Of == casework.CheckClock && c.Light.State == desk.Unknown:
		return ""
	case c.Of == casework.CheckClock && c.Light.Reason == "":
		key = "ui.shift.clock.behind.do"
	case c.Light.Reason == "":
		return ""
	}
	return p.b.T(key)
}

// drawList draws what waits: for the ledger or a person, and for the citizen. Below
// the marked case stands why it is refused and what can be done.
func (p *Page) drawList() {
	waiting, unfinished := p.left0.Waiting[:min(len(p.left0.Waiting), most)], p.left0.Unfinished[:min(len(p.left0.Unfinished), most)]
	p.lines, p.mark = nil, min(p.mark, max(len(waiting)+len(unfinished)-1, 0))
	p.again.Allow(false)
	p.seen.Allow(false)
	n := p.left0.Counts()
	var cards []fyne.CanvasObject
	add := func(title string, rows []fyne.CanvasObject) {
		if len(rows) > 0 {
			cards = append(cards, kit.Card(title, nil, kit.Column(0, rows...)))
		}
	}
	var rows []fyne.CanvasObject
	for _, w := range waiting {
		rows = append(rows, p.row(line{id: w.ID, refused: w.Refusal}, w.Item, w.Number, p.waitingWords(w), p.b.Age(w.Since))...)
	}
	add(p.b.T("ui.shift.waiting", n.Cases, n.Steps), rows)
	rows = nil
	for _, u := range unfinished {
		key := "ui.shift.colleague"
		if u.Mine {
			key = "ui.shift.mine"
		}
		rows = append(rows, p.row(line{id: u.ID}, u.Item, u.Number, p.b.T("ui.idle.stands", p.b.T("step."+string(u.Step)))+" · "+p.b.T(key), p.b.Age(u.Opened))...)
	}
	add(p.b.T("ui.shift.unfinished", n.Unfinished), rows)
	if n.Evidence > 0 {
		cards = append(cards, kit.Card("", nil, kit.Body(p.b.T("ui.shift.evidence", n.Evidence))))
	}
	switch {
	case p.failed != "":
		cards = []fyne.CanvasObject{kit.Notice(p.b.T("refusal."+string(p.failed)+".what"), p.b.T("refusal."+string(p.failed)+".do"), "", nil)}
	case !p.read:
		cards = []fyne.CanvasObject{kit.Card(p.b.T("ui.shift.reading"), nil, kit.Skeleton(0.7))}
	case n.Nothing():
		cards = []fyne.CanvasObject{kit.Hint(p.b.T("ui.shift.nothing"), "", nil)}
	}
	p.list.Objects = []fyne.CanvasObject{kit.Column(14, cards...)}
	p.list.Refresh()
	p.waits.Refresh()
}

func (p *Page) waitingWords(w casework.WaitingCase) string {
	step := p.b.T("ui.shift.damaged")
	if w.Step != "" {
		step = p.b.T("step." + string(w.Step))
	}
	words := p.b.T("ui.shift.from", step, strconv.Itoa(w.Steps))
	switch {
	case !w.Seen.IsZero() && w.SeenBy != "":
		words += " · " + p.b.T("ui.shift.seenby", w.SeenBy, when(w.Seen, p.b.Now()))
	case !w.Seen.IsZero():
		words += " · " + p.b.T("ui.shift.seenat", when(w.Seen, p.b.Now()))
	}
	return words
}

// row returns the line of a case, with what can be done below it when it is marked.
func (p *Page) row(l line, item casework.ItemCode, number casework.CaseNumber, words, age string) []fyne.CanvasObject {
	i := len(p.lines)
	badge := kit.Badge(age, kit.Wait, kit.WaitSoft)
	if l.refused != "" {
		badge = kit.Badge(p.b.T("ui.chain.refused"), kit.Failed, kit.FailedSoft)
	}
	content := kit.Row(12, kit.Flex(kit.Column(1, kit.NewText(p.b.ItemName(item), kit.TextStyle{Size: 15, Color: kit.Ink, Wrap: true}),
		kit.Note(string(number)+" · "+words, kit.Ink2))), badge)
	l.row = kit.NewTap(kit.Inset(8, 10, 8, 10, content), func() { p.take(i) })
	l.row.Mark(i == p.mark)
	p.lines = append(p.lines, l)
	if i != p.mark {
		return []fyne.CanvasObject{l.row}
	}
	return []fyne.CanvasObject{l.row, kit.Inset(8, 0, 12, 0, p.detail(l))}
}

// detail says of the marked case why it is refused and what a person can do.
func (p *Page) detail(l line) fyne.CanvasObject {
	p.again.Allow(l.refused != "")
	p.seen.Allow(l.refused != "")
	if l.refused == "" {
		return kit.Row(8, kit.Space(), p.export)
	}
	key := "refusal." + string(l.refused)
	return kit.Column(10, kit.Notice(p.b.T(key+".what"), p.b.T(key+".do"), p.b.T("ui.shift.refused.do"), nil),
		kit.Actions(8, p.export, p.seen, p.again))
}
