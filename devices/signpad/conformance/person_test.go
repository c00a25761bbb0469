package conformance_test

import (
	"context"
	"fmt"
	"image"
	"io"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/devices/signpad/conformance"
	"counterfoil/devices/signpad/softpad"
)

// human is somebody at a pad who does what they are told: each line that was
// said is a key of the texts.
type human struct {
	t       *testing.T
	pad     *softpad.Pad
	said    chan string
	answers io.WriteCloser
	// instead has, for a key, what is answered the first times; then all is well.
	instead map[string][]string
	heard   []string
	gone    bool
}

func (h *human) Write(b []byte) (int, error) {
	h.said <- strings.TrimSpace(string(b))
	return len(b), nil
}

func words(key string, args ...any) string {
	return strings.TrimSpace(fmt.Sprintln(append([]any{key}, args...)...))
}

func (h *human) live(ctx context.Context) {
	for line := range h.said {
		h.heard = append(h.heard, line)
		key, _, _ := strings.Cut(line, " ")
		if key == "check.yes-no" {
			key = strings.TrimPrefix(line, "check.yes-no ")
		}
		if left := h.instead[key]; len(left) > 0 {
			h.instead[key] = left[1:]
			h.does(ctx, left[0])
			continue
		}
		switch {
		case strings.HasPrefix(key, "check.write"), key == "check.nothing", key == "check.near":
			h.does(ctx, "write")
		case strings.HasPrefix(key, "check.ask."):
			h.does(ctx, "y")
		case key == "check.confirm":
			h.does(ctx, "")
		case key == "check.decide":
			h.does(ctx, "r")
		case key == "check.unplug":
			h.pad.Unplug()
		case key == "check.plug":
			h.pad.Plug()
			h.does(ctx, "")
		case key == "check.not-there":
			h.pad.Plug()
			h.does(ctx, "")
		}
	}
}

func (h *human) does(ctx context.Context, what string) {
	switch what {
	case "write":
		if err := h.pad.Play(ctx, softpad.Signature(image.Rect(20, h.pad.Display().Rect.Dy()/2+8, 300, h.pad.Display().Rect.Dy()-8))); err != nil {
			h.t.Error(err)
		}
		what = ""
	case "hover":
		h.pad.Pen(100, 150, 0, false)
		what = ""
	case "leave":
		h.gone = true
		h.answers.Close()
	}
	if h.gone {
		return
	}
	if _, err := io.WriteString(h.answers, what+"\n"); err != nil {
		h.t.Error(err)
	}
}

// checked lets a human make the suite.
func checked(ctx context.Context, t *testing.T, m softpad.Model, instead map[string][]string) (*human, *softpad.Pad, []conformance.Result, string) {
	t.Helper()
	pad, soft := way(m, false)
	in, answers := io.Pipe()
	h := &human{t: t, pad: pad, said: make(chan string, 1000), answers: answers, instead: instead}
	p := conformance.NewPerson(in, h, words)
	present := false
	p.Present = func() bool { present = !present; return !present } // found at the second look
	p.Quiet = time.Millisecond
	lived := make(chan struct{})
	go func() { defer close(lived); h.live(t.Context()) }()
	w := p.Way(ctx, soft.Open)
	results := conformance.Run(ctx, w)
	close(h.said)
	<-lived
	in.Close()
	return h, pad, results, p.Report(results)
}

func passed(t *testing.T, results []conformance.Result) {
	t.Helper()
	if err := conformance.Err(results); err != nil || len(results) != len(conformance.Keys()) {
		t.Errorf("%d results: %v", len(results), err)
	}
}

func blank(pad *softpad.Pad) bool {
	for _, b := range pad.Display().Pix {
		if b != 0xFF {
			return false
		}
	}
	return true
}

