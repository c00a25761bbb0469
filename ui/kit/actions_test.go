package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"counterfoil/assets"
	"counterfoil/ui/kit"
	"counterfoil/ui/look"
)

func inOurTheme(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1, look.Fonts{Regular: assets.Bold(), Bold: assets.Bold()}))
}

// around puts the buttons' actions into a width and returns them with the
// container.
func around(t *testing.T, width float32) (*fyne.Container, [3]*kit.Button) {
	t.Helper()
	var list [3]*kit.Button
	for i, px := range []float32{200, 240, 300} {
		list[i] = kit.NewButton(kit.SecondaryButton, "", "", nil).Wide(px * 16 / kit.Em(16))
	}
	c := kit.Actions(12, list[0], list[1], list[2])
	c.Resize(fyne.NewSize(width, kit.HeightFor(c, width)))
	return c, list
}

func TestActionsStandOnOneLineWhereTheyFit(t *testing.T) {
	inOurTheme(t)
	c, b := around(t, 800)
	if x := [3]float32{b[0].Position().X, b[1].Position().X, b[2].Position().X}; x != [3]float32{0, 248, 500} {
		t.Errorf("they stand at %v", x)
	}
	if b[2].Position().Y != 0 || c.Size().Height != b[0].MinSize().Height {
		t.Errorf("a line of %g holds %g", c.Size().Height, b[0].MinSize().Height)
	}
}

func TestActionsThatDoNotFitBreakIntoLinesAndStayInside(t *testing.T) {
	inOurTheme(t)
	for width, want := range map[float32][3]int{764: {0, 0, 0}, 763: {0, 0, 1}, 452: {0, 0, 1}, 451: {0, 1, 2}, 300: {0, 1, 2}} {
		c, b := around(t, width)
		for i, line := range want {
			h := b[i].MinSize().Height
			if y := float32(line) * (h + 12); b[i].Position().Y != y {
				t.Errorf("%g wide: button %d stands at %g, not on line %d", width, i, b[i].Position().Y, line)
			}
			if x := b[i].Position().X; x < 0 || x+b[i].Size().Width > width {
				t.Errorf("%g wide: button %d reaches from %g to %g", width, i, x, x+b[i].Size().Width)
			}
		}
		if last := b[2]; last.Position().X+last.Size().Width != width || last.Position().Y+last.Size().Height != c.Size().Height {
			t.Errorf("%g wide: the primary button is not in its corner", width)
		}
	}
}

func TestAHiddenActionTakesNoRoom(t *testing.T) {
	inOurTheme(t)
	c, b := around(t, 600)
	b[1].Hide()
	if kit.HeightFor(c, 600) != b[0].MinSize().Height {
		t.Error("two buttons that fit on a line take more")
	}
}
