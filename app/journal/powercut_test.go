package journal

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/psanford/sqlite3vfs"

	"counterfoil/app/casework"
	"counterfoil/packaging/campaign/asked"
)

// cutsVariable sets how many power cuts are tried.
const cutsVariable = "COUNTERFOIL_CUTS"

func wantedCuts() int { return asked.Count(cutsVariable, defaultCuts) }

// history is one recorded life of a journal.
type history struct {
	ops   []diskOp
	marks []mark
	cases []casework.CaseID
}

// mark is an acknowledged operation: what the journal showed once it had
// returned, and how many disk operations had been done by then.
type mark struct {
	what    string
	at      int
	picture string
}

// cutsInAHistory bounds what one history is cut: many lives are seen, and there is
// work for every core.
const cutsInAHistory = 1500

// Half of the cuts are followed by a second one while the journal recovers.
func TestAPowerCutAnywhereLosesNothingAcknowledged(t *testing.T) {
	seed, wanted := asked.Seed(20261123), wantedCuts()
	histories := (wanted + cutsInAHistory - 1) / cutsInAHistory
	var cuts, second, operations atomic.Int64
	t.Run("histories", func(t *testing.T) {
		for n := range histories {
			t.Run(strconv.Itoa(n), func(t *testing.T) {
				t.Parallel()
				h := recordLife(t, seed+uint64(n), "FULL")
				operations.Add(int64(len(h.ops)))
				tried, twice := h.cutEverywhere(t, seed+uint64(n), wanted*(n+1)/histories-wanted*n/histories, true, func(cut cutAt, got string, allowed []mark) {
					if !slices.ContainsFunc(allowed, func(m mark) bool { return m.picture == got }) {
						t.Fatalf("%s\nfound:\n%s\nacknowledged (%s):\n%s\nunder way:\n%s", cut, got, allowed[0].what, allowed[0].picture, allowed[len(allowed)-1].picture)
					}
				})
				cuts.Add(int64(tried))
				second.Add(int64(twice))
			})
		}
	})
	if t.Failed() {
		return // what it counts is true only of what holds
	}
	t.Logf("%d power cuts in %d operations of %d histories, %d with a second one during recovery, seed %d: nothing acknowledged was lost",
		cuts.Load(), operations.Load(), histories, second.Load(), seed)
	if cuts.Load() < int64(wanted) || second.Load() < cuts.Load()*2/5 {
		t.Errorf("%d cuts were wanted, and half of them with a second one", wanted)
	}
}

// The control: the very same campaign must notice that NORMAL loses what was
// acknowledged, or it would notice nothing.
func TestTheSamePowerCutsNoticeThatNormalLosesAcknowledgedSteps(t *testing.T) {
	seed := asked.Seed(20261123) + 1
	lost := 0
	h := recordLife(t, seed, "NORMAL")
	cuts, _ := h.cutEverywhere(t, seed, max(200, min(1000, wantedCuts()/10)), false, func(_ cutAt, got string, allowed []mark) {
		if !slices.ContainsFunc(allowed, func(m mark) bool { return m.picture == got }) {
			lost++
		}
	})
	t.Logf("control: with synchronous=NORMAL %d of %d power cuts lost something acknowledged", lost, cuts)
	if lost == 0 {
		t.Fatal("the campaign does not notice a journal that is not synced")
	}
}

// recordLife lets a journal live on a recording file system.
func recordLife(t *testing.T, seed uint64, synchronous string) history {
	t.Helper()
	dir := fastFolder(t)
	r := &recorder{root: dir}
	name := fmt.Sprintf("counterfoil-%s-%d", synchronous, seed)
	if err := sqlite3vfs.RegisterVFS(name, r); err != nil {
		t.Fatal(err)
	}
	o := testOptions(dir)
	o.tuning = tuning{settings: map[string]string{"vfs": name, "_locking_mode": "EXCLUSIVE", "_synchronous": synchronous},
		shared: true, watch: r.watch, idle: -1}
	l := &life{t: t, options: o, recorder: r, rng: rand.New(rand.NewPCG(seed, 1))}
	l.marks = []mark{{what: "nothing"}}
	l.live()
	return history{ops: r.ops, marks: l.marks, cases: l.all}
}

type cutAt struct {
	op     int
	what   diskOp
	how    fate
	second string // what the second cut did; "" without one
}

func (c cutAt) String() string {
	return fmt.Sprintf("cut after operation %d (%s %s), what was not synced %s%s", c.op, c.what.what, c.what.path, c.how, c.second)
}

