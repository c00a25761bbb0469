package step

import (
	"context"
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// SignIn asks who sits there: before anybody worked, and at a locked counter. What
// is typed into it is in no other place, and gone when it was sent.
type SignIn struct {
	*frame
	locked bool
	who    string // who locked the counter
	number *kit.Entry
	secret *kit.Entry
	card   bool            // the card in the reader says who it is
	caps   string          // what is said of Caps Lock
	wait   string          // and of the time until the next try
	said   *fyne.Container // both, below the lines
	until  time.Time       // no try before
	filled bool
	busy   bool
}

func newSignIn(b *Bench, locked bool) *SignIn {
	s := &SignIn{locked: locked, number: kit.NewEntry(b.T("ui.signin.number")), said: kit.Column(4)}
	s.said.Hide()
	key, act := "signin", "ui.signin.do"
	if locked {
		key, act = "locked", "ui.locked.do"
	}
	var card *kit.Button
	if b.Card {
		card = kit.NewButton(kit.SecondaryButton, b.T("ui.signin.card"), "F8", s.turn)
	}
	s.frame = newFrame(b, key, nil, card, kit.NewButton(kit.PrimaryButton, b.T(act), "Enter", func() { s.send() }))
	s.number.Enter, s.number.Tab = func() { s.onTo(s.secret) }, func() { s.onTo(s.secret) }
	s.fields()
	return s
}

// fields draws the lines of the way that is chosen.
func (s *SignIn) fields() {
	label := "ui.signin.password"
	if s.card {
		label = "ui.signin.pin"
	}
	s.secret = kit.NewSecret(s.b.T(label))
	s.secret.Enter, s.secret.Tab = s.enter, func() { s.onTo(s.number) }
	s.secret.OnChanged = func(text string) {
		caps := ""
		if !s.card && shouting(text) {
			caps = s.b.T("ui.signin.caps")
		}
		s.say(caps, s.wait)
	}
	s.caps = ""
	lines := kit.Beside(20, 380, 0.5, field(s.b.T("ui.signin.number"), s.number), field(s.b.T(label), s.secret))
	if s.card {
		s.secret.Tab = func() {}
		lines = kit.Column(12, kit.Note(s.b.T("ui.signin.card.hint"), kit.Ink2), field(s.b.T(label), s.secret))
	}
	s.fill(kit.Card("", nil, lines, s.said))
}

// say shows the lines below the fields, if there are any.
func (s *SignIn) say(caps, wait string) {
	if caps == s.caps && wait == s.wait {
		return
	}
	s.caps, s.wait, s.said.Objects = caps, wait, nil
	for _, words := range []string{caps, wait} {
		if words != "" {
			s.said.Add(kit.Note(words, kit.Wait))
		}
	}
	s.said.Hidden = len(s.said.Objects) == 0
	s.relayout()
}

func field(label string, e *kit.Entry) fyne.CanvasObject {
	return kit.Column(4, kit.Small(label, kit.Ink2), kit.Field(e, nil))
}

// turn changes between number and password, and the card.
func (s *SignIn) turn() {
	s.card = !s.card
	s.second.Says(s.b.T(map[bool]string{false: "ui.signin.card", true: "ui.signin.typed"}[s.card]))
	s.fields()
	s.b.Focus(s.Line())
}

// Line returns the line that is to be filled next.
func (s *SignIn) Line() *kit.Entry {
	if !s.card && s.number.Text == "" {
		return s.number
	}
	return s.secret
}

func (s *SignIn) onTo(e *kit.Entry) {
	s.b.Focus(e)
	s.reveal(e)
}

// enter goes on from the password: to the desk, or back to the number where
// nothing was typed, so that a keypad alone reaches both.
func (s *SignIn) enter() {
	switch {
	case s.secret.Text != "":
		s.primary.Press()
	case !s.card:
		s.number.SetText("")
		s.onTo(s.number)
	}
}

// send says who it is.
func (s *SignIn) send() {
	if s.secret.Text == "" || !s.card && strings.TrimSpace(s.number.Text) == "" {
		s.onTo(s.Line())
		return
	}
	p := casework.Presence{Number: strings.TrimSpace(s.number.Text), Password: s.secret.Text}
	if s.card {
		p = casework.Presence{Card: true, PIN: s.secret.Text}
	}
	s.secret.SetText("")
	unlock := s.locked && (p.Card || p.Number == s.who)
	s.b.Run(s.primary, func(ctx context.Context) error {
		var err error
		if unlock {
			err = s.b.Desk.Unlock(ctx, p)
		} else {
			err = s.b.Desk.SignIn(ctx, p)
		}
		if casework.KindOf(err) == casework.PasswordFirst {
			s.b.Load(func(context.Context) func() { return func() { s.b.Password(p.Number, p.Password) } })
		}
		return err
	})
}

// Show says why the last try was refused, and how long to wait.
func (s *SignIn) Show(snap desk.Snapshot) {
	if !s.filled && s.locked {
		s.number.SetText(snap.Clerk)
	}
	s.filled, s.who, s.busy = true, snap.Clerk, snap.Busy == desk.BusyWho
	s.until = time.Time{}
	if p := snap.Problem; p != nil {
		if p.Wait > 0 {
			s.until = p.At.Add(p.Wait)
		}
		plain := *p
		plain.Wait = 0 // it counts down below
		s.refuse(&plain)
	} else {
		s.refuse(nil)
	}
	s.Tick()
}

// Tick counts down until the next try.
func (s *SignIn) Tick() {
	left := s.until.Sub(s.b.Now())
	words := ""
	if left > 0 {
		words = s.b.T("ui.signin.wait", minutes(left.Round(time.Second)))
	}
	s.say(s.caps, words)
	s.primary.Allow(left <= 0 && !s.busy)
}

// Key moves between the lines, and Escape empties them.
func (s *SignIn) Key(name fyne.KeyName) bool {
	switch {
	case name == fyne.KeyUp && !s.card:
		s.onTo(s.number)
	case name == fyne.KeyDown:
		s.onTo(s.secret)
	case name == fyne.KeyEscape:
		s.number.SetText("")
		s.secret.SetText("")
		s.onTo(s.Line())
	case kit.IsEnter(name) && s.Line() == s.secret:
		s.enter()
	default:
		return s.frame.Key(name)
	}
	return true
}

// Rune brings what is typed beside the lines to the next one.
func (s *SignIn) Rune(r rune) bool {
	e := s.Line()
	s.onTo(e)
	e.TypedRune(r)
	return true
}

// Close empties the lines.
func (s *SignIn) Close() {
	s.number.SetText("")
	s.secret.SetText("")
}

// shouting reports whether letters came in capitals alone: Caps Lock may be on.
func shouting(text string) bool {
	upper := 0
	for _, r := range text {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return upper > 1
}

// RightSignIn is the right column while nobody works: what helps.
func RightSignIn(b *Bench, s desk.Snapshot) fyne.CanvasObject {
	key := "ui.signin.help"
	if s.Stage == desk.StageLocked {
		key = "ui.locked.help"
	}
	rows := []fyne.CanvasObject{kit.Heading(b.T(key + ".title")), kit.Note(b.T(key), kit.Ink2), kit.Note(b.T("ui.signin.lost"), kit.Ink2)}
	if s.Practice {
		rows = append(rows, kit.Rule(), kit.Heading(b.T("ui.signin.practice.title")))
		for _, who := range [][2]string{{"0317", "clerk"}, {"0001", "supervisor"}, {"0009", "administrator"}, {"0500", "observer"}} {
			rows = append(rows, kit.Row(12, kit.Sized(kit.Em(56), 0, kit.NewText(who[0], kit.TextStyle{Size: 15, Color: kit.Ink, Bold: true})),
				kit.Flex(kit.NewText(b.T("role."+who[1]), kit.TextStyle{Size: 15, Color: kit.Ink2}))))
		}
		rows = append(rows, kit.Note(b.T("ui.signin.practice", "246810"), kit.Ink2))
	}
	return kit.Scroll(kit.Inset(24, 24, 24, 24, kit.Column(12, rows...)))
}
