package ui

import (
	"fmt"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
	"counterfoil/ui/look"
)

// picture is one picture to take.
type picture struct {
	name, stage, language string
	mode                  look.Mode
	scale                 float32
	size                  fyne.Size
	then                  func(b *bench)
}

// TestEveryScreenIsDrawn shows every stage, the awkward ones in every appearance
// and size, checks that no text leaves the window sideways and no button its column. With
// COUNTERFOIL_SCREENS set it draws them through the software renderer, in both
// languages, and leaves the pictures in that folder.
func TestEveryScreenIsDrawn(t *testing.T) {
	folder := os.Getenv("COUNTERFOIL_SCREENS")
	wide := fyne.NewSize(1440, 900)
	var list []picture
	fonts := trueFonts
	if folder == "" {
		fonts = nil
	}
	b := newBench(t, fonts)
	samples := everything(b.items, b.w.opt.Catalogue)
	small := fyne.NewSize(1280, 720)
	for stage := range samples {
		list = append(list, picture{name: stage, stage: stage, language: "zh-CN", mode: look.Light, scale: 1, size: wide})
	}
	for stage := range samples { // large letters in little room
		list = append(list, picture{name: "tight-" + stage, stage: stage, language: "en", mode: look.Light, scale: 1.3, size: small},
			picture{name: "tight-zh-" + stage, stage: stage, language: "zh-CN", mode: look.Light, scale: 1.3, size: small})
	}
	if folder != "" {
		for stage := range samples {
			list = append(list, picture{name: "en-" + stage, stage: stage, language: "en", mode: look.Light, scale: 1, size: wide},
				picture{name: "small-" + stage, stage: stage, language: "zh-CN", mode: look.Light, scale: 1, size: small},
				picture{name: "dark-" + stage, stage: stage, language: "zh-CN", mode: look.Dark, scale: 1, size: wide},
				picture{name: "contrast-" + stage, stage: stage, language: "en", mode: look.Contrast, scale: 1, size: small})
		}
	}
	list = append(list,
		picture{name: "appearance-dark", stage: "review", language: "zh-CN", mode: look.Dark, scale: 1, size: wide},
		picture{name: "appearance-contrast", stage: "review", language: "zh-CN", mode: look.Contrast, scale: 1, size: wide},
		picture{name: "large-authorize", stage: "authorize", language: "zh-CN", mode: look.Light, scale: 1, size: fyne.NewSize(1920, 1080)},
		picture{name: "scaled-authorize", stage: "authorize", language: "zh-CN", mode: look.Light, scale: 1.3, size: wide},
		picture{name: "over", stage: "authorize", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.press(fyne.KeyEscape) }},
		picture{name: "rule", stage: "authorize-refused", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.press(fyne.KeyF1) }},
		picture{name: "paper-answered", stage: "paper", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.types("11111112") }},
		picture{name: "paper-wrong-number", stage: "paper", language: "zh-CN", mode: look.Light, scale: 1.3, size: small, then: func(b *bench) {
			b.types("1111113")
			b.press(fyne.KeyReturn)
			b.types("110105194912310021")
			b.press(fyne.KeyReturn)
		}},
		picture{name: "paper-wrong-tight", stage: "paper", language: "en", mode: look.Contrast, scale: 1.3, size: small, then: func(b *bench) {
			b.types("1111113")
			b.press(fyne.KeyReturn)
			b.types("110105194912310021")
			b.press(fyne.KeyReturn)
		}},
		picture{name: "paper-rule", stage: "paper", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.press(fyne.KeyF1) }},
		picture{name: "search", stage: "idle", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.types("yl") }},
		picture{name: "records", stage: "idle", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) {
			b.press(fyne.KeyF3)
			b.until(func() bool { return b.w.records.Count() > 0 })
		}},
		picture{name: "records-unbound", stage: "idle", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: unboundRecord},
		picture{name: "records-unbound-en", stage: "idle", language: "en", mode: look.Light, scale: 1, size: small, then: unboundRecord},
		picture{name: "records-content", stage: "idle", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) {
			b.press(fyne.KeyF3)
			b.until(func() bool { return b.w.records.Count() > 0 })
			b.press(fyne.KeyF9)
			b.until(func() bool { return len(b.turns) == 0 })
		}},
		picture{name: "records-tight", stage: "idle", language: "en", mode: look.Light, scale: 1.3, size: small, then: func(b *bench) {
			b.press(fyne.KeyF3)
			b.until(func() bool { return b.w.records.Count() > 0 })
		}},
		picture{name: "records-none", stage: "idle-twenty", language: "en", mode: look.Light, scale: 1, size: small, then: func(b *bench) {
			b.day(nil)
			b.press(fyne.KeyF3)
			b.until(func() bool { return len(b.turns) == 0 })
			b.day(sampleDay(b.items["company"], b.items["family"]))
		}},
		picture{name: "records-many", stage: "idle-twenty", language: "zh-CN", mode: look.Light, scale: 1, size: small, then: func(b *bench) {
			b.day(dayOf(b.items["company"], b.items["family"], 300))
			b.press(fyne.KeyF3)
			b.until(func() bool { return b.w.records.Count() == 300 })
			for range 40 {
				b.press(fyne.KeyDown)
			}
			b.day(sampleDay(b.items["company"], b.items["family"]))
		}},
		picture{name: "search-none", stage: "idle", language: "en", mode: look.Light, scale: 1, size: small, then: func(b *bench) { b.types("zzzz") }},
		picture{name: "over-tight", stage: "authorize", language: "en", mode: look.Light, scale: 1.3, size: small, then: func(b *bench) { b.press(fyne.KeyEscape) }},
		picture{name: "rule-tight", stage: "authorize-locked", language: "en", mode: look.Light, scale: 1.3, size: small, then: func(b *bench) { b.press(fyne.KeyF1) }},
		picture{name: "skip-tight", stage: "photo", language: "en", mode: look.Light, scale: 1.3, size: small, then: func(b *bench) { b.press(fyne.KeyF8) }},
		picture{name: "setup-tight", stage: "idle-twenty", language: "en", mode: look.Light, scale: 1.3, size: small, then: func(b *bench) { b.press(fyne.KeyF4) }},
		picture{name: "setup", stage: "idle", language: "en", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.press(fyne.KeyF4) }},
	)
	list = append(list, whoPictures(wide, small)...)
	for name := range deviceSamples(b.items) {
		open := func(b *bench) { b.press(fyne.KeyF10) }
		list = append(list, picture{name: name, stage: name, language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: open},
			picture{name: "tight-" + name, stage: name, language: "en", mode: look.Light, scale: 1.3, size: small, then: open})
	}
	maps.Copy(samples, deviceSamples(b.items))
	list = append(list, shiftPictures(b.items, folder != "")...)
	maps.Copy(samples, shiftSamples())
	slices.SortFunc(list, func(x, y picture) int { // an appearance at a time: changing it loads the fonts again
		return strings.Compare(string(x.mode)+x.language+fmt.Sprint(x.scale)+x.name, string(y.mode)+y.language+fmt.Sprint(y.scale)+y.name)
	})
	for _, p := range list {
		b.take(p, samples[p.stage], folder)
	}
}

