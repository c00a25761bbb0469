package counter_test

import (
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/centre/repository"
	"counterfoil/app/desk"
)

// TestTheLogSaysNothingOfAPerson serves a case by code and one by QR, with
// refusals of every kind that a citizen causes, and looks for all that was told,
// typed, called up or filled in.
func TestTheLogSaysNothingOfAPerson(t *testing.T) {
	h := newHall(t)
	secrets := map[string]bool{repository.PracticePIN: true, "手填的内容": true, "00000001": true}
	learn := func() {
		for _, l := range h.last.Case.Licences {
			for _, f := range l.Fields {
				secrets[f.Value] = true
			}
		}
		for _, v := range h.last.Case.Form {
			secrets[v.Value] = true
		}
	}
	byCode := h.opened()
	h.refusedCode("00000001", casework.CodeUnknown)
	secrets[h.tell()] = true
	learn()
	h.confirmed()
	learn()
	h.finished()
	h.settled()
	h.desk.Clear()

	byQR := h.opened()
	h.until("the QR", func(s desk.Snapshot) bool { return s.ScreenKind == casework.ScreenQR && s.Case.Request != nil })
	h.must(h.phone.AnswerRequest(h.ctx, h.last.Case.Request.Link, false))
	h.until("declined", func(s desk.Snapshot) bool { return s.Problem != nil && s.Problem.Kind == casework.Declined })
	h.must(h.desk.RenewRequest(h.ctx))
	h.until("the next QR", func(s desk.Snapshot) bool { return s.ScreenKind == casework.ScreenQR && s.Case.Request != nil })
	secrets[h.last.Case.Request.Link] = true
	secrets[h.last.Case.Request.Link[strings.LastIndex(h.last.Case.Request.Link, "/")+1:]] = true
	h.must(h.phone.AnswerRequest(h.ctx, h.last.Case.Request.Link, true))
	h.stage(desk.StageReview)
	h.pushed()
	h.touch(casework.TouchRefuse)
	h.stage(desk.StageReview)
	h.confirmed()
	learn()
	h.finished()
	h.settled()
	name, err := h.desk.Export(h.ctx, byQR)
	h.must(err)
	h.sent()
	h.revoke(byCode)
	h.eventually(h.counter.Journal.Changed(h.ctx), func() bool {
		_, err := h.counter.Journal.Content(h.ctx, byCode, 1)
		return casework.KindOf(err) == casework.ContentForgotten
	})

	text := h.log.String()
	for _, line := range []string{"kind=submitted ledger=committed", "reason=code-unknown", "reason=declined", "msg=export case=" + string(byQR)} {
		if !strings.Contains(text, line) {
			t.Errorf("the log lacks %q", line)
		}
	}
	long := 0
	for s := range secrets {
		if len(s) < 3 { // a letter or two stand in any text
			continue
		}
		long++
		if strings.Contains(text, s) {
			t.Errorf("the log holds %q", s)
		}
		if strings.Contains(name, s) {
			t.Errorf("the name of the bundle holds %q", s)
		}
	}
	if long < 12 {
		t.Errorf("only %d values were looked for", long)
	}
}