func TestAPersonIsLedThroughEveryCheck(t *testing.T) {
	h, pad, results, report := checked(bounded(t), t, softpad.STU430(), nil)
	passed(t, results)
	if !blank(pad) {
		t.Error("the test's picture is left on the pad")
	}
	for _, want := range []string{"check.report.pad STU-430", "check.reports", "check.ask.border check.yes", "check.ask.nowhere-else check.yes"} {
		if !strings.Contains(report, want) {
			t.Errorf("the report lacks %s:\n%s", want, report)
		}
	}
	if strings.Contains(report, "EMU") {
		t.Error("the serial number is in the report")
	}
	if !strings.Contains(strings.Join(h.heard, "\n"), "check.not-there") {
		t.Error("a pad that is not back yet is taken for one that is")
	}
}

func TestMistakesOfThePersonAreTakenBack(t *testing.T) {
	h, _, results, report := checked(bounded(t), t, softpad.STU430(), map[string][]string{
		"check.write-both": {""},       // nothing was written
		"check.nothing":    {"hover"},  // nor now, and the pen is near
		"check.ask.border": {"n"},      // a slip …
		"check.ask.square": {"b", "?"}, // … taken back; and no answer at all
		"check.ask.same":   {"n"},
		"check.confirm":    {"", "", "b"}, // taken back at the end
	})
	passed(t, results)
	said := strings.Join(h.heard, "\n")
	for _, want := range []string{"check.nothing", "check.near", "check.not-understood"} {
		if !strings.Contains(said, want) {
			t.Errorf("%s was not said", want)
		}
	}
	if strings.Contains(report, "check.no\n") {
		t.Errorf("a no that was taken back is in the report:\n%s", report)
	}
}

func TestACheckThatFailedIsMadeOnceMore(t *testing.T) {
	_, _, results, report := checked(bounded(t), t, softpad.STU430(), map[string][]string{"check.ask.ink": {"n"}, "check.ask.same": {"n"}})
	passed(t, results)
	if strings.Count(report, "check.report.tries") != 2 || !strings.Contains(report, "check.report.tries 3") {
		t.Errorf("what was repeated is not told:\n%s", report)
	}
}

func TestACheckThatFailedIsLeftAndTheNextOneMade(t *testing.T) {
	_, pad, results, report := checked(bounded(t), t, softpad.STU430(), map[string][]string{"check.ask.square": {"n"}, "check.decide": {"what", "c"}})
	if len(results) != len(conformance.Keys()) || results[1].Err == nil || conformance.Err(results[2:]) != nil {
		t.Errorf("%v", conformance.Err(results))
	}
	if !strings.Contains(report, "check.ask.square check.no") || !blank(pad) {
		t.Errorf("%s", report)
	}
}

func TestAPersonWhoLeavesEndsTheChecks(t *testing.T) {
	_, pad, results, report := checked(bounded(t), t, softpad.STU430(), map[string][]string{"check.ask.ink": {"leave"}})
	if len(results) != 3 || casework.KindOf(results[2].Err) != casework.NobodyToAsk {
		t.Errorf("%v", conformance.Err(results))
	}
	if !strings.Contains(report, "check.report.not-made") || !blank(pad) {
		t.Errorf("%s", report)
	}
}

func TestAnInterruptedCheckLeavesThePadBlankAndSaysWhereItEnded(t *testing.T) {
	for i, at := range []string{"check.ask.border", "check.write-both", "check.ask.same", "check.unplug", "check.plug"} {
		ctx, cancel := context.WithCancel(bounded(t))
		pad, soft := way(softpad.STU430(), false)
		in, answers := io.Pipe()
		h := &human{t: t, pad: pad, said: make(chan string, 1000), answers: answers, instead: map[string][]string{}}
		interrupted := writer(func(b []byte) (int, error) {
			if strings.Contains(string(b), at) {
				cancel()
				return len(b), nil
			}
			return h.Write(b)
		})
		p := conformance.NewPerson(in, interrupted, words)
		p.Present, p.Quiet = func() bool { return true }, time.Millisecond
		go h.live(t.Context())
		results := conformance.Run(ctx, p.Way(ctx, soft.Open))
		close(h.said)
		in.Close()
		report := p.Report(results)
		if strings.Count(report, "check.report.ended-here") != 1 || strings.Contains(report, "check.report.failed") {
			t.Errorf("%s: %s", at, report)
		}
		if i < 4 && !blank(pad) { // behind it the pad is unplugged
			t.Errorf("%s: the test's picture is left on the pad", at)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }
