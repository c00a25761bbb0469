package ui

import (
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"counterfoil/app/casework"
	"counterfoil/assets"
	"counterfoil/ui/look"
)

// asks is the window with a first question, and what was given to it.
func asks(t *testing.T, q Question, fonts look.Fonts) (*asking, *[]string) {
	t.Helper()
	texts, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	given := &[]string{}
	a := newAsking(test.NewTempApp(t), Asking{Telling: Telling{Texts: texts, Fonts: fonts},
		Given: func(passphrase []byte) { *given = append(*given, string(passphrase)) }})
	a.ask(q)
	return a, given
}

func quick() look.Fonts { return look.Fonts{Regular: assets.Bold(), Bold: assets.Bold()} }

// enter types into whatever has the focus, and Enter.
func (a *asking) enter(text string) {
	for _, r := range text {
		a.win.Canvas().Focused().TypedRune(r)
	}
	a.press(fyne.KeyReturn)
}

func (a *asking) press(name fyne.KeyName) {
	if f := a.win.Canvas().Focused(); f != nil {
		f.TypedKey(&fyne.KeyEvent{Name: name})
		return
	}
	a.typed(&fyne.KeyEvent{Name: name})
}

func TestThePassphraseIsTypedByKeyboardAndTriedAgain(t *testing.T) {
	a, given := asks(t, Question{}, quick())
	a.press(fyne.KeyReturn) // an empty line is no try
	a.enter("wrong horse")
	if !a.busy || !strings.Contains(says(a.telling), "请稍候") {
		t.Errorf("while it is tried: %s", says(a.telling))
	}
	a.press(fyne.KeyReturn)
	a.ask(Question{Problem: casework.PassphraseWrong})
	if !strings.Contains(says(a.telling), "口令不对") || a.first.Text != "" {
		t.Errorf("a wrong one: %q, %s", a.first.Text, says(a.telling))
	}
	for _, r := range "correct " {
		a.win.Canvas().Focused().TypedRune(r)
	}
	a.press(fyne.KeyF6) // another language leaves what was typed
	a.press(fyne.KeyF7)
	if !strings.Contains(says(a.telling), "does not open with this passphrase") {
		t.Errorf("in English: %s", says(a.telling))
	}
	a.enter("horse")
	if want := []string{"wrong horse", "correct horse"}; !slices.Equal(*given, want) {
		t.Errorf("given were %q", *given)
	}
}

func TestANewPassphraseIsTypedTwiceAndItsLossIsTold(t *testing.T) {
	a, given := asks(t, Question{Fresh: true}, quick())
	if !strings.Contains(says(a.telling), "谁也无法找回") {
		t.Errorf("what losing it costs is not told: %s", says(a.telling))
	}
	a.enter("correct horse")
	a.enter("correct house")
	if !strings.Contains(says(a.telling), "两次输入不一致") || len(*given) != 0 || a.first.Text+a.again.Text != "" {
		t.Errorf("two that differ: %q, %s", *given, says(a.telling))
	}
	a.enter("correct horse")
	a.press(fyne.KeyTab)
	a.press(fyne.KeyTab)
	a.enter("correct horse")
	if !slices.Equal(*given, []string{"correct horse"}) {
		t.Errorf("given were %q", *given)
	}
}

func TestThePINOfATokenIsAskedForInItsOwnWords(t *testing.T) {
	a, given := asks(t, Question{PIN: true}, quick())
	if !strings.Contains(says(a.telling), "UKey") || strings.Contains(says(a.telling), "口令") {
		t.Errorf("asked: %s", says(a.telling))
	}
	a.enter("000000")
	if !strings.Contains(says(a.telling), "正在读取 UKey") {
		t.Errorf("while it is tried: %s", says(a.telling))
	}
	a.ask(Question{PIN: true, Problem: casework.TokenPINLast})
	if !strings.Contains(says(a.telling), "再错一次就会锁定") || a.first.Text != "" {
		t.Errorf("before the last: %q, %s", a.first.Text, says(a.telling))
	}
	a.enter("482913")
	if !slices.Equal(*given, []string{"000000", "482913"}) {
		t.Errorf("given were %q", *given)
	}
}

func TestEscapeGivesNoPassphrase(t *testing.T) {
	a, given := asks(t, Question{}, quick())
	closed := false
	a.win.SetOnClosed(func() { closed = true })
	a.win.Canvas().Focused().TypedRune('x')
	a.press(fyne.KeyEscape)
	if !closed || len(*given) != 0 {
		t.Errorf("closed %v, given %d", closed, len(*given))
	}
}

// TestEveryQuestionForAPassphraseIsDrawn checks that no text leaves the window, and
// keeps pictures in the folder COUNTERFOIL_SCREENS.
func TestEveryQuestionForAPassphraseIsDrawn(t *testing.T) {
	folder, fonts := os.Getenv("COUNTERFOIL_SCREENS"), quick()
	if folder != "" {
		fonts.Regular = assets.Regular()
	}
	a, _ := asks(t, Question{}, fonts)
	for name, q := range map[string]Question{"passphrase": {}, "passphrase-wrong": {Problem: casework.PassphraseWrong},
		"pin": {PIN: true}, "pin-last": {PIN: true, Problem: casework.TokenPINLast},
		"passphrase-new": {Fresh: true}, "passphrase-weak": {Fresh: true, Problem: casework.PassphraseWeak}} {
		for _, language := range []string{"zh-CN", "en"} {
			for _, mode := range look.Modes() {
				a.opt.Language, a.telling.opt.Language = language, language
				a.telling.opt.Mode, a.telling.opt.Scale = mode, 1
				if mode == look.Contrast {
					a.telling.opt.Scale = 1.3
				}
				a.win.Resize(tellSize(a.telling.opt.Scale))
				a.ask(q)
				if o := outside(a.win.Content(), a.win.Canvas().Size()); o != "" || strings.Contains(says(a.telling), "[ui") {
					t.Errorf("%s, %s, %s: %s does not fit", name, language, mode, o)
				}
				if folder == "" {
					continue
				}
				f, err := os.Create(filepath.Join(folder, name+"-"+language+"-"+string(mode)+".png"))
				if err != nil {
					t.Fatal(err)
				}
				if err := png.Encode(f, a.win.Canvas().Capture()); err != nil {
					t.Error(err)
				}
				f.Close()
			}
		}
	}
}
