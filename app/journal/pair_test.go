package journal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/packaging/campaign/asked"
)

const (
	// pairsVariable sets how many times two programs are killed on one journal.
	pairsVariable = "COUNTERFOIL_PAIRS"
	// patientVariable has a child try until the journal is free, as a clerk does who
	// starts the program a second time.
	patientVariable = "COUNTERFOIL_JOURNAL_PATIENT"
)

// openPatiently opens the journal, where the child is to be patient as soon as the
// other program is gone. It says how often it was refused.
func openPatiently(ctx context.Context, dir string) (*Journal, error) {
	for n := 0; ; n++ {
		j, err := Open(ctx, testOptions(dir))
		if casework.KindOf(err) != casework.JournalBusy || os.Getenv(patientVariable) == "" {
			if n > 0 {
				fmt.Println("refused", n)
			}
			return j, err
		}
		if n == 0 {
			fmt.Println("busy")
		}
		time.Sleep(time.Millisecond) // this is the program, not the test: nothing tells it of the lock
	}
}

// Two programs on one journal: one has it, the other is told that it is in use, and
// takes over as soon as the first is killed; then it is killed too, sometimes while
// it opens. Nothing that either said was kept is lost, and no step is there twice.
func TestTwoProgramsOnOneJournalBothKilledLoseAndDoubleNothing(t *testing.T) {
	seed, rounds := asked.Seed(20261128), asked.Count(pairsVariable, 8)
	rng, dir := rand.New(rand.NewPCG(seed, 3)), fastFolder(t)
	steps, receipts := map[casework.Digest]casework.CaseID{}, map[casework.Digest]bool{}
	busy, both := 0, 0
	for round := range rounds {
		first, second := startChild(t, dir), startChild(t, dir)
		said := first.killedAfter(t, 1+rng.IntN(20), time.Duration(rng.IntN(2000))*time.Microsecond, true)
		more := second.killedAfter(t, rng.IntN(12), time.Duration(rng.IntN(4000))*time.Microsecond, false)
		if haveKept(said) && haveKept(more) {
			both++
		}
		for _, line := range append(said, more...) {
			if line == "busy" {
				busy++
			}
			if line == "busy" || strings.HasPrefix(line, "refused") {
				continue
			}
			hear(t, round, line, steps, receipts)
		}
		if round%20 == 19 || round == rounds-1 {
			checkAcknowledged(t, dir, steps, receipts)
		}
	}
	if t.Failed() {
		return // what it counts is true only of what holds
	}
	t.Logf("%d pairs killed on one journal, %d times both had written, %d times one was told that it is in use, %d steps and %d receipts acknowledged, seed %d: lost 0, doubled 0",
		rounds, both, busy, len(steps), len(receipts), seed)
	if busy == 0 || both == 0 || len(steps) < rounds {
		t.Error("the two hardly ever met")
	}
}

// hear takes a line that a child said.
func hear(t *testing.T, round int, line string, steps map[casework.Digest]casework.CaseID, receipts map[casework.Digest]bool) {
	t.Helper()
	var what, digest string
	var id casework.CaseID
	var seq int
	if n, _ := fmt.Sscan(line, &what, &id, &seq, &digest); n != 4 || what == "failed" {
		t.Fatalf("round %d: the child said %q", round, line)
	}
	var d casework.Digest
	must(t, d.UnmarshalText([]byte(digest)))
	if _, twice := steps[d]; twice && what == "kept" {
		t.Fatalf("round %d: %s was kept twice", round, d)
	}
	steps[d] = id
	if what == "receipt" {
		receipts[d] = true
	}
}

func haveKept(lines []string) bool {
	for _, line := range lines {
		if strings.HasPrefix(line, "kept") {
			return true
		}
	}
	return false
}

// running is a child that writes, and what it says.
type running struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

func startChild(t *testing.T, dir string) running {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childVariable+"="+dir, patientVariable+"=1")
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	return running{cmd, bufio.NewReader(out)}
}

// killedAfter waits for so many lines and a moment more, kills the child, and returns
// the whole lines that it said. One that is busy says no more before the other is dead.
func (r running) killedAfter(t *testing.T, count int, moment time.Duration, stopAtBusy bool) []string {
	t.Helper()
	var lines []string
	for range count {
		line, err := r.out.ReadString('\n')
		if err != nil {
			t.Fatalf("the child ended by itself: %v after %q", err, lines)
		}
		lines = append(lines, strings.TrimSpace(line))
		if stopAtBusy && lines[len(lines)-1] == "busy" {
			break
		}
	}
	kill := time.AfterFunc(moment, func() { r.cmd.Process.Kill() })
	defer kill.Stop()
	rest, _ := io.ReadAll(r.out)
	_ = r.cmd.Wait() // killed
	said := strings.Split(string(rest), "\n")
	for _, line := range said[:len(said)-1] { // the last one may be half a line
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}
