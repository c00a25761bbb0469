//go:build linux

package journal

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/packaging/campaign/asked"
)

// limitVariable lets no file of the child grow above so many bytes: what the
// system then says is what it says of a full disk.
const limitVariable = "COUNTERFOIL_JOURNAL_LIMIT"

func setLimit() {
	var limit uint64
	if _, err := fmt.Sscan(os.Getenv(limitVariable), &limit); err != nil {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		fmt.Println("failed", err)
	}
}

// limitsVariable sets how many limits are tried, each a page above the last.
const limitsVariable = "COUNTERFOIL_LIMITS"

func TestWhenTheSystemHasNoRoomTheStepIsRefusedAndTheRestIsKept(t *testing.T) {
	limits := asked.Count(limitsVariable, 1)
	for n := range limits {
		outOfRoom(t, 300_000+4096*n)
	}
	t.Logf("%d limits: what was kept is there, and work goes on", limits)
}

func outOfRoom(t *testing.T, limit int) {
	t.Helper()
	dir := t.TempDir()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), childVariable+"="+dir, fmt.Sprintf("%s=%d", limitVariable, limit))
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	steps, receipts := map[casework.Digest]casework.CaseID{}, map[casework.Digest]bool{}
	last := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		last = lines.Text()
		var what, digest string
		var id casework.CaseID
		var seq int
		if n, _ := fmt.Sscan(last, &what, &id, &seq, &digest); n == 4 && what != "failed" {
			var d casework.Digest
			must(t, d.UnmarshalText([]byte(digest)))
			steps[d] = id
			receipts[d] = receipts[d] || what == "receipt"
		}
	}
	must(t, cmd.Wait())
	if !strings.HasPrefix(last, "failed "+string(casework.JournalFull)) {
		t.Fatalf("the child ended with %q", last)
	}
	checkAcknowledged(t, dir, steps, receipts)
	j := openAt(t, testOptions(dir))
	defer j.Close()
	s := newServing(1_000_000)
	s.append(t, j, usual()...)
	if _, err := j.Content(context.Background(), s.id, 4); err != nil {
		t.Fatal(err)
	}
}
