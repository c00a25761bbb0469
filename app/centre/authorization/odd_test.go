package authorization

import (
	"context"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestWhatIsReportedStandsInTheRecordsWithItsAnswer(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	g := w.granted(dongcheng, w.code("li", "dongcheng", plain), newCase())
	about := w.recorded("li", WhatAuthorized)[0]
	told := protocol.ReportOdd{Record: about.N, Reason: protocol.OddNotThere, Words: "  第一行\n第二行\x1b[31m "}
	w.refused(w.s.ReportOdd(ctx, "wang", told), casework.ReportUnknown) // another's record
	if err := w.s.ReportOdd(ctx, "li", told); err != nil {
		t.Fatal(err)
	}
	w.restart()
	line := w.recorded("li", WhatOdd, WhatAuthorized)[0]
	if line.Report == nil || line.Report.Words != "第一行 第二行[31m" || line.Grant != g.ID || line.Counter != "12" || line.Height != 0 {
		t.Fatalf("%+v", line)
	}
	list, err := w.s.Odd(ctx, false)
	if err != nil || len(list) != 1 || list[0].Reason != protocol.OddNotThere || list[0].Hall != "dongcheng" || list[0].What != string(WhatAuthorized) {
		t.Fatalf("%+v %v", list, err)
	}
	w.pass(time.Hour)
	if err := w.s.AnswerOdd(ctx, list[0].ID, "已核实"); err != nil {
		t.Fatal(err)
	}
	line = w.recorded("li", WhatOdd, WhatAuthorized)[0]
	if line.Report.Answer != "已核实" || !line.Report.Answered.Equal(w.now) {
		t.Fatalf("the holder reads %+v", line.Report)
	}
	w.refused(w.s.AnswerOdd(ctx, list[0].ID, "改口"), casework.AlreadyDone)
	if list, err := w.s.Odd(ctx, false); err != nil || len(list) != 0 {
		t.Fatalf("it still waits: %+v %v", list, err)
	}
}

func TestADayHasFiveReportsOfAHolderAndNoLongWords(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	other := protocol.ReportOdd{Reason: protocol.OddOther}
	w.refused(w.s.ReportOdd(ctx, "li", protocol.ReportOdd{Reason: "moon-phase"}), casework.Malformed)
	w.refused(w.s.ReportOdd(ctx, "li", protocol.ReportOdd{Reason: protocol.OddOther, Words: strings.Repeat("长", oddWords+1)}), casework.Malformed)
	w.refused(w.s.ReportOdd(ctx, "li", protocol.ReportOdd{Reason: protocol.OddOther, Words: "\xff"}), casework.Malformed)
	for range oddPerDay {
		if err := w.s.ReportOdd(ctx, "li", other); err != nil {
			t.Fatal(err)
		}
	}
	w.refused(w.s.ReportOdd(ctx, "li", other), casework.ReportsFull)
	if err := w.s.ReportOdd(ctx, "wang", other); err != nil {
		t.Fatal(err)
	}
	w.pass(24*time.Hour + time.Millisecond)
	if err := w.s.ReportOdd(ctx, "li", other); err != nil {
		t.Fatal(err)
	}
}

// A request that is refused as "not I" is a report too: the hall reads it.
func TestARefusalAsNotIReachesTheAdministrator(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	_, token := w.open(newCase())
	if err := w.s.Answer(ctx, Self("li"), token, false, true); err != nil {
		t.Fatal(err)
	}
	list, err := w.s.Odd(ctx, false)
	if line := w.recorded("li", WhatReported)[0]; err != nil || len(list) != 1 || list[0].Reason != protocol.OddNotMe || list[0].What != string(WhatReported) || line.Report == nil || line.Report.ID != list[0].ID {
		t.Fatalf("%+v %+v %v", line, list, err)
	}
}
