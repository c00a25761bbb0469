package counter

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"counterfoil/app/casework"
	"counterfoil/app/config"
)

// TestASerialScannerSpeaksInTheDesksWords: over a terminal pair of the kernel.
func TestASerialScannerSpeaksInTheDesksWords(t *testing.T) {
	far, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal("no terminal pairs here: ", err)
	}
	if err := unix.IoctlSetPointerInt(int(far.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(far.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprintf("/dev/pts/%d", n)
	s, err := ScannerAt(config.Serial + port)(t.Context())
	if err != nil || s.Name() != port {
		t.Fatal(s, err)
	}
	defer s.Close()
	far.WriteString("12345678\r")
	if text, err := s.Read(t.Context()); text != "12345678" || err != nil {
		t.Fatalf("a scan: %q, %v", text, err)
	}
	far.WriteString("1234") // and the rest never comes
	if _, err := s.Read(t.Context()); casework.KindOf(err) != casework.ScanSpoilt {
		t.Fatalf("half a scan: %v", err)
	}
	far.Close()
	if _, err := s.Read(t.Context()); casework.KindOf(err) != casework.ScannerMissing {
		t.Fatalf("unplugged: %v", err)
	}
}
