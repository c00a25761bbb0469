package ui

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/assets"
	"counterfoil/ui/look"
)

func tells(t *testing.T, err error) *telling {
	t.Helper()
	texts, e := assets.LoadTexts()
	if e != nil {
		t.Fatal(e)
	}
	return newTelling(test.NewTempApp(t), Telling{Texts: texts, Fonts: look.Fonts{Regular: assets.Bold(), Bold: assets.Bold()}}, err)
}

func says(t *telling) string {
	all := ""
	for _, line := range strings.Split(test.RenderToMarkup(t.win.Canvas()), "\n") {
		if i := strings.Index(line, "</text>"); i > 0 { // words that were broken into lines are joined again
			all += line[strings.Index(line, ">")+1 : i]
		}
	}
	return all
}

func TestWhoClickedAnIconIsToldWhatIsWrongInBothLanguages(t *testing.T) {
	_, err := config.Read(strings.NewReader("hall = \"a\"\nconter = \"12\"\n"), "settings.toml")
	w := tells(t, err)
	for _, want := range []string{"窗口程序没有启动", "settings.toml", "counter", "第 2 行"} {
		if !strings.Contains(says(w), want) {
			t.Errorf("the window does not say %q:\n%s", want, says(w))
		}
	}
	w.key(&fyne.KeyEvent{Name: fyne.KeyF6})
	for _, want := range []string{"The counter did not start", "Line 2", "administrator"} {
		if !strings.Contains(says(w), want) {
			t.Errorf("the window does not say %q:\n%s", want, says(w))
		}
	}
	w.key(&fyne.KeyEvent{Name: fyne.KeyF7})
	w.key(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	w.key(&fyne.KeyEvent{Name: fyne.KeyPageUp})
}

func TestAFailureOfWhateverKindHasAWindow(t *testing.T) {
	for _, err := range []error{casework.Refuse(casework.JournalBusy, ""), casework.Refuse(casework.JournalNewer, "schema 9, this program knows 3"), errors.New("unforeseen")} {
		w := tells(t, err)
		if strings.Contains(says(w), "[refusal") || strings.Contains(says(w), "[ui") {
			t.Errorf("%v: %s", err, says(w))
		}
	}
}

func TestEscapeAndEnterCloseTheWindow(t *testing.T) {
	for _, name := range []fyne.KeyName{fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter} {
		w := tells(t, casework.Refuse(casework.JournalBusy, ""))
		closed := false
		w.win.SetOnClosed(func() { closed = true })
		w.key(&fyne.KeyEvent{Name: name})
		if !closed {
			t.Errorf("%s did not close the window", name)
		}
	}
}
