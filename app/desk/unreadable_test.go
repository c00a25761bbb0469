package desk_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
)

// shrunk is a catalogue from which the administrator has taken an item.
type shrunk struct {
	desk.Catalogue
	gone *casework.ItemCode
}

func (s shrunk) Item(code casework.ItemCode) (casework.ServiceItem, bool) {
	if code == *s.gone {
		return casework.ServiceItem{}, false
	}
	return s.Catalogue.Item(code)
}

func TestACaseWhoseItemIsNoLongerOfferedCanBeEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := casework.ItemCode("")
		h := newHall(t, func(o *desk.Options) { o.Catalogue = shrunk{o.Catalogue, &gone} })
		defer func() { h.stop() }()
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"restart"})
		gone = "SAMPLE-0003"
		h.run([]string{"!", "resume", "wrong-item"}, []string{"expect", "licences", "0"}, []string{"!", "push", "wrong-item"}, []string{"!", "submit", "wrong-item"}, []string{"aside"})
		gone = "" // the administrator has put it back
		h.run([]string{"resume"}, []string{"expect", "licences", "3"}, []string{"restart"})
		gone = "SAMPLE-0003"
		h.run([]string{"!", "resume", "wrong-item"}, []string{"abandon", "clerk"}, []string{"expect", "stage", "ended"},
			[]string{"expect", "kept", "opened", "authorized", "retrieved", "abandoned"}, []string{"expect", "content", "forgotten"}, []string{"expect", "unfinished", "0"})
	})
}

func TestACaseWhoseContentIsDamagedCanBeEnded(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"})
		key := filepath.Join(h.dir, "keys", string(h.last.Case.ID)+".key")
		h.remember()
		h.stop()
		if err := os.WriteFile(key, []byte("no key at all"), 0o600); err != nil {
			t.Fatal(err)
		}
		h.start()
		h.run([]string{"expect", "unfinished", "1"}, []string{"!", "resume", "journal-damaged"}, []string{"!", "renew", "journal-damaged"},
			[]string{"abandon", "clerk"}, []string{"expect", "unfinished", "0"}, []string{"clear"}, []string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"expect", "stage", "review"})
	})
}

func TestARevocationIsCarriedOutOnceAndHoldsForNobodyElse(t *testing.T) {
	sitDown(t, func(h *hall) {
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"}, []string{"aside"}, []string{"open", "SAMPLE-0001"}, []string{"answer", "agree"})
		kept := h.last.Case.ID
		if err := h.desk.Revoked(context.Background(), casework.GrantID(protocol.NewID())); err != nil {
			t.Error("a grant of no case here:", err)
		}
		h.run([]string{"expect", "stage", "review"}, []string{"expect", "unfinished", "1"})
		r, err := h.journal.Case(context.Background(), h.before)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the centre tells of it again after every start
			if err := h.desk.Revoked(context.Background(), r.Standing.Grant); err != nil {
				t.Error(err)
			}
			h.settle()
			h.run([]string{"expect", "stage", "review"}, []string{"expect", "unfinished", "0"})
			h.run([]string{"aside"}, []string{"restart"}, []string{"resume"})
		}
		if h.last.Case.ID != kept || len(h.last.Case.Licences) != 1 {
			t.Errorf("the other case is %+v", h.last.Case)
		}
	})
}
