//go:build !test

package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"

	"counterfoil/devices/scanner"
)

// watchKeys puts a gate before the keys of a window that is shown. Fyne hands a
// key to whatever has the focus, with nothing that could stand in between; so
// the gate stands below it, where the system's keys come in, and what it lets
// through goes Fyne's own way.
func watchKeys(w *Window, win fyne.Window) {
	native, ok := win.(interface{ RunWithContext(func()) })
	if !ok {
		return
	}
	g, began := &gate{}, time.Now()
	if w.opt.Scanner {
		g = newGate(w.scanned, w.spoilt)
	}
	native.RunWithContext(func() { g.stand(glfw.GetCurrentContext()) })
	if g.wedge == nil {
		return
	}
	frame := fyne.NewAnimation(time.Second, func(float32) { g.frame(time.Since(began)) }) // right behind the keys of each frame
	frame.RepeatCount = fyne.AnimationRepeatForever
	frame.Start()
	win.SetOnClosed(frame.Stop)
}

func (g *gate) stand(view *glfw.Window) {
	var keys glfw.KeyCallback
	keys = view.SetKeyCallback(func(v *glfw.Window, key glfw.Key, code int, action glfw.Action, mods glfw.ModifierKey) {
		g.press(strokeOf(key, action, mods), func() { keys(v, key, code, action, mods) })
	})
	var chars glfw.CharCallback
	chars = view.SetCharCallback(func(v *glfw.Window, r rune) { g.char(r, func() { chars(v, r) }) })
}

// strokeOf tells what a key means to a scan. A scanner sends a control character
// as Ctrl and a letter, or as one of the keys that type nothing; with NumLock off
// the keypad's digits come without a character.
func strokeOf(key glfw.Key, action glfw.Action, mods glfw.ModifierKey) stroke {
	s := stroke{key: scanner.Key{Char: substitute, Repeat: action == glfw.Repeat}}
	switch {
	case action == glfw.Release, key >= glfw.KeyLeftShift && key <= glfw.KeyRightSuper, key >= glfw.KeyCapsLock && key <= glfw.KeyNumLock:
		s.quiet = true
	case key == glfw.KeyEnter, key == glfw.KeyKPEnter:
		s.key.Enter = true
	case key == glfw.KeyEscape, key >= glfw.KeyF1 && key <= glfw.KeyF25:
		s.acts = true
	case mods&glfw.ModControl != 0 && key >= glfw.KeyA && key <= glfw.KeyRightBracket:
		s.key.Char = rune(key) & 0x1f
		s.key.Enter = s.key.Char == '\r' || s.key.Char == '\n'
	case key >= glfw.KeyKP0 && key <= glfw.KeyKP9:
		s.key.Char = '0' + rune(key-glfw.KeyKP0)
	case key == glfw.KeyTab:
		s.key.Char = '\t'
	}
	return s
}

// substitute stands for a key that types no character: no scan of ours has it.
const substitute = '\x1a'
