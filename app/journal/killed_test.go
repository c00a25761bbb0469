package journal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

const childVariable = "COUNTERFOIL_JOURNAL_CHILD"

// child writes cases without end and says of every step that it is kept, once
// it is. It runs in a process of its own, to be killed.
func child(dir string) {
	ctx := context.Background()
	setLimit()
	j, err := openPatiently(ctx, dir)
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	from, err := j.NextNumber(ctx, testDay)
	if err != nil {
		fmt.Println("failed", err)
		return
	}
	for n := from; ; n++ {
		s := newServing(n)
		kinds := usual()
		if n%3 == 0 {
			kinds = kinds[:4] // left open
		}
		for _, kind := range kinds {
			step := s.step(kind)
			if err := j.Append(ctx, step, s.about, lineOf(s.id, kind)); err != nil {
				fmt.Println("failed", err)
				return
			}
			fmt.Println("kept", s.id, step.Entry.Seq, step.Digest)
			if n%2 == 0 {
				sendOne(ctx, j)
			}
		}
	}
}

func sendOne(ctx context.Context, j *Journal) {
	list, err := j.Ready(ctx, 1)
	if err != nil || len(list) == 0 {
		return
	}
	if err := j.Sending(ctx, list[0].Digest); err != nil {
		fmt.Println("failed", err)
		return
	}
	if err := j.Committed(ctx, receiptFor(list[0].Digest, 1)); err != nil {
		fmt.Println("failed", err)
		return
	}
	fmt.Println("receipt", list[0].Case, list[0].Seq, list[0].Digest)
}

func TestAKilledProgramLosesNothingThatItSaidWasKept(t *testing.T) {
	dir := t.TempDir()
	const rounds = 30
	acknowledged, receipts := map[casework.Digest]casework.CaseID{}, map[casework.Digest]bool{}
	for round := range rounds {
		for _, line := range killedRun(t, dir, round) {
			var what string
			var id casework.CaseID
			var seq int
			var digest string
			if n, _ := fmt.Sscan(line, &what, &id, &seq, &digest); n != 4 || what == "failed" {
				t.Fatalf("round %d: the child said %q", round, line)
			}
			var d casework.Digest
			if err := d.UnmarshalText([]byte(digest)); err != nil {
				t.Fatal(err)
			}
			acknowledged[d] = id
			if what == "receipt" {
				receipts[d] = true
			}
		}
		checkAcknowledged(t, dir, acknowledged, receipts)
	}
	t.Logf("%d kills, %d steps acknowledged, %d receipts", rounds, len(acknowledged), len(receipts))
	if len(acknowledged) < rounds {
		t.Fatal("the children hardly wrote anything")
	}
}

// killedRun lets a child write until a moment that nothing chose, kills it, and
// returns the whole lines that it had said.
func killedRun(t *testing.T, dir string, round int) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(uint64(round), 9))
	r := bufio.NewReader(out)
	var lines []string
	for range 1 + rng.IntN(40) {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("the child ended by itself: %v", err)
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	kill := time.AfterFunc(time.Duration(rng.IntN(3000))*time.Microsecond, func() { cmd.Process.Kill() })
	defer kill.Stop()
	rest, _ := io.ReadAll(r)
	_ = cmd.Wait() // killed
	said := strings.Split(string(rest), "\n")
	for _, line := range said[:len(said)-1] { // the last one may be half a line
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

func checkAcknowledged(t *testing.T, dir string, steps map[casework.Digest]casework.CaseID, receipts map[casework.Digest]bool) {
	t.Helper()
	j := openAt(t, testOptions(dir))
	defer j.Close()
	cases := map[casework.CaseID]casework.CaseRecord{}
	held := map[casework.Digest]casework.SendState{}
	for _, id := range steps {
		if _, ok := cases[id]; ok {
			continue
		}
		r, err := j.Case(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		cases[id] = r
		for _, s := range r.Steps {
			held[s.Digest] = s.Send
		}
	}
	for d := range steps {
		if _, ok := held[d]; !ok {
			t.Fatalf("step %s is lost", d)
		}
		if receipts[d] && held[d] != casework.Committed || held[d] == casework.Sending {
			t.Fatalf("step %s is %s", d, held[d])
		}
	}
	if wrong := halves(t, j, slices.Collect(maps.Keys(cases))); wrong != "" {
		t.Fatal(wrong)
	}
	open, err := j.Unfinished(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range open {
		goOn(t, j, r)
	}
}

// goOn abandons an open case that another program had begun.
func goOn(t testing.TB, j *Journal, r casework.CaseRecord) {
	t.Helper()
	e := casework.Entry{Chain: "practice-1", Case: r.ID, Seq: r.Standing.Seq + 1, Kind: casework.Abandoned, Time: r.Standing.Last,
		Hall: r.Standing.Hall, Counter: r.Standing.Counter, Clerk: r.Clerk, Prev: r.Standing.Head, Body: casework.Body{Reason: casework.TimedOut}}
	raw, digest, err := protocol.SignEntry(testSigner(), e)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Append(t.Context(), casework.Step{Entry: e, Raw: raw, Digest: digest}, casework.CaseAbout{}, lineOf(r.ID, e.Kind)); err != nil {
		t.Fatalf("the case cannot go on: %v", err)
	}
}
