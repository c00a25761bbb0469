package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/desk"
	"counterfoil/assets"
	"counterfoil/ui/look"
)

// bench is a window on a scripted desk whose turns the test runs itself: what
// the window posts is run by pump, on the test's goroutine.
type bench struct {
	t     testing.TB
	desk  *scripted
	w     *Window
	turns chan func()
	items map[string]casework.ServiceItem
}

func newBench(t testing.TB, change func(*Options)) *bench {
	t.Helper()
	texts, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	items, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, desk: newScripted(), turns: make(chan func(), 256), items: map[string]casework.ServiceItem{}}
	b.items["company"], b.items["person"] = pick(t, items, "医疗器械网络销售备案"), pick(t, items, "医师执业注册")
	b.items["family"] = pick(t, items, "生育登记")
	b.desk.day = sampleDay(b.items["company"], b.items["family"])
	b.desk.frames = [][]byte{samplePhoto()}
	opt := Options{Desk: b.desk, Catalogue: items, Texts: texts, Fonts: look.Fonts{Regular: assets.Bold(), Bold: assets.Bold()},
		Practice: true, Version: "0.1.0", SaveShift: savedShift, Now: func() time.Time { return noon }, Do: func(f func()) { b.turns <- f }}
	if change != nil {
		change(&opt)
	}
	b.w = New(test.NewTempApp(t), opt)
	b.w.win.Resize(fyne.NewSize(1440, 900))
	t.Cleanup(func() {
		b.w.closeScreen()
		b.w.Close()
	})
	return b
}

// trueFonts gives the window the fonts of the product. What is not about looks
// does with the smaller one: reading fonts is what a window costs most.
func trueFonts(o *Options) { o.Fonts = look.Fonts{Regular: assets.Regular(), Bold: assets.Bold()} }

func pick(t testing.TB, c *catalogue.Catalogue, name string) casework.ServiceItem {
	t.Helper()
	for _, item := range c.Items() {
		if item.Name == name {
			return item
		}
	}
	t.Fatalf("the sample catalogue has no %s", name)
	return casework.ServiceItem{}
}

// show hands a snapshot to the window and waits until it is drawn.
func (b *bench) show(s desk.Snapshot) {
	b.t.Helper()
	s.Revision = b.w.snap.Revision + 1
	b.desk.shows <- s
	b.until(func() bool { return b.w.snap.Revision == s.Revision })
}

// patience is how long a test waits for its window, on a machine that is busy.
const patience = 90 * time.Second

// until runs the window's turns until a condition holds.
func (b *bench) until(done func() bool) {
	b.t.Helper()
	late := time.After(patience) // of all turns together: a clock makes one each second
	for !done() {
		select {
		case f := <-b.turns:
			f()
		case <-b.desk.noted:
		case <-late:
			b.t.Fatal("the window never got there")
		}
	}
}

// hears waits until the desk has heard an intent, running the window meanwhile.
func (b *bench) hears(want string) {
	b.t.Helper()
	late := time.After(patience)
	for {
		for _, n := range b.desk.heard() {
			if n == want {
				return
			}
		}
		select {
		case f := <-b.turns:
			f()
		case <-b.desk.noted:
		case <-late:
			b.t.Fatalf("the desk heard %q and never %q", b.desk.heard(), want)
		}
	}
}

// press sends a key as the system does: to what has the focus, else to the window.
func (b *bench) press(name fyne.KeyName) {
	c := b.w.win.Canvas()
	if f := c.Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: name})
		return
	}
	c.OnTypedKey()(&fyne.KeyEvent{Name: name})
}

// types sends characters as the system does with NumLock on: key, then rune.
func (b *bench) types(text string) {
	for _, r := range text {
		b.press(fyne.KeyName(r))
		c := b.w.win.Canvas()
		if f := c.Focused(); f != nil {
			f.TypedRune(r)
		} else {
			c.OnTypedRune()(r)
		}
	}
}

// day makes the desk answer with these records.
func (b *bench) day(records []casework.CaseRecord) {
	b.desk.mu.Lock()
	defer b.desk.mu.Unlock()
	b.desk.day = records
}
