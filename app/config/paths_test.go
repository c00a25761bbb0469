package config

import (
	"path/filepath"
	"testing"
)

func TestEverySystemHasItsFolders(t *testing.T) {
	none := func(string) string { return "" }
	given := func(name string) string { return "/given/" + name }
	join := filepath.Join
	for _, c := range []struct {
		name, system string
		env          func(string) string
		data, own    string
		machine      string
	}{
		{"Linux", "linux", none, "/h/.local/share/counterfoil", "/h/.config/counterfoil/settings.toml", "/etc/counterfoil/settings.toml"},
		{"Linux with XDG folders", "linux", given, "/given/XDG_DATA_HOME/counterfoil", "/given/XDG_CONFIG_HOME/counterfoil/settings.toml", "/etc/counterfoil/settings.toml"},
		{"Windows", "windows", given, join("/given/LocalAppData", "counterfoil"), join("/given/AppData", "counterfoil", fileName), join("/given/ProgramData", "counterfoil", fileName)},
		{"Windows without its variables", "windows", none, join("/h", "AppData", "Local", "counterfoil"), join("/h", "AppData", "Roaming", "counterfoil", fileName), join(`C:\ProgramData`, "counterfoil", fileName)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := dataDir(c.system, "/h", c.env); got != c.data {
				t.Errorf("data in %s", got)
			}
			if got := paths(c.system, "/h", c.env); got[0] != c.own || got[1] != c.machine {
				t.Errorf("settings in %v", got)
			}
		})
	}
	relative := func(string) string { return "relative" }
	if got := dataDir("linux", "/h", relative); got != "/h/.local/share/counterfoil" {
		t.Errorf("a relative XDG folder was taken: %s", got)
	}
}
