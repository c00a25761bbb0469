package config

import (
	"os"
	"path/filepath"
	"runtime"
)

const (
	folderName = "counterfoil"
	fileName   = "settings.toml"
)

// DataDir returns the folder of the journal where the settings name none:
// $XDG_DATA_HOME/counterfoil, by default ~/.local/share/counterfoil; on Windows
// %LocalAppData%\counterfoil.
func DataDir() string {
	home, _ := os.UserHomeDir() // without a home the folder is relative to where the program runs
	return dataDir(runtime.GOOS, home, os.Getenv)
}

func dataDir(system, home string, env func(string) string) string {
	if system == "windows" {
		if base := env("LocalAppData"); base != "" {
			return filepath.Join(base, folderName)
		}
		return filepath.Join(home, "AppData", "Local", folderName)
	}
	// The XDG base directories are ignored unless they are absolute, as their
	// specification asks.
	if base := env("XDG_DATA_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, folderName)
	}
	return filepath.Join(home, ".local", "share", folderName)
}

// Paths returns where the settings may lie, the clerk's own first, then the
// machine's (/etc/counterfoil, on Windows %ProgramData%\counterfoil).
func Paths() []string {
	home, _ := os.UserHomeDir()
	return paths(runtime.GOOS, home, os.Getenv)
}

func paths(system, home string, env func(string) string) []string {
	own := filepath.Join(home, ".config")
	machine := "/etc"
	if base := env("XDG_CONFIG_HOME"); filepath.IsAbs(base) {
		own = base
	}
	if system == "windows" {
		own, machine = filepath.Join(home, "AppData", "Roaming"), `C:\ProgramData`
		if base := env("AppData"); base != "" {
			own = base
		}
		if base := env("ProgramData"); base != "" {
			machine = base
		}
	}
	return []string{filepath.Join(own, folderName, fileName), filepath.Join(machine, folderName, fileName)}
}

// Find returns the first of Paths that exists; when none does, it returns the
// clerk's own path, where enrolment puts it, and false.
func Find() (string, bool) {
	list := Paths()
	for _, path := range list {
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return list[0], false
}
