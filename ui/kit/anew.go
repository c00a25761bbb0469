package kit

import "fyne.io/fyne/v2"

// anew lays out a renderer that is made for a widget which has its size already. Fyne
// drops every renderer when one frame took longer than it keeps what nobody shows
// (ui/early: five seconds; a start on a busy machine is enough), makes another and
// doesn't lay it out: words would be gone until they change.
func anew(r fyne.WidgetRenderer, size fyne.Size) fyne.WidgetRenderer {
	if !size.IsZero() {
		r.Layout(size)
	}
	return r
}
