package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

type palette map[fyne.ThemeColorName]color.Color

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func paletteOf(mode Mode) palette {
	switch mode {
	case Dark:
		return dark()
	case Contrast:
		return contrast()
	}
	return light()
}

func light() palette {
	return palette{
		"ground": rgb(0xF4F6F9), "surface": rgb(0xFFFFFF), "ink": rgb(0x18212D), "ink2": rgb(0x566273),
		"ink3": rgb(0x8A95A5), "line": rgb(0xE1E7EF), "edge": rgb(0xC3CCD8), "bar": rgb(0xEDF0F5),
		"primary": rgb(0x1457C8), "primary-down": rgb(0x0F459F), "primary-soft": rgb(0xE8F0FD), "on-primary": rgb(0xFFFFFF),
		"key-on-primary": rgb(0x4378D3), "done": rgb(0x0F7A4A), "done-soft": rgb(0xE5F5EC), "wait": rgb(0xA85800),
		"wait-soft": rgb(0xFFF3E0), "wait-line": rgb(0xF0C88A), "failed": rgb(0xB3261E), "failed-soft": rgb(0xFCECEA),
		"failed-line": rgb(0xEFC2BE), "off": rgb(0xDCE3EC), "on-off": rgb(0x4A5667), "hover": rgb(0xF1F4F9),
		"scrim": color.NRGBA{R: 0x18, G: 0x21, B: 0x2D, A: 0x66},
		"clear": color.NRGBA{},
	}
}

func dark() palette {
	return palette{
		"ground": rgb(0x12171E), "surface": rgb(0x1B222C), "ink": rgb(0xE8EDF4), "ink2": rgb(0xA9B4C3),
		"ink3": rgb(0x8390A2), "line": rgb(0x2D3744), "edge": rgb(0x465262), "bar": rgb(0x28313D),
		"primary": rgb(0x5A94F2), "primary-down": rgb(0x7AA9F5), "primary-soft": rgb(0x1D2F4C), "on-primary": rgb(0x0C1420),
		"key-on-primary": rgb(0x8AB3F6), "done": rgb(0x4CC38A), "done-soft": rgb(0x16352A), "wait": rgb(0xF0A94A),
		"wait-soft": rgb(0x3A2B14), "wait-line": rgb(0x6B5023), "failed": rgb(0xF2867D), "failed-soft": rgb(0x3C1F1D),
		"failed-line": rgb(0x70332E), "off": rgb(0x2F3A48), "on-off": rgb(0xB4BFCD), "hover": rgb(0x232C38),
		"scrim": color.NRGBA{A: 0x99},
		"clear": color.NRGBA{},
	}
}

func contrast() palette {
	return palette{
		"ground": rgb(0xFFFFFF), "surface": rgb(0xFFFFFF), "ink": rgb(0x000000), "ink2": rgb(0x1C1C1C),
		"ink3": rgb(0x333333), "line": rgb(0x000000), "edge": rgb(0x000000), "bar": rgb(0xCFCFCF),
		"primary": rgb(0x00308F), "primary-down": rgb(0x001F5C), "primary-soft": rgb(0xDCE7FF), "on-primary": rgb(0xFFFFFF),
		"key-on-primary": rgb(0x5C7FC4), "done": rgb(0x00522B), "done-soft": rgb(0xE0F5E8), "wait": rgb(0x6E3600),
		"wait-soft": rgb(0xFFF0D6), "wait-line": rgb(0x6E3600), "failed": rgb(0x8C0D06), "failed-soft": rgb(0xFFE7E5),
		"failed-line": rgb(0x8C0D06), "off": rgb(0xDADADA), "on-off": rgb(0x1C1C1C), "hover": rgb(0xE6EEFF),
		"scrim": color.NRGBA{A: 0xB0},
		"clear": color.NRGBA{},
	}
}

// fyneNames says which of our colours stands for which of Fyne's, so that its
// own widgets (the entry, the scroll bars) fit in.
func fyneNames() map[fyne.ThemeColorName]fyne.ThemeColorName {
	return map[fyne.ThemeColorName]fyne.ThemeColorName{
		theme.ColorNameBackground: "ground", theme.ColorNameForeground: "ink", theme.ColorNamePlaceHolder: "ink3",
		theme.ColorNameDisabled: "ink3", theme.ColorNamePrimary: "primary", theme.ColorNameFocus: "primary",
		theme.ColorNameSelection: "primary-soft", theme.ColorNameInputBackground: "surface", theme.ColorNameInputBorder: "edge",
		theme.ColorNameSeparator: "line", theme.ColorNameScrollBar: "edge", theme.ColorNameScrollBarBackground: "clear",
		theme.ColorNameShadow: "clear", theme.ColorNameOverlayBackground: "surface", theme.ColorNameMenuBackground: "surface",
		theme.ColorNameButton: "surface", theme.ColorNameDisabledButton: "off", theme.ColorNameHover: "hover",
		theme.ColorNamePressed: "hover", theme.ColorNameError: "failed", theme.ColorNameSuccess: "done",
		theme.ColorNameWarning: "wait", theme.ColorNameHeaderBackground: "surface", theme.ColorNameHyperlink: "primary",
		theme.ColorNameForegroundOnPrimary: "on-primary", theme.ColorNameForegroundOnError: "on-primary",
		theme.ColorNameForegroundOnSuccess: "on-primary", theme.ColorNameForegroundOnWarning: "on-primary",
	}
}

// Names returns every colour name that all three palettes know.
func Names() []fyne.ThemeColorName {
	var names []fyne.ThemeColorName
	for name := range light() {
		_, inDark := dark()[name]
		_, inContrast := contrast()[name]
		if inDark && inContrast {
			names = append(names, name)
		}
	}
	return names
}
