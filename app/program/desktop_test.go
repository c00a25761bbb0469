package program

import (
	"os"
	"strings"
	"testing"
)

func TestTheVersionIsTheOneOfThePackage(t *testing.T) {
	text, err := os.ReadFile("../../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "Version = \""+version+"\"") {
		t.Errorf("the program says %s, FyneApp.toml says:\n%s", version, text)
	}
	if !strings.HasPrefix(versionText(), version) {
		t.Errorf("the window says %s", versionText())
	}
}
