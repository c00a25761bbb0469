package journal

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/psanford/sqlite3vfs"

	"counterfoil/app/casework"
	"counterfoil/packaging/campaign/asked"
)

// workloadsVariable sets how many workloads meet a failing disk, 1 to 3, at every
// operation. Where it is not set it is one, at every seventh.
const workloadsVariable = "COUNTERFOIL_WORKLOADS"

// workload is work whose parts can be done again. Its steps are made once, so that a
// journal's pictures are the same in every run.
type workload struct {
	name  string
	fresh bool // the journal is made, too
	sends bool // a start puts back what is on its way: afterwards all is sent anew
	cases []casework.CaseID
	parts []part
}

type part struct {
	what string
	do   func(*Journal) error
}

// A disk fails at its first operation, its second, the third and so on: with an
// error or for want of room, once or for ever. The work is refused with the right
// reason or done; what was acknowledged is shown all the while and found again; and
// the same again goes through as soon as the disk takes it.
func TestADiskThatFailsAnywhereLosesNothingAndDoublesNothing(t *testing.T) {
	r := &recorder{}
	if err := sqlite3vfs.RegisterVFS("counterfoil-failing", r); err != nil {
		t.Fatal(err)
	}
	all, tried, failed, refused := []workload{wholeLine(t), sendingLine(t), forgettingLine(t)}, 0, 0, 0
	wanted, stride := asked.Count(workloadsVariable, 0), 1
	if wanted == 0 {
		wanted, stride = 1, 7
	}
	all = all[:min(len(all), wanted)]
	for _, w := range all {
		sound := ofWorkload(t, w)
		for _, kind := range []struct{ full, forever bool }{{}, {full: true}, {forever: true}, {full: true, forever: true}} {
			for n := 1; ; n += stride {
				trial := failing{T: t, recorder: r, workload: w, pictures: sound, mode: fmt.Sprintf("%s, operation %d, full %v, for ever %v", w.name, n, kind.full, kind.forever)}
				r.fail, r.full, r.forever = n, kind.full, kind.forever
				hit := trial.play()
				tried, failed, refused = tried+1, failed+hit, refused+trial.refused
				if hit == 0 {
					break
				}
			}
		}
	}
	if t.Failed() {
		return // what it counts is true only of what holds
	}
	t.Logf("%d runs of %d workloads, %d operations failed, %d refusals: nothing lost, nothing doubled", tried, len(all), failed, refused)
	if refused < 50 {
		t.Fatal("the disk hardly ever failed")
	}
}

// failing is one run on a disk that fails.
type failing struct {
	*testing.T
	*recorder
	workload
	pictures []string // after so many parts
	mode     string
	refused  int
}

func (f *failing) options() (sound, broken Options) {
	f.Helper()
	sound = testOptions(fastFolder(f))
	if !f.fresh {
		j, err := Open(f.Context(), sound)
		f.want(err, "a sound disk")
		f.want(j.Close(), "a sound disk")
	}
	broken = sound
	broken.tuning = tuning{settings: map[string]string{"vfs": "counterfoil-failing", "_locking_mode": "EXCLUSIVE"}, shared: true, watch: f.watch, idle: -1}
	return sound, broken
}

func (f *failing) want(err error, when string) {
	f.Helper()
	if err != nil {
		f.Fatalf("%s: %s: %v", f.mode, when, err)
	}
}

