package kit

import (
	"fyne.io/fyne/v2"
)

// PassKey hands a key that a focused widget does not use to its canvas, where
// the window's one key handler listens: Fyne itself asks the canvas only while
// nothing has the focus.
func PassKey(from fyne.CanvasObject, event *fyne.KeyEvent) {
	if c := canvasOf(from); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(event)
	}
}

// PassRune is PassKey for what a key types.
func PassRune(from fyne.CanvasObject, r rune) {
	if c := canvasOf(from); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

// canvasOf returns the canvas of what has the focus. Fyne's CanvasForObject
// knows an object only once it has been painted: a key that came between the
// making of a window's content and its first frame would be lost.
func canvasOf(from fyne.CanvasObject) fyne.Canvas {
	driver := fyne.CurrentApp().Driver()
	for _, w := range driver.AllWindows() {
		if f, ok := w.Canvas().Focused().(fyne.CanvasObject); ok && f == from {
			return w.Canvas()
		}
	}
	return driver.CanvasForObject(from)
}

// Keypad makes one digit of what the system sends for one key. A digit arrives
// as a key and then as a rune; with NumLock off the keypad sends the key alone,
// and a scanner or an input method the rune alone. So the key counts, and the
// same rune right behind it doesn't. The zero value is ready.
type Keypad struct{ behind rune }

// Key returns the digit that a key stands for.
func (k *Keypad) Key(event *fyne.KeyEvent) (rune, bool) {
	k.behind = 0
	if n := event.Name; len(n) == 1 && n[0] >= '0' && n[0] <= '9' {
		k.behind = rune(n[0])
		return k.behind, true
	}
	return 0, false
}

// Rune returns whether a rune is still to be counted.
func (k *Keypad) Rune(r rune) bool {
	counted := r == k.behind
	k.behind = 0
	return !counted
}

// IsEnter reports whether the key is one of the two Enter keys.
func IsEnter(name fyne.KeyName) bool { return name == fyne.KeyReturn || name == fyne.KeyEnter }
