// Package kit holds the widgets that Counterfoil's screens are made of: texts
// that break Chinese lines properly, key-aware buttons, the eight cells, the
// step rail, dialogs. A widget tells an intent and decides nothing.
//
// Fyne's own containers know no height for a width, its buttons know no Enter
// and its dialogs no keys; that is why this package has its own.
package kit
