package program

import (
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestACrashLeavesNothingOfTheMemoryOnTheDisk(t *testing.T) {
	if code := Main(t.Context(), []string{"-no-such-flag"}, io.Discard, io.Discard); code != 2 {
		t.Fatalf("the code is %d", code)
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil || limit.Cur != 0 || limit.Max != 0 {
		t.Errorf("a core file may have %d bytes, and at most %d: %v", limit.Cur, limit.Max, err)
	}
	if dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || dumpable != 0 {
		t.Errorf("dumpable is %d, %v", dumpable, err)
	}
	limits, err := os.ReadFile("/proc/self/limits")
	if err != nil || !strings.Contains(string(limits), "Max core file size        0                    0") {
		t.Errorf("%s %v", limits, err)
	}
}
