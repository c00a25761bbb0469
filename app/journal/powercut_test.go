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
	"testing"

	"github.com/psanford/sqlite3vfs"

	"counterfoil/app/casework"
)

// cutsVariable sets how many power cuts are tried.
const cutsVariable = "COUNTERFOIL_CUTS"

func wantedCuts(t *testing.T) int {
	t.Helper()
	if s := os.Getenv(cutsVariable); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("%s: %v", cutsVariable, err)
		}
		return n
	}
	return defaultCuts
}

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

func TestAPowerCutAnywhereLosesNothingAcknowledged(t *testing.T) {
	const seed = 20261123
	wanted, cuts, histories, operations := wantedCuts(t), 0, 0, 0
	for ; cuts < wanted; histories++ {
		h := recordLife(t, seed+uint64(histories), "FULL")
		operations += len(h.ops)
		cuts += h.cutEverywhere(t, seed+uint64(histories), wanted-cuts, func(cut cutAt, got string, allowed []mark) {
			if !slices.ContainsFunc(allowed, func(m mark) bool { return m.picture == got }) {
				t.Fatalf("%s\nfound:\n%s\nacknowledged (%s):\n%s\nunder way:\n%s", cut, got, allowed[0].what, allowed[0].picture, allowed[len(allowed)-1].picture)
			}
		})
	}
	t.Logf("%d power cuts in %d operations of %d histories, seed %d: nothing acknowledged was lost", cuts, operations, histories, seed)
}

// The control: the very same campaign must notice that NORMAL loses what was
// acknowledged, or it would notice nothing.
func TestTheSamePowerCutsNoticeThatNormalLosesAcknowledgedSteps(t *testing.T) {
	const seed = 20261124
	lost, cuts := 0, 0
	h := recordLife(t, seed, "NORMAL")
	cuts = h.cutEverywhere(t, seed, max(200, wantedCuts(t)/10), func(_ cutAt, got string, allowed []mark) {
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
	op   int
	what diskOp
	how  fate
}

func (c cutAt) String() string {
	return fmt.Sprintf("cut after operation %d (%s %s), what was not synced %s", c.op, c.what.what, c.what.path, c.how)
}

// cutEverywhere cuts the power after every operation, in every way, until limit;
// a limit below all of them takes the ways in turn. It hands what is found then to
// check, with the marks that may be seen: the last acknowledged one and the one
// under way.
func (h history) cutEverywhere(t *testing.T, seed uint64, limit int, check func(cutAt, string, []mark)) int {
	t.Helper()
	dir := fastFolder(t)
	rng := rand.New(rand.NewPCG(seed, 2))
	disk := newSimulatedDisk()
	stride := max(1, len(h.ops)*len(fates())/limit)
	cuts, last := 0, 0
	for i, op := range h.ops {
		disk.apply(op)
		for last+1 < len(h.marks) && h.marks[last+1].at <= i+1 {
			last++
		}
		for k, how := range fates() {
			if (i+k)%stride != 0 {
				continue
			}
			where := filepath.Join(dir, strconv.Itoa(cuts))
			writeImage(t, where, disk.image(how, rng))
			cut := cutAt{op: i + 1, what: op, how: how}
			check(cut, h.reopen(t, where, cut), h.marks[last:min(last+2, len(h.marks))])
			if err := os.RemoveAll(where); err != nil {
				t.Fatal(err)
			}
			cuts++
		}
	}
	return cuts
}

func writeImage(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, keysName), 0o700); err != nil {
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
		t.Fatalf("%s: does not open: %v", cut, err)
	}
	defer j.Close()
	seen := picture(t, j, h.cases)
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

func contentPicture(t *testing.T, j *Journal, id casework.CaseID, seq int) string {
	t.Helper()
	list, err := j.Content(t.Context(), id, seq)
	if casework.KindOf(err) == casework.ContentForgotten {
		if _, there := os.Stat(j.keys.dir.in(keyFile(id))); there == nil {
			t.Fatal("a forgotten case still has its key")
		}
		return "forgotten"
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