// play does the work, and returns how many operations of the disk failed.
func (f *failing) play() int {
	f.Helper()
	sound, broken := f.options()
	f.root, f.ops = sound.Dir, nil
	done := 0
	j, err := Open(f.Context(), broken)
	if err != nil {
		f.refusal(err, "open")
		if !f.forever {
			j, err = Open(f.Context(), broken)
			f.want(err, "the second start")
		}
	}
	if j != nil {
		done = f.work(j)
	}
	hit := f.heal()
	j, err = Open(f.Context(), sound)
	f.want(err, "the disk is sound again")
	defer j.Close()
	may := f.pictures[done:min(done+2, len(f.pictures))]
	if got := picture(f.T, j, f.cases); !slices.ContainsFunc(may, func(p string) bool { return got == strings.ReplaceAll(p, keyStillThere, "") }) {
		f.Fatalf("%s: after %d parts\n%s\nwant\n%s", f.mode, done, got, f.pictures[done])
	}
	if wrong := halves(f.T, j, f.cases); wrong != "" {
		f.Fatalf("%s: after %d parts %s", f.mode, done, wrong)
	}
	f.finish(j, done)
	if wrong := halves(f.T, j, f.cases); wrong != "" {
		f.Fatalf("%s: in the end %s", f.mode, wrong)
	}
	return hit
}

// finish does what is left of the work on a sound disk.
func (f *failing) finish(j *Journal, done int) {
	f.Helper()
	if f.sends {
		for drained(f.T, j) > 0 {
		}
		if err := j.Reopen(f.Context(), f.cases[0], casework.OperatorAct{Clerk: "0317", What: casework.OpSendAgain, Case: f.cases[0]}); err == nil { // a refused one held back those behind it
			for drained(f.T, j) > 0 {
			}
		}
		r, err := j.Case(f.Context(), f.cases[0])
		if done > 0 {
			f.want(err, "in the end")
		}
		if slices.ContainsFunc(r.Steps, func(s casework.StepRecord) bool { return s.Send != casework.Committed }) {
			f.Fatalf("%s: something is never sent: %s", f.mode, picture(f.T, j, f.cases))
		}
		return
	}
	for _, p := range f.parts[done:] {
		f.want(p.do(j), "in the end: "+p.what)
	}
	if got, want := picture(f.T, j, f.cases), f.pictures[len(f.parts)]; got != want {
		f.Fatalf("%s: in the end\n%s\nwant\n%s", f.mode, got, want)
	}
}

// drained brings what is ready to a ledger that takes everything, each entry once,
// and returns how many that were.
func drained(t *testing.T, j *Journal) int {
	t.Helper()
	list, err := j.Ready(t.Context(), 10)
	must(t, err)
	for _, o := range list {
		must(t, j.Sending(t.Context(), o.Digest))
		must(t, j.Committed(t.Context(), receiptFor(o.Digest, 9)))
	}
	return len(list)
}

// work does the parts until one can't be done twice, closes the journal, and
// returns how many are done.
func (f *failing) work(j *Journal) int {
	f.Helper()
	done := 0
	for _, p := range f.parts {
		err := p.do(j)
		if err != nil {
			f.refusal(err, p.what)
			if wrong := halves(f.T, j, f.cases); wrong != "" {
				f.Fatalf("%s: refused at %s, and %s", f.mode, p.what, wrong)
			}
			got := picture(f.T, j, f.cases)
			begun := p.what == "forget" && strings.ReplaceAll(got, keyStillThere, "") == f.pictures[done+1]
			if got != f.pictures[done] && !begun {
				f.Fatalf("%s: refused at %s, and it shows\n%s\nwant\n%s", f.mode, p.what, got, f.pictures[done])
			}
			err = p.do(j)
		}
		if err != nil && f.forever {
			f.refusal(err, p.what)
			break
		}
		f.want(err, "the same again: "+p.what)
		done++
	}
	if err := j.Close(); err != nil {
		f.refusal(err, "close")
	}
	return done
}

func (f *failing) refusal(err error, when string) {
	f.Helper()
	f.refused++
	if may := f.reasons(); !slices.Contains(may, casework.KindOf(err)) {
		f.Fatalf("%s: %s: %v, want one of %v", f.mode, when, err, may)
	}
}

