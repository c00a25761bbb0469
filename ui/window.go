package ui

import (
	"context"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/devices"
	"counterfoil/ui/kit"
	"counterfoil/ui/look"
	"counterfoil/ui/records"
	"counterfoil/ui/setup"
	"counterfoil/ui/shift"
	"counterfoil/ui/step"
)

// Title of the window, stable for tools that look for it.
const Title = "存根 Counterfoil"

// Window is the clerk's window. All of its methods belong to the window's turn
// (fyne.Do).
type Window struct {
	opt    Options
	app    fyne.App
	win    fyne.Window
	ctx    context.Context
	cancel context.CancelFunc
	beside sync.WaitGroup // everything that may still post to the window
	typed  chan func()    // keys on their way to the desk, in order

	bench  *step.Bench
	snap   desk.Snapshot
	screen step.Screen
	idle   *step.Idle // the screen, while it is the idle one
	shown  string     // which screen is shown: stage and case
	item   *casework.ServiceItem
	error  *desk.Problem // a refusal that the snapshot doesn't know
	drawn  bool

	header *header
	status *status
	left   *fyne.Container
	middle *fyne.Container
	right  *fyne.Container
	page   *fyne.Container // records or settings, in place of the middle and the right
	layer  *fyne.Container // dialogs
	dialog *kit.Dialog
	keypad kit.Keypad

	pressed rune // the digit whose key is being acted on: what it still types is for nobody else

	records *records.Page
	setup   *setup.Page
	devices *devices.Page
	shift   *shift.Page

	operators *records.Operators
	word      *word         // the question for a word; nil: none
	veiled    bool          // locking: nothing is shown until the desk says so
	later     desk.Snapshot // the newest that was not shown

	citizen *citizen          // nil: not asked for
	gated   func(fyne.Window) // puts a gate before a window's keys; nil: the window has no keys of a system
}

// New makes the window in app and starts watching the desk; Close ends that.
func New(app fyne.App, opt Options) *Window {
	opt = opt.complete()
	if opt.Do == nil {
		opt.Do = fyne.Do
	}
	w := &Window{opt: opt, app: app, typed: make(chan func(), 64)}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	w.win = app.NewWindow(Title)
	w.win.SetPadded(false)
	w.win.Resize(fyne.NewSize(1440, 900))
	w.bench = w.newBench()
	w.rebuild()
	w.listen()
	w.beside.Go(w.watch)
	w.beside.Go(w.ticks)
	w.beside.Go(w.type_)
	return w
}

// Window returns the Fyne window.
func (w *Window) Window() fyne.Window { return w.win }

// Close stops watching and waits for everything that may still post to the
// window: Fyne hangs when something posts while it quits.
func (w *Window) Close() {
	w.cancel()
	w.beside.Wait()
}

// rebuild makes the whole content anew: at the start, and after the language,
// the appearance or the text scale changed.
func (w *Window) rebuild() {
	w.app.Settings().SetTheme(look.New(w.opt.Mode, w.opt.Scale, w.opt.Fonts))
	w.closeScreen()
	w.bench.English = w.opt.Language == "en"
	w.header, w.status = w.newHeader(), w.newStatus()
	w.left, w.middle, w.right = container.NewStack(), container.NewStack(), container.NewStack()
	w.page, w.layer = container.NewStack(), container.NewStack()
	w.page.Hide()
	w.closePage()
	w.dialog, w.word = nil, nil
	body := container.New(&frame{practice: w.opt.Practice},
		kit.Fill(kit.Ground), kit.Fill(kit.Surface), kit.Fill(kit.Surface), kit.Fill(kit.Surface), kit.Fill(kit.Surface),
		kit.Fill(kit.Line), kit.Fill(kit.Line), kit.Fill(kit.Line), kit.Fill(kit.Line), kit.Fill(kit.Wait),
		w.header.object, w.left, w.middle, w.right, w.page, w.status.object)
	w.win.SetContent(container.NewStack(kit.NewStir(w.opt.Desk.Touched), body, w.layer))
	w.show(w.snap)
}

// closeScreen ends what the shown screen follows.
func (w *Window) closeScreen() {
	if w.screen != nil {
		w.screen.Close()
	}
	w.screen, w.idle, w.shown = nil, nil, ""
}

func (w *Window) t(key string, args ...any) string {
	return w.opt.Texts.T(w.opt.Language, key, args...)
}
