package program

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAFirstStartSaysWhatToDoAndWhichKeyIsThere, in both languages, and without
// opening the key.
func TestAFirstStartSaysWhatToDoAndWhichKeyIsThere(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "AppData", "LocalAppData", "ProgramData"} {
		t.Setenv(name, home)
	}
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	said := called(t, 1)
	for _, want := range []string{"尚未启用", "This counter has no settings yet", "counterfoil key --request FILE", "counterfoil enrol --approved FILE", "There is no key in"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing:\n%s", want, said)
		}
	}
	request := filepath.Join(home, "request")
	printed := called(t, 0, "key", "--kept", "file", "--request", request, "--hall", "dongcheng", "--counter", "12", "--language", "en")
	fingerprint := regexp.MustCompile(`Fingerprint of the key: (.+)`).FindStringSubmatch(printed)
	if said = called(t, 1); fingerprint == nil || strings.Count(said, fingerprint[1]) != 2 {
		t.Errorf("the fingerprint is not told:\n%s\n%s", printed, said)
	}
}