func (b *bench) take(p picture, s desk.Snapshot, folder string) {
	b.t.Helper()
	b.show(sampleBase(desk.StageIdle))
	if o := b.w.opt; o.Language != p.language || o.Mode != p.mode || o.Scale != p.scale {
		b.w.set(p.language, p.mode, p.scale)
	}
	b.w.win.Resize(p.size)
	b.show(s)
	b.until(func() bool { return len(b.turns) == 0 })
	if s.Stage == desk.StageCrop { // it is decoded beside the window
		b.until(func() bool { return pictured(b.w.screen.Object()) })
	}
	if p.then != nil {
		p.then(b)
	}
	defer b.w.shut()
	defer b.w.back()
	if o := outside(b.w.screen.Object(), p.size); o != "" {
		b.t.Errorf("%s: %s does not fit", p.name, o)
	}
	if b.w.devices != nil || b.w.shift != nil || b.w.records != nil {
		if o := outside(b.w.page, p.size); o != "" {
			b.t.Errorf("%s: on the page %s does not fit", p.name, o)
		}
	}
	if outside(b.w.screen.Object(), fyne.NewSize(60, 60)) == "" {
		b.t.Errorf("%s: the check sees no text, so it proves nothing", p.name)
	}
	if p.then == nil { // else a page or a dialog may stand where the middle was
		if o, n := b.astray(); o != "" || n == 0 {
			b.t.Errorf("%s: of %d buttons, %q leaves the middle column", p.name, n, o)
		}
	}
	if folder == "" {
		return
	}
	img := b.w.win.Canvas().Capture()
	f, err := os.Create(filepath.Join(folder, p.name+".png"))
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		b.t.Fatal(err)
	}
}

