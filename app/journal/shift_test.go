package journal

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/psanford/sqlite3vfs"
	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

func closing(n int) casework.ShiftChange {
	return casework.ShiftChange{Time: testNow().Add(time.Duration(n) * time.Hour), Clerk: "0317", To: "0021", Note: casework.LineAway,
		Left: casework.Left{Cases: n, Steps: 2 * n, Refused: 1, Unfinished: 3, Evidence: 4}}
}

func opening(n int) casework.ShiftChange {
	return casework.ShiftChange{Open: true, Time: testNow().Add(time.Duration(n) * time.Hour), Clerk: "0318", Lacking: []casework.ShiftCheck{casework.CheckPad, casework.CheckClock}}
}

func TestTheCounterIsWhatTheLastOpeningOrClosingSays(t *testing.T) {
	o := testOptions(t.TempDir())
	j := openAt(t, o)
	sees := func(last, closed casework.ShiftChange) {
		t.Helper()
		got, err := j.Shift(t.Context())
		must(t, err)
		gone, err := j.LastClosing(t.Context())
		must(t, err)
		if !reflect.DeepEqual(got, last) || !reflect.DeepEqual(gone, closed) {
			t.Fatalf("the shift is %+v after %+v, want %+v after %+v", got, gone, last, closed)
		}
	}
	sees(casework.ShiftChange{}, casework.ShiftChange{})
	a, b, c := opening(1), closing(2), opening(3)
	must(t, j.ChangeShift(t.Context(), a))
	a.Seq = 1
	sees(a, casework.ShiftChange{})
	must(t, j.ChangeShift(t.Context(), b))
	b.Seq = 2
	sees(b, b)
	must(t, j.ChangeShift(t.Context(), c))
	c.Seq = 3
	must(t, j.Close())
	j = openAt(t, o)
	sees(c, b)
}

func TestAJournalOfAnOlderProgramLearnsOfShifts(t *testing.T) {
	o := testOptions(t.TempDir())
	old := o
	old.migrations = slices.DeleteFunc(migrations(), func(m string) bool { return m == schemaShift })
	j := openAt(t, old)
	newServing(1).append(t, j, casework.Opened)
	must(t, j.Close())
	j = openAt(t, o)
	if c, err := j.Shift(t.Context()); err != nil || c.Seq != 0 {
		t.Fatal(c, err)
	}
	must(t, j.ChangeShift(t.Context(), closing(1)))
	if w, err := j.Waiting(t.Context()); err != nil || len(w) != 1 || w[0].Step != casework.Opened {
		t.Fatal(w, err)
	}
}

// TestAPowerCutLeavesAShiftChangedOrNot cuts the power after every disk operation of
// a day that is opened and closed.
func TestAPowerCutLeavesAShiftChangedOrNot(t *testing.T) {
	const seed = 20261126
	dir := fastFolder(t)
	r := &recorder{root: dir}
	name := fmt.Sprintf("counterfoil-shift-%d", seed)
	must(t, sqlite3vfs.RegisterVFS(name, r))
	o := testOptions(dir)
	o.tuning = tuning{settings: map[string]string{"vfs": name, "_locking_mode": "EXCLUSIVE", "_synchronous": "FULL"}, shared: true, watch: r.watch, idle: -1}
	show := func(j *Journal) string {
		t.Helper()
		last, err := j.Shift(t.Context())
		must(t, err)
		w, err := j.Waiting(t.Context())
		must(t, err)
		if len(w) > 0 {
			w[0].Since = time.Time{}
		}
		return fmt.Sprintf("%+v %+v", last, w)
	}
	h := history{marks: []mark{{what: "nothing", picture: "{Seq:0 Open:false Time:0001-01-01 00:00:00 +0000 UTC Clerk: To: Note: Lacking:[] Left:{Cases:0 Steps:0 Refused:0 Unfinished:0 Evidence:0}} []"}}}
	j := openAt(t, o)
	done := func(what string, err error) {
		t.Helper()
		must(t, err)
		h.marks = append(h.marks, mark{what: what, at: r.count(), picture: show(j)})
	}
	done("open", nil)
	s := newServing(1)
	h.cases = append(h.cases, s.id)
	done("opening", j.ChangeShift(t.Context(), opening(1)))
	done("case", j.Append(t.Context(), s.step(casework.Opened), s.about))
	must(t, j.Sending(t.Context(), s.digests[0]))
	done("refused", j.Refuse(t.Context(), s.digests[0], casework.KeyUnknown))
	done("seen", j.Seen(t.Context(), s.id, "0317", testNow()))
	done("closing", j.ChangeShift(t.Context(), closing(2)))
	done("again", j.Reopen(t.Context(), s.id))
	done("opening again", j.ChangeShift(t.Context(), opening(3)))
	must(t, j.Close())
	h.ops = r.ops
	cuts := 0
	h.eachCut(t, seed, func(cut cutAt, dir string, allowed []mark) {
		cuts++
		j, err := Open(t.Context(), testOptions(dir))
		if err != nil {
			t.Fatalf("%s: does not open: %v", cut, err)
		}
		defer j.Close()
		got := show(j)
		if !slices.ContainsFunc(allowed, func(m mark) bool { return m.picture == got }) {
			t.Fatalf("%s\nfound:\n%s\nacknowledged (%s):\n%s", cut, got, allowed[0].what, allowed[0].picture)
		}
		must(t, j.ChangeShift(t.Context(), closing(9)))
	})
	if cuts < 50 {
		t.Fatalf("only %d cuts", cuts)
	}
}

