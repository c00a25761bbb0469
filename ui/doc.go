// Package ui is the clerk's window: header, step rail, the one thing to do now,
// the form, the status line. It watches the desk in one place, forwards keys in
// one place, and hands intents to the desk beside the screen. It decides nothing
// about a case and holds nothing of it after the screen moved on.
package ui