// pictured reports whether a picture is shown below o.
func pictured(o fyne.CanvasObject) bool {
	for _, object := range test.LaidOutObjects(o) {
		if i, ok := object.(*canvas.Image); ok && i.Image != nil {
			return true
		}
	}
	return false
}

// outside returns the first text below o that reaches beyond the window's right
// edge, or is wider than what holds it, or "scroll" where the content of a scroll is
// wider than its room.
func outside(o fyne.CanvasObject, size fyne.Size) string {
	found := ""
	for _, object := range test.LaidOutObjects(o) {
		if s, ok := object.(*container.Scroll); ok && s.Visible() && s.Size().Width > 0 && s.Content.Size().Width > s.Size().Width+1 {
			return "scroll"
		}
		text, ok := object.(*canvas.Text)
		if !ok || text.Text == "" || !text.Visible() || found != "" {
			continue
		}
		right := fyne.CurrentApp().Driver().AbsolutePositionForObject(text).X + text.MinSize().Width
		if text.Alignment == fyne.TextAlignLeading && (right > size.Width+1 || text.MinSize().Width > text.Size().Width+1) {
			found = text.Text
		}
	}
	return found
}

// astray returns what the first button of the screen says that reaches beyond
// the middle column, and how many buttons it looked at. A button within a scroll
// may be above or below what is shown, and so is checked sideways only.
func (b *bench) astray() (said string, n int) {
	driver := fyne.CurrentApp().Driver()
	column, size := driver.AbsolutePositionForObject(b.w.middle), b.w.middle.Size()
	all := test.LaidOutObjects(b.w.screen.Object())
	scrolled := map[fyne.CanvasObject]bool{}
	for _, object := range all {
		if s, ok := object.(*container.Scroll); ok {
			for _, inner := range test.LaidOutObjects(s) {
				scrolled[inner] = true
			}
		}
	}
	for _, object := range all {
		button, ok := object.(*kit.Button)
		if !ok || !button.Visible() {
			continue
		}
		n++
		at, end := driver.AbsolutePositionForObject(button).Subtract(column), button.Size()
		sideways := at.X < 0 || at.X+end.Width > size.Width
		upright := at.Y < 0 || at.Y+end.Height > size.Height
		if said == "" && (sideways || upright && !scrolled[button] || end.Width < button.MinSize().Width) {
			said = button.Label()
		}
	}
	return said, n
}

// unboundRecord shows a case whose citizen unbound the authorization afterwards.
func unboundRecord(b *bench) {
	b.desk.mu.Lock()
	b.desk.unbound = map[casework.CaseID]time.Time{b.desk.day[0].ID: noon}
	b.desk.mu.Unlock()
	b.press(fyne.KeyF3)
	b.until(func() bool { return b.w.records.Count() > 0 && b.w.records.Wiped() })
	b.desk.mu.Lock()
	b.desk.unbound = nil
	b.desk.mu.Unlock()
}
