package counter

import (
	"context"
	"os"
	"strconv"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// logSteps writes what happens at the desk as lines of the log: stages, screens
// of the pad, and steps with their place on the ledger. Nothing of it says whom
// a case is about; a test and an administrator can follow a case by it.
func (c *Counter) logSteps(ctx context.Context) error {
	var last desk.Snapshot
	seen := map[int]casework.SendState{}
	for s := range c.Desk.Watch(ctx) {
		c.logMoment(last, s)
		if caseOf(last) != caseOf(s) {
			clear(seen)
		}
		if s.Case != nil {
			c.logRail(s.Case, seen)
		}
		last = s
	}
	return nil
}

func (c *Counter) logMoment(last, s desk.Snapshot) {
	log := c.options.Log
	if s.Stage != last.Stage || caseOf(s) != caseOf(last) {
		log.Info("stage", "stage", s.Stage, "case", caseOf(s))
	}
	if now := s.Shift.Last; now.Seq != last.Shift.Last.Seq {
		log.Info("shift", "open", now.Open, "lacking", now.Lacking, "note", now.Note, "cases", now.Left.Cases, "steps", now.Left.Steps,
			"refused", now.Left.Refused, "unfinished", now.Left.Unfinished, "evidence", now.Left.Evidence)
	}
	if s.ScreenKind != last.ScreenKind {
		log.Info("screen", "kind", s.ScreenKind)
	}
	if s.Problem != nil && (last.Problem == nil || *s.Problem != *last.Problem) {
		log.Info("refused", "reason", s.Problem.Kind, "step", s.Problem.Step)
	}
	if s.Case != nil && s.ScreenKind == casework.ScreenConfirm && (last.ScreenKind != s.ScreenKind || last.Case == nil || last.Case.Page != s.Case.Page) {
		log.Info("page", "page", s.Case.Page+1, "of", s.Case.Pages)
	}
	for name, light := range map[string][2]desk.Light{"ledger": {last.Ledger, s.Ledger}, "centre": {last.Centre, s.Centre}, "pad": {last.Pad, s.Pad}, "camera": {last.Camera, s.Camera}} {
		if light[0].State != light[1].State || light[0].Reason != light[1].Reason {
			log.Info("light", "of", name, "state", light[1].State, "reason", light[1].Reason)
		}
	}
}

func (c *Counter) logRail(v *desk.CaseView, seen map[int]casework.SendState) {
	for i, r := range v.Rail {
		if r.State == desk.RailDone && seen[i] != r.Send {
			seen[i] = r.Send
			c.options.Log.Info("step", "case", v.ID, "kind", r.Kind, "ledger", r.Send, "height", r.Height)
		}
	}
}

func caseOf(s desk.Snapshot) casework.CaseID {
	if s.Case == nil {
		return ""
	}
	return s.Case.ID
}

// Memory returns the program's resident memory in bytes, 0 where the system
// does not tell (proc(5), /proc/self/statm).
func Memory() int64 {
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(raw))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
