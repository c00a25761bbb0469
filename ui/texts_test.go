package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"counterfoil/assets"
	"counterfoil/ui/kit"
	"counterfoil/ui/look"
)

func markup(b *bench) string { return test.RenderToMarkup(b.w.win.Canvas()) }

func TestEveryTextThatTheScreensAskForExistsInBothLanguages(t *testing.T) {
	texts, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`"(ui\.[a-zA-Z0-9.-]*[a-zA-Z0-9])"`)
	err = filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "citizen/") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range asked.FindAllStringSubmatch(string(source), -1) {
			for _, language := range []string{assets.Chinese, assets.English} {
				if _, ok := texts.Find(language, m[1]); !ok {
					t.Errorf("%s: %s has no text in %s", path, m[1], language)
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoScreenShowsAMissingText(t *testing.T) {
	b := newBench(t, nil)
	for name, s := range stages(b.items, b.w.opt.Catalogue) {
		b.show(s)
		for _, m := range regexp.MustCompile(`\[[a-z]+\.[a-z.-]+\]|%!`).FindAllString(markup(b), -1) {
			t.Errorf("%s shows %s", name, m)
		}
	}
}

func TestEveryColourOfTheKitIsInEveryAppearance(t *testing.T) {
	for _, c := range kit.Colors() {
		if !slices.Contains(look.Names(), c) {
			t.Errorf("no appearance knows %s", fyne.ThemeColorName(c))
		}
	}
}
