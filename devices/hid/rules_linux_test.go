package hid

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestTheRuleThatAnErrorNamesStandsInThePackagedFile(t *testing.T) {
	text, err := os.ReadFile("../../packaging/60-counterfoil.rules")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for _, subsystem := range []string{"usb", "hidraw"} {
		if line := rule(subsystem, Node{Vendor: 0x056A, Product: 0xA8}); !slices.Contains(lines, line) {
			t.Errorf("not in the file: %s", line)
		}
	}
}