// eachCut hands over what a power cut leaves after every third operation, each time
// in another way, with the marks that may be seen then.
func (h history) eachCut(t *testing.T, seed uint64, check func(cut cutAt, dir string, allowed []mark)) {
	t.Helper()
	rng, disk, last := rand.New(rand.NewPCG(seed, 2)), newSimulatedDisk(), 0
	for i, op := range h.ops {
		disk.apply(op)
		for last+1 < len(h.marks) && h.marks[last+1].at <= i+1 {
			last++
		}
		if i%3 != 0 {
			continue
		}
		how, dir := fates()[i/3%len(fates())], filepath.Join(fastFolder(t), "cut")
		writeImage(t, dir, disk.image(how, rng))
		check(cutAt{op: i + 1, what: op, how: how}, dir, h.marks[last:min(last+2, len(h.marks))])
		must(t, os.RemoveAll(dir))
	}
}

// Whatever happened, what a closing lists is what the outbox and the cases hold.
func TestWhatWaitsIsWhatTheModelSays(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := &model{t: t, options: testOptions(fastFolder(t)), gone: map[casework.CaseID]bool{}, links: map[int64]string{}}
		m.j = openAt(t, m.options)
		defer func() { m.j.Close() }()
		seen, sent := map[*serving]bool{}, map[*serving]bool{}
		r.Repeat(map[string]func(*rapid.T){
			"open":    func(*rapid.T) { m.begin() },
			"step":    m.step,
			"sending": func(r *rapid.T) { m.move(r, casework.Pending, casework.Sending) },
			"retry":   func(r *rapid.T) { m.move(r, casework.Sending, casework.Pending) },
			"refuse":  func(r *rapid.T) { m.move(r, casework.Sending, casework.Refused) },
			"receipt": m.receipt,
			"forget":  m.forget,
			"restart": func(*rapid.T) { m.restart() },
			"reopen": func(r *rapid.T) {
				s := m.anyCase(r)
				must(t, m.j.Reopen(t.Context(), s.id))
				for _, row := range m.rows {
					if row.s == s && row.send == casework.Refused {
						row.send = casework.Pending
					}
				}
				delete(seen, s)
			},
			"sent": func(r *rapid.T) {
				s := m.anyCase(r)
				must(t, m.j.EvidenceSent(t.Context(), s.id))
				sent[s] = true
			},
			"seen": func(r *rapid.T) {
				s := m.anyCase(r)
				err := m.j.Seen(t.Context(), s.id, "0317", testNow())
				if refused, _ := m.waits(s); refused == (err != nil) {
					r.Fatalf("noted as seen: %v, and refused is %v", err, refused)
				}
				if err == nil {
					seen[s] = true
				}
			},
			"": func(r *rapid.T) { m.checkWaiting(r, seen, sent) },
		})
	})
}

// waits counts what of a case is not on the ledger.
func (m *model) waits(s *serving) (refused bool, steps int) {
	for _, row := range m.rows {
		if row.s == s && row.send != casework.Committed {
			steps++
			refused = refused || row.send == casework.Refused
		}
	}
	return refused, steps
}

func (m *model) checkWaiting(r *rapid.T, seen, sent map[*serving]bool) {
	list, err := m.j.Waiting(m.t.Context())
	if err != nil {
		r.Fatal(err)
	}
	got := map[casework.CaseID]casework.WaitingCase{}
	waits := false // behind the refused ones
	for _, w := range list {
		got[w.ID] = w
		if w.Refusal != "" && waits {
			r.Fatal("a refused case stands behind one that waits by itself")
		}
		waits = waits || w.Refusal == ""
	}
	want, evidence := 0, 0
	for _, s := range m.cases {
		refused, steps := m.waits(s)
		w, there := got[s.id]
		if there != (steps > 0) || w.Steps != steps || (w.Refusal != "") != refused || there && w.Ended != s.standing.State.Ended() {
			r.Fatalf("a case with %d steps, refused %v, is listed as %+v", steps, refused, w)
		}
		if there && (w.Number != s.about.Number || w.Step == "" || w.Since.IsZero() || !w.Seen.IsZero() != (refused && seen[s]) || (w.SeenBy != "") != (refused && seen[s])) {
			r.Fatalf("listed as %+v", w)
		}
		if steps > 0 {
			want++
		}
		if s.standing.State.Ended() && !m.gone[s.id] && !sent[s] {
			evidence++
		}
	}
	if len(list) != want {
		r.Fatalf("%d cases are listed, want %d", len(list), want)
	}
	if n, err := m.j.EvidenceWaiting(m.t.Context()); err != nil || n != evidence {
		r.Fatalf("%d copies wait, want %d, %v", n, evidence, err)
	}
}
