//go:build window

package main_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// TestWindowACounterIsClosedAndOpened: a clerk leaves a case unfinished, closes the
// counter for a supervisor and keeps a summary; the closed counter takes no case, and
// whoever opens it goes on where the case stood.
func TestWindowACounterIsClosedAndOpened(t *testing.T) {
	c := startCounter(t)
	c.chosen("sydj", `msg=shown stage=authorize`)
	c.keys("F9", "Return")
	c.await(`msg=shown stage=idle`)

	c.keys("F8")
	c.picture("shift-close")
	c.pressed("00001") // 0: to the supervisor's number
	c.keys("Return")   // and out of the line
	c.pressed("4")
	c.keys("F8")
	for !c.within(time.Second, `msg=export shift=`) { // what waits may still be read
		c.keys("F8")
	}
	_, file, _ := strings.Cut(c.seen[len(c.seen)-1], "file=")
	c.picture("shift-saved")
	var summary struct {
		Unfinished int                            `json:"casesUnfinished"`
		Cases      []struct{ State, Item string } `json:"cases"`
	}
	raw, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(raw, &summary) != nil || summary.Unfinished != 1 || len(summary.Cases) == 0 {
		t.Fatalf("the summary is %s, %v", raw, err)
	}
	c.keys("Return")
	c.await(`msg=shift open=false .*note=citizen-returns .*unfinished=1`)
	c.await(`msg=shown stage=idle .*closed=true`)
	c.picture("shift-closed")

	c.types("ylqx")
	c.keys("Return")
	c.await(`msg=refused reason=counter-closed`)
	c.picture("shift-refused")
	c.keys("F8")
	c.picture("shift-open")
	c.keys("Return")
	c.await(`msg=shift open=true`)
	c.keys("Escape", "Return")                                  // the first line is the case that was left
	for !c.within(3*time.Second, `msg=shown stage=authorize`) { // the page may still have been there
		c.keys("Escape", "Return")
	}
	c.picture("shift-resumed")
}
