package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Mode is an appearance.
type Mode string

// The appearances. The zero value is Light.
const (
	Light    Mode = "light"
	Dark     Mode = "dark"
	Contrast Mode = "contrast" // black on white, thick lines, for poor sight and poor screens
)

// Modes returns the appearances in the order in which they are offered.
func Modes() []Mode { return []Mode{Light, Dark, Contrast} }

// ParseMode returns the appearance that s names, Light when it names none.
func ParseMode(s string) Mode {
	for _, m := range Modes() {
		if string(m) == s {
			return m
		}
	}
	return Light
}

// Fonts are the two weights of the font that the program carries: without one
// Fyne draws Chinese as boxes.
type Fonts struct {
	Regular, Bold []byte // TrueType
}

// Theme is an appearance at a text scale. It is a fyne.Theme.
type Theme struct {
	regular, bold fyne.Resource
	palette       palette
	scale         float32
}

// New returns the theme of a mode. scale multiplies every text size and is
// bounded to 0.8…1.6; 0 means 1.
func New(mode Mode, scale float32, fonts Fonts) *Theme {
	if scale == 0 {
		scale = 1
	}
	return &Theme{
		regular: fyne.NewStaticResource("counterfoil-regular.ttf", fonts.Regular),
		bold:    fyne.NewStaticResource("counterfoil-bold.ttf", fonts.Bold),
		palette: paletteOf(mode),
		scale:   min(max(scale, 0.8), 1.6),
	}
}

// Color returns a colour by name. The system's light or dark variant is not
// asked: the clerk chooses.
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if c, ok := t.palette[name]; ok {
		return c
	}
	if base, ok := fyneNames()[name]; ok {
		return t.palette[base]
	}
	return t.palette["ink"]
}

// Font returns the carried font. Monospace gets it too: Fyne's own has no
// Chinese.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	if style.Symbol {
		return theme.DefaultTheme().Font(style)
	}
	if style.Bold {
		return t.bold
	}
	return t.regular
}

// Icon returns Fyne's icons.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return theme.DefaultTheme().Icon(name)
}

// Size returns a size in pixels at 100 %.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return 15 * t.scale
	case theme.SizeNameCaptionText:
		return 13 * t.scale
	case theme.SizeNameHeadingText:
		return 26 * t.scale
	case theme.SizeNameSubHeadingText:
		return 18 * t.scale
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameInnerPadding:
		return 8
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 8
	case theme.SizeNameScrollBar:
		return 10
	case theme.SizeNameScrollBarSmall:
		return 4
	}
	return theme.DefaultTheme().Size(name)
}
