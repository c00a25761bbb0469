package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// header shows the name, the place, the search line and the practice mark.
type header struct {
	object *fyne.Container
	entry  *kit.Entry
	field  *fyne.Container
	hint   *kit.Tap // stands for the search line while a case is open
	place  *kit.Text
	pages  *fyne.Container // the ways to the pages; none while nobody works
}

func (w *Window) newHeader() *header {
	h := &header{place: kit.NewText("", kit.TextStyle{Size: 15, Color: kit.Ink2})}
	h.entry = kit.NewEntry(w.t("ui.search"))
	h.entry.OnChanged = func(q string) {
		if w.idle != nil {
			w.idle.Search(q)
		}
	}
	h.entry.Before = h.keypad
	h.field = kit.Field(h.entry, kit.KeyCap("F2"))
	closed := kit.Layers(kit.Panel(kit.Ground, kit.Line, 8), kit.Inset(0, 8, 0, 16, kit.Row(8,
		kit.Flex(kit.NewText(w.t("ui.search"), kit.TextStyle{Size: 15, Color: kit.Ink3})), kit.KeyCap("F2"))))
	h.hint = kit.NewTap(kit.Sized(0, kit.Em(40), closed), w.findItem)
	h.hint.Hide()
	right := []fyne.CanvasObject{}
	if w.opt.Practice {
		right = append(right, practiceMark(w.t("ui.practice")))
	}
	h.pages = kit.Row(10, kit.NewTap(kit.KeyHint("F3", w.t("ui.records")), w.openRecords),
		kit.NewTap(kit.KeyHint("F4", w.t("ui.setup")), w.openSetup))
	right = append(right, h.pages)
	name := kit.Row(8, kit.NewText("存根", kit.TextStyle{Size: 18, Color: kit.Ink, Bold: true}), kit.NewText("Counterfoil", kit.TextStyle{Size: 14, Color: kit.Ink3}))
	search := kit.Layers(h.field, h.hint)
	h.object = kit.Inset(0, 24, 0, 24, kit.Row(24, name, kit.FlexBy(1, h.place), kit.FlexBy(1.9, search), kit.Row(10, right...)))
	return h
}

func practiceMark(words string) fyne.CanvasObject {
	ground := kit.Panel(kit.WaitSoft, kit.WaitLine, 6)
	return kit.Layers(ground, kit.Inset(3, 12, 3, 12, kit.NewText(words, kit.TextStyle{Size: 15, Color: kit.Wait, Bold: true})))
}

// keypad makes the keypad's own keys erase: no item's name has them.
func (h *header) keypad(r rune) bool {
	if r == '-' || r == '.' {
		runes := []rune(h.entry.Text)
		h.entry.SetText(string(runes[:max(len(runes)-1, 0)]))
		h.entry.CursorColumn = max(len(runes)-1, 0)
		return true
	}
	return strings.ContainsRune("+*/", r)
}

func (h *header) show(s desk.Snapshot, t func(string, ...any) string) {
	place := s.Hall
	if s.Counter != "" {
		place += " · " + t("ui.counter", s.Counter)
	}
	h.place.Set(place)
	open, out := s.Case != nil, isOut(s.Stage)
	if h.field.Visible() == (open || out) || h.hint.Visible() != (open && !out) {
		h.field.Hidden, h.hint.Hidden = open || out, !open || out
		canvas.Refresh(h.object)
	}
	if h.pages.Visible() == out {
		h.pages.Hidden = out
		h.object.Refresh()
	}
}
