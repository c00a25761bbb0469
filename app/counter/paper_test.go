package counter_test

import (
	"slices"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// onPaper authorizes the open case by paper originals, by the given person.
func (h *hall) onPaper(acting *casework.Acting) {
	h.t.Helper()
	h.must(h.desk.ReadOriginals(h.ctx))
	h.until("the citizen sees that originals are read", func(s desk.Snapshot) bool {
		return s.Stage == desk.StagePaper && s.ScreenKind == casework.ScreenWait
	})
	p := desk.PaperOriginals{Compared: true, Reason: casework.NoPhone, Acting: acting}
	for _, n := range h.item.Needs {
		p.Kinds = append(p.Kinds, n.Kind)
	}
	h.must(h.desk.Paper(h.ctx, p))
	h.stage(desk.StageReview)
}

// acts is somebody who acts, in a role that fits the item.
func (h *hall) acts(name, number string) *casework.Acting {
	roles := casework.RolesAt(h.item.Audience)
	return &casework.Acting{Role: roles[1], Name: name, Number: number, For: casework.AsShown, Basis: "委托书二〇二六年十一月二十日"}
}

// read is what the clerk writes for a line of the form off its original.
func (h *hall) read(as casework.Typed) string {
	number := h.number
	if number == "" {
		number = "11010519491231002X"
	}
	return map[casework.Typed]string{casework.TypedCitizenNumber: number, casework.TypedCreditCode: "91350100M000100Y43",
		casework.TypedDate: "19491231", casework.TypedYesNo: casework.Yes, "": "照原件写的内容"}[as]
}

// TestACaseByPaperNeedsNeitherPhoneNorCentre: it is opened, authorized, confirmed
// and signed while there is no centre and no ledger, through a restart of the
// counter; afterwards the ledger, the journal and the verifier agree on it.
func TestACaseByPaperNeedsNeitherPhoneNorCentre(t *testing.T) {
	h := newHall(t)
	h.settled()
	h.must(h.centre.Close())
	id := h.opened()
	h.onPaper(h.acts("代办人测试甲", "11010519491231002X"))
	if c := h.last.Case; c.Method != casework.ByPaper || c.Acting == nil || len(c.Licences) != 0 {
		t.Errorf("the clerk sees %+v", c)
	}
	h.must(h.counter.Close())
	h.start()
	h.until("the case is there", func(s desk.Snapshot) bool { return len(s.Unfinished) == 1 && s.Pad.State == desk.Good })
	h.must(h.desk.Resume(h.ctx, id))
	h.stage(desk.StageReview)
	if c := h.last.Case; c.Acting == nil || c.Acting.Name != "代办人测试甲" || c.Method != casework.ByPaper {
		t.Errorf("after the restart the clerk sees %+v", c)
	}
	h.confirmed()
	h.finished()
	h.open()
	h.settled()
	want := slices.DeleteFunc(wholeCase(), func(k casework.StepKind) bool { return k == casework.Retrieved })
	if s := h.proved(id, want...); !s.Paper || s.Grant != "" || !h.onChain(id).Paper {
		t.Errorf("the case stands at %+v", s)
	}
}
