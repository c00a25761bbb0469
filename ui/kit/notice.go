package kit

import "fyne.io/fyne/v2"

// Notice is a panel that says what happened, what is safe and what to do next.
// extra (a key hint) may be nil.
func Notice(what, do, rule string, extra fyne.CanvasObject) *fyne.Container {
	text := []fyne.CanvasObject{NewText(what, TextStyle{Size: 16, Color: Failed, Bold: true, Wrap: true})}
	if do != "" {
		text = append(text, Body(do))
	}
	if rule != "" {
		text = append(text, Note(rule, Ink2))
	}
	row := []fyne.CanvasObject{Flex(Column(4, text...))}
	if extra != nil {
		row = append(row, extra)
	}
	mark := Layers(Sized(4, 0, Fill(Failed)))
	return Layers(Panel(FailedSoft, FailedLine, 10), Inset(14, 16, 14, 14, RowFill(14, mark, Flex(RowTop(12, row...)))))
}

// Hint is a calm panel with a mark, for what helps and needs no action.
func Hint(words, source string, extra fyne.CanvasObject) *fyne.Container {
	text := []fyne.CanvasObject{Body(words)}
	if source != "" {
		text = append(text, Note(source, Ink2))
	}
	row := []fyne.CanvasObject{Check(Done, Em(20)), Flex(Column(2, text...))}
	if extra != nil {
		row = append(row, extra)
	}
	return Layers(Panel(Surface, Line, 12), Inset(14, 24, 14, 24, Row(14, row...)))
}
