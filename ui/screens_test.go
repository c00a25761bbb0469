package ui

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"counterfoil/app/desk"
	"counterfoil/ui/look"
)

// screen is one picture to take.
type picture struct {
	name, stage, language string
	mode                  look.Mode
	scale                 float32
	size                  fyne.Size
	then                  func(b *bench)
}

// TestEveryScreenIsDrawn draws every stage in both languages, the awkward ones
// in every appearance and size, through the software renderer. With
// COUNTERFOIL_SCREENS set it leaves the pictures in that folder.
func TestEveryScreenIsDrawn(t *testing.T) {
	folder := os.Getenv("COUNTERFOIL_SCREENS")
	wide := fyne.NewSize(1440, 900)
	var list []picture
	b := newBench(t, nil)
	samples := stages(b.items, b.w.opt.Catalogue)
	for stage := range samples {
		list = append(list, picture{name: stage, stage: stage, language: "zh-CN", mode: look.Light, scale: 1, size: wide})
	}
	if folder != "" {
		for stage := range samples {
			list = append(list, picture{name: stage + "-en", stage: stage, language: "en", mode: look.Light, scale: 1, size: wide})
		}
	}
	list = append(list,
		picture{name: "dark-review", stage: "review", language: "zh-CN", mode: look.Dark, scale: 1, size: wide},
		picture{name: "dark-authorize", stage: "authorize", language: "en", mode: look.Dark, scale: 1, size: wide},
		picture{name: "contrast-review", stage: "review", language: "zh-CN", mode: look.Contrast, scale: 1, size: wide},
		picture{name: "small-review-long", stage: "review-long", language: "zh-CN", mode: look.Light, scale: 1, size: fyne.NewSize(1280, 720)},
		picture{name: "small-authorize-refused", stage: "authorize-refused", language: "en", mode: look.Light, scale: 1, size: fyne.NewSize(1280, 720)},
		picture{name: "large-authorize", stage: "authorize", language: "zh-CN", mode: look.Light, scale: 1, size: fyne.NewSize(1920, 1080)},
		picture{name: "scaled-authorize", stage: "authorize", language: "zh-CN", mode: look.Light, scale: 1.3, size: wide},
		picture{name: "scaled-review", stage: "review", language: "en", mode: look.Light, scale: 1.3, size: fyne.NewSize(1280, 720)},
		picture{name: "over", stage: "authorize", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.press(fyne.KeyEscape) }},
		picture{name: "rule", stage: "authorize-refused", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.press(fyne.KeyF1) }},
		picture{name: "search", stage: "idle", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.types("yl") }},
		picture{name: "records", stage: "idle", language: "zh-CN", mode: look.Light, scale: 1, size: wide, then: func(b *bench) {
			b.press(fyne.KeyF3)
			b.until(func() bool { return b.w.records.Count() > 0 })
		}},
		picture{name: "setup", stage: "idle", language: "en", mode: look.Light, scale: 1, size: wide, then: func(b *bench) { b.press(fyne.KeyF4) }},
	)
	for _, p := range list {
		b.take(p, samples[p.stage], folder)
	}
}

func (b *bench) take(p picture, s desk.Snapshot, folder string) {
	b.t.Helper()
	b.show(sampleBase(desk.StageIdle))
	b.w.set(p.language, p.mode, p.scale)
	b.w.win.Resize(p.size)
	b.show(s)
	b.until(func() bool { return len(b.turns) == 0 })
	if p.then != nil {
		p.then(b)
	}
	img := b.w.win.Canvas().Capture()
	b.w.shut()
	b.w.back()
	if img.Bounds().Dx() < int(p.size.Width) {
		b.t.Errorf("%s: drawn %v wide", p.name, img.Bounds().Dx())
	}
	if folder == "" {
		return
	}
	f, err := os.Create(filepath.Join(folder, p.name+".png"))
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		b.t.Fatal(err)
	}
}
