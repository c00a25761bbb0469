package step

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// Desk is what the screens of a case ask of the desk. The methods with a
// context return when the step is on disk, or refused with a *casework.Refusal.
type Desk interface {
	Open(ctx context.Context, item casework.ItemCode) error
	Digit(d rune)
	Erase()
	Paste(text string) error
	RenewRequest(ctx context.Context) error
	ReadOriginals(ctx context.Context) error
	LeaveOriginals(ctx context.Context) error
	Act(ctx context.Context, a *casework.Acting) error
	Paper(ctx context.Context, p desk.PaperOriginals) error
	Retry(ctx context.Context) error
	Fill(ctx context.Context, field casework.FieldID, value string) error
	Push(ctx context.Context) error
	Recall(ctx context.Context) error
	Photograph(ctx context.Context) error
	Crop(ctx context.Context, page casework.Corners) error
	CutOut(ctx context.Context, page casework.Corners) ([]byte, error)
	Retake(ctx context.Context) error
	Turn(ctx context.Context) error
	SkipPhoto(ctx context.Context, reason casework.ReasonCode) error
	Submit(ctx context.Context) error
	Abandon(ctx context.Context, reason casework.ReasonCode) error
	Resume(ctx context.Context, id casework.CaseID) error
	SetAside(ctx context.Context) error
	Clear()
	Day(ctx context.Context, query string) ([]casework.CaseRecord, error)
	Preview(ctx context.Context) <-chan []byte
	SignIn(ctx context.Context, p casework.Presence) error
	Unlock(ctx context.Context, p casework.Presence) error
}

// Catalogue answers what the screens ask of items and kinds.
type Catalogue interface {
	Items() []casework.ServiceItem
	Search(typed string, limit int) []casework.ServiceItem
	Number(code casework.ItemCode) int // the short number, from 1
	Item(code casework.ItemCode) (casework.ServiceItem, bool)
	Kind(kind casework.LicenceKind) (casework.KindInfo, bool)
}

// Bench is what a screen works with: the desk, the words, and the few things
// that only the window can do.
type Bench struct {
	Desk      Desk
	Catalogue Catalogue
	T         func(key string, args ...any) string
	English   bool
	Now       func() time.Time

	// Run does an intent beside the screen. While it runs the button (may be
	// nil) is locked; a refusal is shown.
	Run func(button *kit.Button, intent func(ctx context.Context) error)
	// Type does what takes no time, in the order of the keys, beside the screen.
	Type func(intent func())
	// Load reads something beside the screen and then calls show in its turn.
	Load func(read func(ctx context.Context) (show func()))
	// Follow calls each for every frame of a channel, in the screen's turn and
	// at most once a frame; the returned function ends it.
	Follow func(open func(ctx context.Context) <-chan []byte, each func([]byte)) (end func())
	Ask    func(d *kit.Dialog) // opens a dialog
	Shut   func()              // closes it
	Focus  func(f fyne.Focusable)
	Rule   func() // the rule card: F1
	Shift  func() // the counter's opening or closing: F8 while idle
	Over   func() // start over: Escape
	Aside  func() // put the case aside: F9

	Card     bool                        // a card reader is configured
	Password func(number, before string) // asks for a password of one's own in place of the one just typed
}

// Screen is one stage on the window's middle.
type Screen interface {
	Object() fyne.CanvasObject
	Show(s desk.Snapshot) // the newest snapshot
	Tick()                // once a second, for what counts down
	Key(name fyne.KeyName) bool
	Rune(r rune) bool
	Close()
}

// For returns the screen of a stage.
func For(stage desk.Stage, b *Bench) Screen {
	switch stage {
	case desk.StageSignIn:
		return newSignIn(b, false)
	case desk.StageLocked:
		return newSignIn(b, true)
	case desk.StageAuthorize:
		return newAuthorize(b)
	case desk.StageTap:
		return newTap(b)
	case desk.StagePaper:
		return newPaper(b)
	case desk.StageRetrieve:
		return newRetrieve(b)
	case desk.StageReview:
		return newReview(b)
	case desk.StageConfirm:
		return newConfirm(b)
	case desk.StageSign:
		return newSign(b)
	case desk.StageConsent:
		return newConsent(b)
	case desk.StagePhoto:
		return newPhoto(b)
	case desk.StageCrop:
		return newCrop(b)
	case desk.StageSubmit:
		return newSubmit(b)
	case desk.StageDone:
		return newDone(b)
	case desk.StageEnded:
		return newEnded(b)
	}
	return newIdle(b)
}

func (b *Bench) choose(zh, en string) string {
	if b.English && en != "" {
		return en
	}
	return zh
}

// ItemName returns an item's name in the language of the screen.
func (b *Bench) ItemName(item casework.ServiceItem) string { return b.choose(item.Name, item.NameEN) }

// ItemNameOf is ItemName by code; a code that the catalogue no longer has is
// shown as it is.
func (b *Bench) ItemNameOf(code casework.ItemCode) string {
	if item, ok := b.Catalogue.Item(code); ok {
		return b.ItemName(item)
	}
	return string(code)
}

func (b *Bench) kindName(kind casework.LicenceKind) string {
	if info, ok := b.Catalogue.Kind(kind); ok {
		return b.choose(info.Name, info.NameEN)
	}
	return string(kind)
}

// listed joins names as the language does.
func (b *Bench) listed(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += b.T("ui.comma")
		}
		out += n
	}
	return out
}

func (b *Bench) kindsOf(item casework.ServiceItem) string {
	var names []string
	for _, n := range item.Needs {
		names = append(names, b.kindName(n.Kind))
	}
	return b.listed(names)
}

// Age says how long ago something was, in the largest unit that fits.
func (b *Bench) Age(since time.Time) string {
	d := max(b.Now().Sub(since), 0)
	switch {
	case d < time.Minute:
		return b.T("ui.age.seconds", int(d.Seconds()))
	case d < time.Hour:
		return b.T("ui.age.minutes", int(d.Minutes()))
	}
	return b.T("ui.age.hours", int(d.Hours()), int(d.Minutes())%60)
}

func clock(t time.Time) string { return t.Local().Format("15:04:05") }

func minutes(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	return time.Time{}.Add(d).Format("4:05")
}
