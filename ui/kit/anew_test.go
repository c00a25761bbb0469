package kit

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// Fyne may drop a renderer at any time and make another for the widget as it is.
func TestARendererThatIsMadeAnewShowsWhatTheOneBeforeDid(t *testing.T) {
	test.NewTempApp(t)
	digits := NewDigits()
	digits.Set("40719", false, false)
	for name, w := range map[string]fyne.Widget{
		"a line":     NewText("今日", TextStyle{Size: 15, Color: Ink}),
		"some lines": Body("签字板没有接好：可以授权、调取、核对，群众确认表格时需要签字板。"),
		"a button":   NewButton(PrimaryButton, "受理", "Enter", func() {}),
		"the cells":  digits,
		"a tap":      NewTap(Small("F3", Ink2), func() {}),
		"a scrim":    newScrim(func() {}),
	} {
		w.Resize(fyne.NewSize(260, 60))
		before := shown(test.WidgetRenderer(w))
		if len(before) == 0 {
			t.Fatalf("%s shows nothing: this test proves nothing", name)
		}
		if after := shown(w.CreateRenderer()); !slices.Equal(after, before) {
			t.Errorf("%s: %v became %v", name, before, after)
		}
	}
}

func shown(r fyne.WidgetRenderer) (list []string) {
	for _, o := range r.Objects() {
		words := ""
		if text, ok := o.(*canvas.Text); ok {
			words = text.Text
		}
		list = append(list, fmt.Sprint(words, o.Position(), o.Size(), o.Visible()))
	}
	return list
}
