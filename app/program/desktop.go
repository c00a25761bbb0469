package program

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"counterfoil/app/config"
)

// version is the release that this source becomes, as FyneApp.toml says it.
const version = "0.1.0"

// versionText returns the release and, where it was built from a repository,
// the commit.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return version + " (" + s.Value[:12] + ")"
		}
	}
	return version
}

// hasDisplay reports whether a window can be opened: without a display Fyne
// ends the whole process.
func hasDisplay() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// preferred puts what the clerk changed over the settings. A file of theirs that
// cannot be read is no reason not to start.
func (p *program) preferred(s config.Settings) config.Settings {
	chosen, err := config.LoadPreferences(s.Journal)
	if err != nil {
		p.log.Warn("preferences", "error", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return chosen.Over(s)
}

// keepPreferences returns what keeps the clerk's changes in a folder.
func (p *program) keepPreferences(folder string) func(language, mode string, scale float32) {
	return func(language, mode string, scale float32) {
		chosen := config.Preferences{Language: language, Appearance: mode, TextScale: int(scale*100 + 0.5)}
		if err := chosen.Save(folder); err != nil {
			p.log.Warn("preferences", "error", err)
		}
	}
}
