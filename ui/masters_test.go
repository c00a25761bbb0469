package ui

import (
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// The masters are readable: a change of a screen shows up in review as text.
// Where one changed on purpose, the new one stands in testdata/failed.
func TestScreensMatchTheirMasters(t *testing.T) {
	b := newBench(t, trueFonts)
	samples := stages(b.items, b.w.opt.Catalogue)
	for _, name := range []string{"tap", "retrieve", "done"} {
		b.show(samples[name])
		test.AssertObjectRendersToMarkup(t, filepath.Join("screens", name+".xml"), b.w.screen.Object())
	}
	b.show(samples["idle-forged"])
	test.AssertObjectRendersToMarkup(t, filepath.Join("screens", "forged.xml"), b.w.status.object)
	b.show(samples["authorize"])
	b.press(fyne.KeyEscape)
	test.AssertObjectRendersToMarkup(t, filepath.Join("screens", "start-over.xml"), b.w.layer.Objects[0])
}
