package step

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/ui/kit"
)

// Authorize shows both ways of authorizing side by side, with nothing to choose
// first: eight cells for the code that the citizen tells, and the QR that is on
// the pad.
type Authorize struct {
	*frame
	last    desk.Snapshot
	built   bool
	failed  bool
	digits  *kit.Digits
	hint    *kit.Text
	qr      *canvas.Image
	link    string
	left    *kit.Text // until the QR expires
	status  *kit.Text
	matches *kit.Text
}

func newAuthorize(b *Bench) *Authorize {
	a := &Authorize{digits: kit.NewDigits(), hint: kit.Note(b.T("ui.code.hint"), kit.Ink2), qr: &canvas.Image{},
		left:    kit.NewText("", kit.TextStyle{Size: 28, Color: kit.Ink, Bold: true}),
		status:  kit.NewText("", kit.TextStyle{Size: 15, Color: kit.Ink2, Wrap: true}),
		matches: kit.NewText("", kit.TextStyle{Size: 18, Color: kit.Ink, Bold: true})}
	waiting := kit.NewButton(kit.PrimaryButton, b.T("ui.authorize.wait"), "", nil)
	a.frame = newFrame(b, "authorize", startOver(b), otherWay(b), waiting)
	return a
}

// otherWay leads to paper originals and to who acts for the citizen.
func otherWay(b *Bench) *kit.Button {
	other := kit.NewButton(kit.SecondaryButton, b.T("ui.paper.open"), "F8", nil)
	other.Means(b.T("ui.paper.open"), "F8", func() { b.Run(other, b.Desk.ReadOriginals) })
	return other
}

// Cells returns the eight cells.
func (a *Authorize) Cells() *kit.Digits { return a.digits }

// Show updates cells, QR and status.
func (a *Authorize) Show(s desk.Snapshot) {
	a.last = s
	if s.Case == nil {
		return
	}
	a.digits.Set(s.Case.Digits, s.Busy == desk.BusyRedeem, s.Problem != nil && !passing(s.Problem.Kind))
	if !a.built {
		a.built = true
		cards := []fyne.CanvasObject{a.ways(), a.b.needsCard(s.Case.Item)}
		if s.Case.Acting != nil {
			cards = slices.Insert(cards, 1, a.b.actingHint(*s.Case.Acting))
		}
		a.fill(cards...)
	}
	a.hint.Set(a.b.T("ui.code.hint"))
	a.hint.Paint(kit.Ink2)
	if s.Busy == desk.BusyRedeem {
		a.hint.Set(a.b.T("ui.code.checking"))
	}
	a.request(s.Case.Request)
	a.refuse(s.Problem)
	a.offerRetry(s)
}

// offerRetry makes trying again the primary action after a refusal that
// decided nothing.
func (a *Authorize) offerRetry(s desk.Snapshot) {
	if offer := s.Problem != nil && passing(s.Problem.Kind); offer != a.failed {
		a.failed = offer
		if offer {
			a.primary.Means(a.b.T("ui.retry"), "Enter", func() { a.b.Run(a.primary, a.b.Desk.Retry) })
		} else {
			a.primary.Means(a.b.T("ui.authorize.wait"), "", nil)
		}
	}
}

// passing reports whether a refusal is of the surroundings: the same try can be
// made again.
func passing(kind casework.RefusalKind) bool {
	switch kind {
	case casework.CentreUnreachable, casework.CentreFailing, casework.CentreGarbled, casework.CounterNotEnrolled,
		casework.JournalFull, casework.JournalDamaged:
		return true
	}
	return false
}

func (a *Authorize) ways() fyne.CanvasObject {
	code := kit.Card(a.b.T("ui.code.title"), nil, a.digits, a.hint)
	renew := kit.NewTap(kit.KeyHint("F5", a.b.T("ui.qr.renew")), func() { a.renew() })
	side := kit.Column(0, a.left, a.status, kit.Inset(14, 0, 0, 0, kit.Small(a.b.T("ui.qr.match"), kit.Ink2)), a.matches)
	scan := kit.Card(a.b.T("ui.qr.title"), renew, kit.RowTop(20, kit.Sized(kit.Em(132), kit.Em(132), kit.Layers(kit.Panel(kit.Bar, kit.Bar, 8), a.qr)), kit.Flex(side)))
	return kit.Beside(20, 600, 0.545, code, scan)
}

func (a *Authorize) request(r *desk.RequestView) {
	if r == nil {
		a.qr.Hide()
		a.link = ""
		a.left.Set("–:––")
		a.left.Paint(kit.Ink3)
		a.matches.Set("—")
		key := "ui.qr.none"
		if a.last.Busy == desk.BusyRequest {
			key = "ui.qr.opening"
		}
		a.status.Set(a.b.T(key))
		return
	}
	if r.Link != a.link {
		a.link = r.Link
		a.qr.Image, a.qr.ScaleMode, a.qr.FillMode = qrImage(r.Link), canvas.ImageScalePixels, canvas.ImageFillContain
		a.qr.Show()
		a.qr.Refresh()
	}
	a.matches.Set(r.MatchWords)
	status := a.b.T("ui.qr." + string(r.Status))
	if r.Status == protocol.RequestWaiting && r.Until.Before(a.b.Now()) {
		status = a.b.T("ui.qr.expired")
	}
	if status != a.status.Words() {
		a.status.Set(status)
		a.relayout()
	}
	tone := kit.Ink2
	if r.Status == protocol.RequestOpened {
		tone = kit.Done
	}
	a.status.Paint(tone)
	a.Tick()
}

// Tick counts down.
func (a *Authorize) Tick() {
	if a.last.Case == nil || a.last.Case.Request == nil {
		return
	}
	left := a.last.Case.Request.Until.Sub(a.b.Now())
	a.left.Set(minutes(left))
	a.left.Paint(kit.Ink)
	if left.Seconds() < 30 {
		a.left.Paint(kit.Wait)
	}
}

func (a *Authorize) renew() { a.b.Run(nil, a.b.Desk.RenewRequest) }

// Key takes Backspace, F5, and Enter where something can be tried again.
func (a *Authorize) Key(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyBackspace, fyne.KeyDelete:
		a.b.Type(a.b.Desk.Erase)
	case fyne.KeyF5:
		a.renew()
	default:
		return a.frame.Key(name)
	}
	return true
}

// Rune takes what is typed: digits, and the keypad's own . (erase), - (erase, and
// start over when nothing is typed) and * (a new QR).
func (a *Authorize) Rune(r rune) bool {
	switch {
	case r == '.' || r == '。':
		a.b.Type(a.b.Desk.Erase)
	case r == '-':
		if a.last.Case == nil || a.last.Case.Digits == "" {
			return false
		}
		a.b.Type(a.b.Desk.Erase)
	case r == '*':
		a.renew()
	case r == '+':
		return a.plus(r)
	case strings.ContainsRune("/ ", r):
		return false
	case r >= '0' && r <= '9':
		a.b.Type(func() { a.b.Desk.Digit(r) })
	default: // a letter: said at once, and nothing typed is lost
		a.hint.Set(a.b.T("ui.code.digits.only"))
		a.hint.Paint(kit.Failed)
	}
	return true
}
