package step

import (
	"fyne.io/fyne/v2"

	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Tap waits for the citizen's tap on the phone: the code asks for it.
type Tap struct {
	*frame
	last  desk.Snapshot
	left  *kit.Text
	built string
}

func newTap(b *Bench) *Tap {
	t := &Tap{left: kit.NewText("", kit.TextStyle{Size: 28, Color: kit.Ink, Bold: true})}
	t.frame = newFrame(b, "tap", startOver(b), otherWay(b), kit.NewButton(kit.PrimaryButton, b.T("ui.tap.wait"), "", nil))
	return t
}

// Show shows the match words and how long there is.
func (t *Tap) Show(s desk.Snapshot) {
	t.last = s
	t.refuse(s.Problem)
	if s.Case == nil || s.Case.Request == nil {
		return
	}
	r := s.Case.Request
	if state := r.MatchWords + string(r.Status); state != t.built {
		t.built = state
		words := kit.NewText(r.MatchWords, kit.TextStyle{Size: 40, Color: kit.Ink, Bold: true})
		t.fill(kit.Card(t.b.T("ui.qr.match"), nil, words, kit.Body(t.b.T("ui.tap.compare")),
			kit.Rule(), kit.Row(16, kit.Sized(kit.Em(76), 0, t.left), kit.Flex(kit.NewText(t.b.T("ui.qr."+string(r.Status)), kit.TextStyle{Size: 15, Color: kit.Ink2})))),
			t.b.needsCard(s.Case.Item))
	}
	t.Tick()
}

// Tick counts down.
func (t *Tap) Tick() {
	if t.last.Case != nil && t.last.Case.Request != nil {
		t.left.Set(minutes(t.last.Case.Request.Until.Sub(t.b.Now())))
	}
}

// Retrieve shows that licences are on their way, or why they are not; nothing
// of the person's data, whatever had arrived.
type Retrieve struct {
	*frame
	failed bool
	built  bool
}

func newRetrieve(b *Bench) *Retrieve {
	r := &Retrieve{}
	retry := kit.NewButton(kit.PrimaryButton, b.T("ui.retrieve.busy"), "", nil)
	r.frame = newFrame(b, "retrieve", startOver(b), nil, retry)
	return r
}

// Show offers to try again after a refusal.
func (r *Retrieve) Show(s desk.Snapshot) {
	r.refuse(s.Problem)
	if s.Case == nil || r.built && r.failed == (s.Problem != nil) {
		return
	}
	r.built, r.failed = true, s.Problem != nil
	if !r.failed {
		r.primary.Means(r.b.T("ui.retrieve.busy"), "", nil)
		r.fill(r.bars(s))
		return
	}
	r.primary.Means(r.b.T("ui.retry"), "Enter", func() { r.b.Run(r.primary, r.b.Desk.Retry) })
	r.fill(kit.Card(r.b.T("ui.retrieve.failed"), nil, kit.Body(r.b.T("ui.retrieve.hidden"))), r.b.needsCard(s.Case.Item))
}

func (r *Retrieve) bars(s desk.Snapshot) fyne.CanvasObject {
	var cards []fyne.CanvasObject
	for _, n := range s.Case.Item.Needs {
		var rows []fyne.CanvasObject
		for i := range min(len(n.Fields), 4) {
			rows = append(rows, kit.Row(16, kit.Sized(kit.Em(132), 0, kit.Skeleton(0.6)), kit.Flex(kit.Skeleton([]float32{0.5, 0.7, 0.4, 0.6}[i]))))
		}
		cards = append(cards, kit.Card(r.b.kindName(n.Kind), kit.Small(r.b.T("ui.retrieve.one"), kit.Ink2), rows...))
	}
	return kit.Column(20, cards...)
}
