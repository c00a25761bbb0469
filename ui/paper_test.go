package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// TestACaseOnPaperNeedsTheKeypadAlone: from the choice of the way to the last
// line of the form no letter and no pointer.
func TestACaseOnPaperNeedsTheKeypadAlone(t *testing.T) {
	b := newBench(t, nil)
	family := b.items["family"]
	b.show(sampleCase(desk.StageAuthorize, family, 1))
	b.w.win.Canvas().OnTypedRune()('+')
	b.hears("read originals")

	b.show(sampleCase(desk.StagePaper, family, 1))
	b.press(fyne.KeyEnter) // nothing is kept before every row is answered
	b.types("1" + "1" + strings.Repeat("1", len(family.Needs)) + "1" + "1")
	b.press(fyne.KeyEnter)
	var kinds []string
	for _, n := range family.Needs {
		kinds = append(kinds, string(n.Kind))
	}
	b.hears("paper no-phone [" + strings.Join(kinds, " ") + "] true nobody")
	if n := count(b.desk.heard(), "paper no-phone [] false nobody"); n != 0 {
		t.Error("kept with nothing answered")
	}

	s := sampleCase(desk.StageReview, family, 2)
	filledOnPaper(&s, family, b.w.opt.Catalogue)
	b.show(s)
	b.types("11010519491231002*") // the first line that is missing is the number
	b.press(fyne.KeyEnter)
	b.hears("fill id_number=11010519491231002X")

	i := slices.IndexFunc(s.Case.Form, func(v casework.FormValue) bool { return v.Field == "id_number" })
	s.Case.Form = slices.Clone(s.Case.Form)
	s.Case.Form[i].Value = "11010519491231002X"
	s.Case.Missing = casework.Unfilled(family, s.Case.Form)
	b.show(s)
	b.press(fyne.KeyEnter) // the next that is missing, as the original shows
	b.hears("fill " + string(s.Case.Missing[0]) + "=见原件")
}

// TestARelativeIsNotedByNumbers, with the number checked as it is typed.
func TestARelativeIsNotedByNumbers(t *testing.T) {
	b := newBench(t, nil)
	family := b.items["family"]
	b.show(sampleCase(desk.StagePaper, family, 1))
	b.types("2" + "3")     // by code or QR; a close relative
	b.press(fyne.KeyEnter) // the name as the original shows
	b.types("110105194912310021")
	b.press(fyne.KeyEnter)
	if !strings.Contains(markup(b), b.w.t("ui.paper.number.wrong")) {
		t.Fatal("a wrong check character passes without a word")
	}
	b.types(".*")
	b.press(fyne.KeyEnter)
	b.press(fyne.KeyEnter) // for whom
	b.press(fyne.KeyEnter) // the authorization in writing
	b.press(fyne.KeyEnter) // all checked
	b.hears("act relative 见原件 11010519491231002X 见原件 见原件")

	entity := b.items["company"]
	b.show(sampleCase(desk.StageAuthorize, entity, 1))
	b.show(sampleCase(desk.StagePaper, entity, 1))
	b.types("2" + "1" + "1" + "2") // the centre is away; the original; the same person; an entrusted person
	for range 5 {                  // four lines as the original shows, and all checked
		b.press(fyne.KeyEnter)
	}
	b.hears("paper centre-away [business-licence] true entrusted 见原件 见原件 见原件 见原件")
}

// TestAnOriginalThatIsMissingIsSaid by the desk, in words, and nothing is lost.
func TestAnOriginalThatIsMissingIsSaid(t *testing.T) {
	b := newBench(t, nil)
	family := b.items["family"]
	b.show(sampleCase(desk.StagePaper, family, 1))
	b.types("1" + "1" + "2" + strings.Repeat("1", len(family.Needs)-1) + "2" + "1")
	b.press(fyne.KeyEnter)
	var shown []string
	for _, n := range family.Needs[1:] {
		shown = append(shown, string(n.Kind))
	}
	b.hears("paper no-phone [" + strings.Join(shown, " ") + "] false nobody")
	refused := sampleCase(desk.StagePaper, family, 1)
	refused.Problem = &desk.Problem{Kind: casework.OriginalsMissing, Step: casework.Authorized, At: noon}
	b.show(refused)
	if m := markup(b); !strings.Contains(m, b.w.t("refusal.originals-missing.what")) || !strings.Contains(m, b.w.t("ui.paper.original.no")) {
		t.Error("the clerk is not told, or the answers are gone")
	}
	b.press(fyne.KeyEscape)
	b.hears("leave originals")
	if b.w.dialog != nil {
		t.Error("Escape asked to start over")
	}
}
