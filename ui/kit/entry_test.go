package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"counterfoil/ui/kit"
)

// TestAKeyTypesOneCharacter whatever the system sends for it: a key and its rune, a
// keypad's key alone, an input method's rune alone, or a digit's key with Shift.
func TestAKeyTypesOneCharacter(t *testing.T) {
	test.NewTempApp(t)
	e := kit.NewEntry("")
	for _, press := range []struct {
		key  fyne.KeyName
		rune rune
	}{{"8", '8'}, {"7", 0}, {"", '京'}, {"8", '*'}, {"1", '1'}, {"9", '('}, {"*", '*'}} {
		if press.key != "" {
			e.TypedKey(&fyne.KeyEvent{Name: press.key})
		}
		if press.rune != 0 {
			e.TypedRune(press.rune)
		}
	}
	if e.Text != "87京*1(*" {
		t.Errorf("it reads %q", e.Text)
	}
}

func TestWhatStandsInALineIsNeverCopied(t *testing.T) {
	a := test.NewTempApp(t)
	e := kit.NewEntry("")
	test.NewTempWindow(t, e)
	e.SetText("11010519491231002X")
	a.Clipboard().SetContent("before")
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	if e.SelectedText() == "" {
		t.Fatal("nothing is selected")
	}
	e.TypedShortcut(&fyne.ShortcutCopy{Clipboard: a.Clipboard()})
	e.TypedShortcut(&fyne.ShortcutCut{Clipboard: a.Clipboard()})
	e.TappedSecondary(&fyne.PointEvent{})
	if got := a.Clipboard().Content(); got != "before" || e.Text != "11010519491231002X" {
		t.Errorf("the clipboard holds %q, the line %q", got, e.Text)
	}
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: a.Clipboard()})
	if e.Text != "before" {
		t.Errorf("pasting gives %q", e.Text)
	}
}
