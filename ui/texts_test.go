package ui

import (
	"image/color"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
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
	for name, s := range everything(b.items, b.w.opt.Catalogue) {
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

// Words that tell what is waited for are read like any other: WCAG 2.2, 1.4.3.
func TestWordsOnAButtonThatWaitsCanBeRead(t *testing.T) {
	for _, m := range look.Modes() {
		p := look.New(m, 1, look.Fonts{})
		light, dark := luminance(p.Color("off", 0)), luminance(p.Color("on-off", 0))
		if ratio := (max(light, dark) + 0.05) / (min(light, dark) + 0.05); ratio < 4.5 {
			t.Errorf("%s: contrast %.1f:1", m, ratio)
		}
	}
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestARefusalOfAKindThatIsNotKnownIsToldInWords(t *testing.T) {
	b := newBench(t, nil)
	s := stages(b.items, b.w.opt.Catalogue)["review"]
	s.Problem = &desk.Problem{Kind: "from-a-newer-centre", Step: casework.Confirmed, At: noon}
	for _, language := range []string{assets.Chinese, assets.English} {
		b.w.set(language, look.Light, 1)
		b.show(s)
		b.press(fyne.KeyF1) // the rule card says it too
		shown := markup(b)
		b.w.shut()
		if m := regexp.MustCompile(`\[refusal[^]]*\]`).FindString(shown); m != "" {
			t.Errorf("%s: the screen shows %s", language, m)
		}
		rules := b.w.rules()
		for i, key := range []string{"explain.unknown.what", "explain.unknown.do"} {
			if want, ok := b.w.opt.Texts.Find(language, key); !ok || rules[i] != want {
				t.Errorf("%s: the rule card says %q, not %q", language, rules[i], want)
			}
		}
	}
}
