package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The colours that a screen may ask for, as the theme knows them. Package look
// gives each a value in every appearance.
const (
	Ground       fyne.ThemeColorName = "ground"
	Surface      fyne.ThemeColorName = "surface"
	Ink          fyne.ThemeColorName = "ink"
	Ink2         fyne.ThemeColorName = "ink2"
	Ink3         fyne.ThemeColorName = "ink3" // only for what repeats something said elsewhere
	Line         fyne.ThemeColorName = "line"
	Edge         fyne.ThemeColorName = "edge"
	Bar          fyne.ThemeColorName = "bar"
	Primary      fyne.ThemeColorName = "primary"
	PrimaryDown  fyne.ThemeColorName = "primary-down"
	PrimarySoft  fyne.ThemeColorName = "primary-soft"
	OnPrimary    fyne.ThemeColorName = "on-primary"
	KeyOnPrimary fyne.ThemeColorName = "key-on-primary"
	Done         fyne.ThemeColorName = "done"
	DoneSoft     fyne.ThemeColorName = "done-soft"
	Wait         fyne.ThemeColorName = "wait" // waiting, and practice
	WaitSoft     fyne.ThemeColorName = "wait-soft"
	WaitLine     fyne.ThemeColorName = "wait-line"
	Failed       fyne.ThemeColorName = "failed"
	FailedSoft   fyne.ThemeColorName = "failed-soft"
	FailedLine   fyne.ThemeColorName = "failed-line"
	Off          fyne.ThemeColorName = "off"
	OnOff        fyne.ThemeColorName = "on-off"
	Hover        fyne.ThemeColorName = "hover"
	Scrim        fyne.ThemeColorName = "scrim"
	Clear        fyne.ThemeColorName = "clear"
)

// Colors returns every colour name of the kit.
func Colors() []fyne.ThemeColorName {
	return []fyne.ThemeColorName{Ground, Surface, Ink, Ink2, Ink3, Line, Edge, Bar, Primary, PrimaryDown, PrimarySoft, OnPrimary,
		KeyOnPrimary, Done, DoneSoft, Wait, WaitSoft, WaitLine, Failed, FailedSoft, FailedLine, Off, OnOff, Hover, Scrim, Clear}
}

func colorOf(name fyne.ThemeColorName) color.Color { return theme.Color(name) }

// Em scales a size given for 100 % by the text scale.
func Em(px float32) float32 { return px * theme.TextSize() / 15 }
