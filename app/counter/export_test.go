package counter

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestTheResultOfTheDevicesPageIsAFileThatItsOwnerAloneReads(t *testing.T) {
	at := time.Date(2026, 11, 26, 9, 41, 7, 0, time.UTC)
	c := &Counter{options: Options{Dir: t.TempDir(), Now: func() time.Time { return at }}}
	for _, text := range []string{"first", "second"} { // in one second: the later one stands
		name, err := c.KeepReport(text + "\n")
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil || string(got) != text+"\n" || !strings.HasSuffix(name, "devices-20261126-094107.txt") {
			t.Errorf("%s: %q %v", name, got, err)
		}
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
	}
}