// cutEverywhere cuts the power after operations all over the history, in every way,
// limit times; a limit above all of them cuts some twice, which tears them
// differently. With again every other journal loses power a second time while it
// recovers. It hands what is found then to check, with the marks that may be seen:
// the last acknowledged one and the one under way.
func (h history) cutEverywhere(t *testing.T, seed uint64, limit int, again bool, check func(cutAt, string, []mark)) (cuts, second int) {
	t.Helper()
	dir := fastFolder(t)
	rng := rand.New(rand.NewPCG(seed, 2))
	disk, r := newSimulatedDisk(), newRecovery(t, seed)
	all, last, turn := len(h.ops)*len(fates()), 0, 0
	for i, op := range h.ops {
		disk.apply(op)
		for last+1 < len(h.marks) && h.marks[last+1].at <= i+1 {
			last++
		}
		for _, how := range fates() {
			turn++
			for range turn*limit/all - (turn-1)*limit/all {
				where := filepath.Join(dir, strconv.Itoa(cuts))
				writeImage(t, where, disk.image(how, rng))
				cut := cutAt{op: i + 1, what: op, how: how}
				if again && cuts%2 == 1 && r.cutAgain(t, where, &cut, rng) {
					second++
				}
				check(cut, h.reopen(t, where, cut), h.marks[last:min(last+2, len(h.marks))])
				if err := os.RemoveAll(where); err != nil {
					t.Fatal(err)
				}
				cuts++
			}
		}
	}
	return cuts, second
}

func writeImage(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, keysName, daysName), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, content := range files {
		if err := os.WriteFile(filepath.Join(dir, path), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// reopen opens what a power cut left, with SQLite's own file system, takes its
// picture, and sees that work goes on.
func (h history) reopen(t *testing.T, dir string, cut cutAt) string {
	t.Helper()
	j, err := Open(t.Context(), testOptions(dir))
	if err != nil {
		return fmt.Sprintf("does not open: %v", err)
	}
	defer j.Close()
	seen := picture(t, j, h.cases)
	if wrong := halves(t, j, h.cases); wrong != "" {
		t.Fatalf("%s: %s", cut, wrong)
	}
	for _, day := range dayKeys(t, j) {
		if alive, err := j.hasContent(t.Context())(day); err != nil || !alive {
			t.Fatalf("%s: the key of %s is there, and nothing under it: %v", cut, day, err)
		}
	}
	open, err := j.Unfinished(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", cut, err)
	}
	for _, r := range open {
		goOn(t, j, r)
	}
	newServing(9000).append(t, j, casework.Opened, casework.Authorized, casework.Retrieved)
	return seen
}

// picture writes down all that a journal shows of some cases. What was on its
// way is pending: that is what every start makes of it.
func picture(t *testing.T, j *Journal, ids []casework.CaseID) string {
	t.Helper()
	var b strings.Builder
	for _, id := range ids {
		r, err := j.Case(t.Context(), id)
		if casework.KindOf(err) == casework.WrongCase {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, r.Number, r.Standing.State)
		for _, s := range r.Steps {
			if s.Send == casework.Sending {
				s.Send = casework.Pending
			}
			fmt.Fprintln(&b, " ", s.Seq, s.Kind, s.Digest.String()[:8], s.Send, s.Refusal, s.Height, contentPicture(t, j, id, s.Seq))
		}
		tries, err := j.Attempts(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, " ", len(tries), "tries")
	}
	last, err := j.Shift(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := j.Waiting(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range waiting {
		fmt.Fprintln(&b, w.Number, w.Steps, "wait, refused", w.Refusal, "seen by", w.SeenBy)
	}
	fmt.Fprintf(&b, "shift %+v\n", last)
	var attempts int
	if err := j.reader.QueryRow("SELECT coalesce(sum(attempts * place), 0) FROM outbox").Scan(&attempts); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&b, attempts, "in attempts")
	links, err := j.Links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "links %s\n", links)
	fmt.Fprintln(&b, operatorPicture(t, j))
	return b.String()
}

// keyStillThere marks a case whose key was to be destroyed: no whole operation leaves
// that.
const keyStillThere = ", its key still there"

func contentPicture(t *testing.T, j *Journal, id casework.CaseID, seq int) string {
	t.Helper()
	list, err := j.Content(t.Context(), id, seq)
	if casework.KindOf(err) == casework.ContentForgotten {
		if _, there := os.Stat(j.keys.dir.in(keyFile(id))); there == nil {
			return "forgotten" + keyStillThere
		}
		return "forgotten"
	}
	if casework.KindOf(err) == casework.JournalDamaged { // no mark shows that
		return err.Error()
	}
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	for _, a := range list {
		fmt.Fprintln(h, a.Name, a.Media, a.Salt, len(a.Content))
		h.Write(a.Content)
	}
	return fmt.Sprintf("%d:%x", len(list), h.Sum(nil)[:4])
}
