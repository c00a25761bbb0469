//go:build window

package main_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
)

// casesVariable sets how many cases BenchmarkMemory serves.
const casesVariable = "COUNTERFOIL_CASES"

// demonstration is a run of the built program in a real window: what its log
// says, with the moment of each line.
type demonstration struct {
	began time.Time
	log   []logged
}

type logged struct {
	after time.Duration // since the program was called
	line  string
}

// demonstrate serves cases in a window on the display that the benchmark was
// started on, and waits for the end.
func demonstrate(b *testing.B, cases int, more ...string) demonstration {
	b.Helper()
	args := append([]string{"demonstrate", "--practice", "--close", "--dir", b.TempDir(), "--cases", strconv.Itoa(cases)}, more...)
	cmd := exec.CommandContext(b.Context(), filepath.Join(*programs, "counterfoil"), args...)
	pipe, err := cmd.StderrPipe()
	if err != nil {
		b.Fatal(err)
	}
	cmd.Stdout = io.Discard
	d := demonstration{began: time.Now()}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	for s := bufio.NewScanner(pipe); s.Scan(); {
		d.log = append(d.log, logged{time.Since(d.began), s.Text()})
	}
	if err := cmd.Wait(); err != nil {
		b.Fatalf("the demonstration failed: %v\n%v", err, d.log)
	}
	return d
}

// find returns the first line that matches, and its first group.
func (d demonstration) find(b *testing.B, pattern string) (time.Duration, string) {
	b.Helper()
	re := regexp.MustCompile(pattern)
	for _, l := range d.log {
		if m := re.FindStringSubmatch(l.line); m != nil {
			return l.after, m[len(m)-1]
		}
	}
	b.Fatalf("no %s in the log:\n%v", pattern, d.log)
	return 0, ""
}

// BenchmarkStartToFirstFrame calls the program as an icon does, with nothing on
// disk yet, and reads when its centre was ready and when its window was painted.
func BenchmarkStartToFirstFrame(b *testing.B) {
	var ready, frame []time.Duration
	for b.Loop() {
		d := demonstrate(b, 1)
		at, _ := d.find(b, `msg="practice ready"`)
		ready = append(ready, at)
		at, _ = d.find(b, `msg="first frame"`)
		frame = append(frame, at)
	}
	slices.Sort(ready)
	slices.Sort(frame)
	b.ReportMetric(float64(ready[len(ready)/2].Milliseconds()), "ready-ms")
	b.ReportMetric(float64(frame[len(frame)/2].Milliseconds()), "frame-ms")
	b.ReportMetric(float64(frame[len(frame)-1].Milliseconds()), "worst-frame-ms")
}

// BenchmarkMemory serves many cases in the open window and reads the program's
// resident memory after the first and after the last.
func BenchmarkMemory(b *testing.B) {
	cases := 200
	if s := os.Getenv(casesVariable); s != "" {
		if _, err := fmt.Sscan(s, &cases); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		d := demonstrate(b, cases)
		for _, n := range []int{1, cases} {
			_, bytes := d.find(b, fmt.Sprintf(`msg=memory cases=%d bytes=(\d+)`, n))
			size, err := strconv.Atoi(bytes)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(size)/1e6, fmt.Sprintf("MB-after-%d", n))
		}
	}
}
