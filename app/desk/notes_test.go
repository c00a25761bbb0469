package desk_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// worn is a journal on a disk that takes no step, or keeps the key that was to go.
type worn struct {
	desk.Journal
	full, sticks *bool
}

func (w worn) Append(ctx context.Context, s casework.Step, about desk.About, acts ...casework.OperatorAct) error {
	if *w.full {
		return casework.Refuse(casework.JournalFull, "no room")
	}
	return w.Journal.Append(ctx, s, about, acts...)
}

func (w worn) Forget(ctx context.Context, id casework.CaseID, acts ...casework.OperatorAct) error {
	if *w.sticks {
		return casework.Refuse(casework.JournalUnwritable, "the key stays")
	}
	return w.Journal.Forget(ctx, id, acts...)
}

// words is what the log says since it had so many lines.
func (r *roster) words(since int) (list []string) {
	for _, a := range r.log()[since:] {
		word := a.Clerk + " " + string(a.What) + " " + a.Note
		if a.Why != "" {
			word += " refused: " + string(a.Why)
		}
		list = append(list, word)
	}
	return list
}

func TestTheLogSaysOnceWhetherAStepWasDoneOrRefused(t *testing.T) {
	full, sticks := false, false
	staffed(t, func(o *desk.Options) { o.Journal = worn{o.Journal, &full, &sticks} }, func(h *hall, r *roster) {
		h.signIn(clerk0)
		from := len(r.log())
		full = true
		h.run([]string{"!", "open", "SAMPLE-0003", "journal-full"})
		full = false
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"})
		sticks = true
		h.run([]string{"!", "abandon", "clerk", "journal-unwritable"}, []string{"expect", "stage", "ended"}, []string{"expect", "kept", "opened", "authorized", "retrieved", "abandoned"})
		want := []string{"0317 step opened refused: journal-full", "0317 step opened", "0317 step retrieved", "0317 step abandoned"}
		if got := r.words(from); !slices.Equal(got, want) {
			t.Errorf("the log says %q, want %q", got, want)
		}
	})
}

func TestACaseThatIsBroughtBackUnreadableWasBroughtBack(t *testing.T) {
	staffed(t, nil, func(h *hall, r *roster) {
		h.signIn(clerk0)
		h.run([]string{"open", "SAMPLE-0003"}, []string{"answer", "agree"})
		h.remember()
		key := filepath.Join(h.dir, "keys", string(h.last.Case.ID)+".key")
		h.stop()
		if err := os.WriteFile(key, []byte("no key at all"), 0o600); err != nil {
			t.Fatal(err)
		}
		h.start()
		h.signIn(clerk0)
		from := len(r.log())
		h.run([]string{"!", "resume", "journal-damaged"}, []string{"abandon", "clerk"})
		if got, want := r.words(from), []string{"0317 resume ", "0317 step abandoned"}; !slices.Equal(got, want) {
			t.Errorf("the log says %q, want %q", got, want)
		}
	})
}

func TestSendingAgainStandsInTheLogWhereSomethingIsSentAgain(t *testing.T) {
	staffed(t, nil, func(h *hall, r *roster) {
		h.signIn(clerk0)
		h.run([]string{"open", "SAMPLE-0003"})
		id := h.last.Case.ID
		first := h.verify(id).Steps[0].Digest
		h.must(h.journal.Sending(background, first), "")
		h.must(h.journal.Refuse(background, first, casework.KeyUnknown), "")
		from := len(r.log())
		h.must(h.desk.NoteSeen(background, id), "")
		h.must(h.desk.SendAgain(background, id), "")
		h.must(h.desk.SendAgain(background, id), "") // nothing is refused any more
		h.must(h.desk.NoteSeen(background, id), casework.NotNow)
		h.must(h.desk.SendAgain(background, "nowhere"), casework.WrongCase)
		want := []string{"0317 seen ", "0317 send-again ", "0317 send-again  refused: wrong-case"}
		if got := r.words(from); !slices.Equal(got, want) {
			t.Errorf("the log says %q, want %q", got, want)
		}
	})
}