// ofWorkload returns what a journal shows after each part on a sound disk.
func ofWorkload(t *testing.T, w workload) []string {
	t.Helper()
	j := openAt(t, testOptions(fastFolder(t)))
	pictures := []string{picture(t, j, w.cases)}
	for _, p := range w.parts {
		if err := p.do(j); err != nil {
			t.Fatalf("%s: %s on a sound disk: %v", w.name, p.what, err)
		}
		pictures = append(pictures, picture(t, j, w.cases))
	}
	must(t, j.Close())
	return pictures
}

// takes adds a case's steps to the work.
func (w *workload) takes(t *testing.T, n, size int, kinds ...casework.StepKind) []casework.Digest {
	s := newServing(n)
	s.picture = size
	w.cases = append(w.cases, s.id)
	for _, kind := range kinds {
		step := s.step(kind)
		w.part(string(kind), func(j *Journal) error { return j.Append(t.Context(), step, s.about, lineOf(s.id, kind)) })
	}
	return slices.Clone(s.digests)
}

func (w *workload) part(what string, do func(*Journal) error) {
	w.parts = append(w.parts, part{what, do})
}

// wholeLine is a case from its opening to the end.
func wholeLine(t *testing.T) workload {
	w := workload{name: "a whole case"}
	w.part("opening", func(j *Journal) error { return j.ChangeShift(t.Context(), opening(1), anAct(casework.OpOpen, "0318")) })
	w.takes(t, 1, 20_000, usual()...)
	w.part("closing", func(j *Journal) error { return j.ChangeShift(t.Context(), closing(2), anAct(casework.OpClose, "0317")) })
	return w
}

// sendingLine brings entries to the ledger, in every way that can go.
func sendingLine(t *testing.T) workload {
	ctx, w := t.Context(), workload{name: "sending", sends: true}
	d := w.takes(t, 1, 600, usual()[:4]...)
	w.part("attempt", func(j *Journal) error {
		return j.Attempt(ctx, casework.Attempt{Case: w.cases[0], Step: casework.Authorized, Why: casework.CodeUnknown, Time: testNow()})
	})
	w.part("sending", func(j *Journal) error { return j.Sending(ctx, d[0]) })
	w.part("committed", func(j *Journal) error { return j.Committed(ctx, receiptFor(d[0], 7)) })
	w.part("sending", func(j *Journal) error { return j.Sending(ctx, d[1]) })
	w.part("retry", func(j *Journal) error { return j.Retry(ctx, d[1]) })
	w.part("checkpoint", func(j *Journal) error { return j.checkpoint("TRUNCATE") })
	w.part("sending", func(j *Journal) error { return j.Sending(ctx, d[1]) })
	w.part("refused", func(j *Journal) error { return j.Refuse(ctx, d[1], casework.KeyUnknown) })
	w.part("seen", func(j *Journal) error {
		return j.Seen(ctx, w.cases[0], "0317", testNow(), casework.OperatorAct{Clerk: "0317", What: casework.OpSeen, Case: w.cases[0]})
	})
	w.part("reopened", func(j *Journal) error {
		return j.Reopen(ctx, w.cases[0], casework.OperatorAct{Clerk: "0317", What: casework.OpSendAgain, Case: w.cases[0]})
	})
	w.part("link", func(j *Journal) error { return j.KeepLink(ctx, 7, linkFor(7)) })
	return w
}

// forgettingLine makes a journal, and keys that it destroys.
func forgettingLine(t *testing.T) workload {
	ctx, w := t.Context(), workload{name: "forgetting", fresh: true}
	w.takes(t, 1, 30_000, usual()...)
	w.part("forget", func(j *Journal) error { return j.Forget(ctx, w.cases[0], forgetLine(w.cases[0])) })
	w.takes(t, 2, 600, casework.Opened, casework.Authorized, casework.Abandoned)
	w.part("checkpoint", func(j *Journal) error { return j.checkpoint("TRUNCATE") })
	w.part("forget", func(j *Journal) error { return j.Forget(ctx, w.cases[1], forgetLine(w.cases[1])) })
	return w
}
