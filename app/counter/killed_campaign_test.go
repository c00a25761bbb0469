//go:build campaign

package counter_test

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/repository"
	"counterfoil/app/counter"
	"counterfoil/app/desk"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
	"counterfoil/app/rehearse"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/packaging/campaign/asked"
)

const (
	// killsVariable sets how often a counter is killed.
	killsVariable = "COUNTERFOIL_KILLS"
	// childVariable holds, as JSON, what a counter in a process of its own needs.
	childVariable = "COUNTERFOIL_COUNTER_CHILD"
)

// child is a counter to be killed: the same parts as the program has, with a clerk
// and a citizen at it.
type child struct {
	Dir, Chain, Centre, Phone, Ledger string
	CentreKey                         protocol.PublicKey
	Trust                             []byte
	Issuers                           map[string]protocol.PublicKey
	Item                              casework.ItemCode
	Whole                             bool
}

// TestACounterThatIsToBeKilled is the other process of the test below. By itself it
// has nothing to do.
func TestACounterThatIsToBeKilled(t *testing.T) {
	raw := os.Getenv(childVariable)
	if raw == "" {
		return
	}
	var c child
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		t.Fatal(err)
	}
	h := c.hall(t)
	said := map[casework.Digest]casework.SendState{}
	for {
		clerk := &tireless{hall: h, whole: c.Whole}
		clerk.saw = func(s desk.Snapshot) {
			h.told(s)
			h.say(s, said)
		}
		clerk.serve()
		h.desk.Clear()
		h.until("the case is gone", func(s desk.Snapshot) bool { return s.Case == nil })
	}
}

// hall is a hall around the child's own counter; the centre is its parent's.
func (c child) hall(t *testing.T) *hall {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	h := &hall{t: t, ctx: ctx, log: &record{}, session: &session{}}
	var err error
	h.books, err = sample()
	h.must(err)
	screens, err := drawn()
	h.must(err)
	id, err := counter.LoadIdentity(c.Dir)
	h.must(err)
	model := softpad.DefaultOpts()
	model.Model = softpad.STU430()
	h.pad = softpad.New(model)
	soon := 50 * time.Millisecond
	h.near = counter.Options{Dir: c.Dir, Identity: id, Practice: true, Chain: c.Chain, Hall: "dongcheng", Counter: "12", Clerk: "0317", Language: "zh-CN",
		Centre: c.Centre, CentreKey: c.CentreKey, Nodes: []string{c.Ledger}, Trust: c.Trust, Issuers: c.Issuers, Catalogue: h.books, Screens: screens,
		OpenPad: counter.PadAt(h.pad, false), OpenCamera: counter.PracticeCamera, LedgerLimit: time.Hour, ClearAfter: time.Hour, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Pace: counter.Pace{Greet: soon, Poll: soon, Health: soon, Evidence: soon, Send: soon}}
	h.start()
	h.item, _ = h.books.Item(c.Item)
	h.phone, err = rehearse.NewPhone(ctx, rehearse.PhoneOptions{Base: c.Phone, PIN: repository.PracticePIN, Hall: "dongcheng", Client: h.session})
	h.must(err)
	return h
}

// say tells the parent what the screen shows as done, and what as on the ledger.
func (h *hall) say(s desk.Snapshot, said map[casework.Digest]casework.SendState) {
	if s.Case == nil {
		return
	}
	shown := map[casework.StepKind]casework.SendState{}
	for _, step := range s.Case.Rail {
		if step.State == desk.RailDone && !step.Skipped {
			shown[step.Kind] = step.Send
		}
	}
	r, err := h.counter.Journal.Case(h.ctx, s.Case.ID)
	if err != nil {
		return // it is checked by told
	}
	for _, step := range r.Steps {
		send, is := shown[step.Kind]
		if is && send != said[step.Digest] {
			said[step.Digest] = send
			fmt.Println("shown", s.Case.ID, step.Seq, step.Digest, send)
		}
	}
}

// killed is a hall whose counter lives in other processes, and what these showed.
type killed struct {
	*hall
	about    child
	shown    map[casework.Digest]shownStep
	mischief *mischief
	untrue   map[casework.CaseID]bool // whose grant was a lie
	stood    atomic.Int64             // counters that had stopped by themselves, with words
}

type shownStep struct {
	id        casework.CaseID
	seq       int
	committed bool
}

// A counter is killed at any moment, hundreds of times, while its centre and its
// ledger node answer late, with errors, with nonsense, with lies or not at all.
// Everything that a screen ever showed as done is in the journal that is left, in its
// place; what it showed as on the ledger has its receipt; and in the end every entry
// is on the ledger once, but for those on a grant that the centre altered: the ledger
// refuses them and has none.
func TestAKilledCounterUnderAHostileCentreLosesDoublesAndBelievesNothing(t *testing.T) {
	kills, seed := asked.Count(killsVariable, 8), asked.Seed(20261130)
	const lanes = 4
	var cases, steps, mischiefs, untrue, stood atomic.Int64
	t.Run("lanes", func(t *testing.T) {
		for lane := range lanes {
			t.Run(fmt.Sprint(lane), func(t *testing.T) {
				t.Parallel()
				k := newKilled(t, rand.New(rand.NewPCG(seed, uint64(lane))), time.Minute+time.Duration(kills)*10*time.Second)
				rng := rand.New(rand.NewPCG(seed, uint64(lane+100)))
				for n := range kills / lanes {
					k.kill(rng, n%8 == 0)
					if n%10 == 9 {
						k.check()
					}
					if t.Failed() {
						t.Fatalf("kill %d of lane %d, seed %d", n, lane, seed)
					}
				}
				cases.Add(int64(k.ended()))
				steps.Add(int64(len(k.shown)))
				mischiefs.Add(k.mischief.done.Load())
				untrue.Add(int64(len(k.untrue)))
				stood.Add(k.stood.Load())
			})
		}
	})
	if t.Failed() {
		return // what it counts is true only of what holds
	}
	t.Logf("%d kills under %d acts of hostility, %d cases, %d steps shown as done, %d grants that were lies and refused by the ledger, %d counters had left their lying node, seed %d: lost 0, doubled 0, false 0",
		kills/lanes*lanes, mischiefs.Load(), cases.Load(), steps.Load(), untrue.Load(), stood.Load(), seed)
	if steps.Load() < int64(kills) || mischiefs.Load() < int64(kills) {
		t.Error("the counters hardly did anything, or nobody was hostile")
	}
	if stood.Load() > 1+int64(kills)/100 {
		t.Errorf("%d counters stood still", stood.Load())
	}
}

func newKilled(t *testing.T, rng *rand.Rand, patience time.Duration) *killed {
	t.Helper()
	k := &killed{hall: hallWithin(t, patience), shown: map[casework.Digest]shownStep{}, untrue: map[casework.CaseID]bool{}, mischief: &mischief{rng: rng, last: map[string][]byte{}}}
	k.must(k.counter.Close())
	_, own, err := ed25519.GenerateKey(nil)
	k.must(err)
	key, err := protocol.PublicOf(own)
	k.must(err)
	k.about = child{Dir: k.near.Dir, Chain: k.near.Chain, Centre: k.mischief.before(k.hall, own, k.near.Centre), Phone: k.hall.centre.PhoneURL(), Ledger: k.mischief.beforeNode(k.hall, k.near.Nodes[0]),
		CentreKey: key, Trust: k.near.Trust, Issuers: k.near.Issuers, Item: k.item.Code}
	return k
}

// kill lets a counter work until a moment that nothing chose.
func (k *killed) kill(rng *rand.Rand, whole bool) {
	k.t.Helper()
	k.about.Whole = whole
	about, err := json.Marshal(k.about)
	k.must(err)
	cmd := exec.Command(os.Args[0], "-test.run=^TestACounterThatIsToBeKilled$")
	cmd.Env = append(os.Environ(), childVariable+"="+string(about))
	out, err := cmd.StdoutPipe()
	k.must(err)
	k.must(cmd.Start())
	// One whose only node lied to it first opens no case for ten minutes, and says so.
	patience := time.AfterFunc(time.Minute, func() {
		k.stood.Add(1)
		cmd.Process.Kill()
	})
	defer patience.Stop()
	lines, first := bufio.NewReader(out), rng.IntN(14)
	for n := 0; ; n++ {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // it is dead, and the last line may be half a one
		}
		if strings.HasPrefix(line, "shown ") {
			k.hear(line)
		} else {
			k.t.Errorf("the counter said %q", line)
		}
		if n == first {
			time.AfterFunc(time.Duration(rng.IntN(30_000))*time.Microsecond, func() { cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		k.t.Errorf("the counter ended by itself: %v", err)
	}
}

func (k *killed) hear(line string) {
	k.t.Helper()
	var id casework.CaseID
	var seq int
	var digest, send string
	if n, err := fmt.Sscanf(line, "shown %s %d %s %s", &id, &seq, &digest, &send); n != 4 {
		k.t.Fatalf("%q: %v", line, err)
	}
	var d casework.Digest
	k.must(d.UnmarshalText([]byte(digest)))
	k.shown[d] = shownStep{id, seq, k.shown[d].committed || casework.SendState(send) == casework.Committed}
}

// check looks in that journal for all that was shown.
func (k *killed) check() {
	k.t.Helper()
	j := k.left()
	defer j.Close()
	k.holds(j)
}

func (k *killed) holds(j *journal.Journal) map[casework.CaseID]bool {
	k.t.Helper()
	records := map[casework.CaseID]casework.CaseRecord{}
	cases := map[casework.CaseID]bool{}
	for d, s := range k.shown {
		r, known := records[s.id]
		if !known {
			var err error
			r, err = j.Case(k.ctx, s.id)
			k.must(err)
			records[s.id], cases[s.id] = r, true
		}
		if s.seq > len(r.Steps) || r.Steps[s.seq-1].Digest != d {
			k.t.Errorf("step %d of %s is lost", s.seq, s.id)
		} else if s.committed && r.Steps[s.seq-1].Send != casework.Committed {
			k.t.Errorf("step %d of %s was on the ledger and is %s", s.seq, s.id, r.Steps[s.seq-1].Send)
		}
	}
	return cases
}

// ended has a counter whose lines are honest finish what is open, and checks every
// case. It returns how many there are.
func (k *killed) ended() int {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute+time.Duration(len(k.shown))*50*time.Millisecond) // what takes longer never ends
	k.t.Cleanup(cancel)
	k.ctx = ctx
	k.sentAgain()
	k.start()
	for {
		k.until("the counter is up", func(s desk.Snapshot) bool { return s.Pad.State == desk.Good && s.Case == nil })
		if len(k.last.Unfinished) == 0 {
			break
		}
		c := &tireless{hall: k.hall, saw: k.told}
		c.serve()
		k.desk.Clear()
	}
	k.until("all is on the ledger, or refused", func(desk.Snapshot) bool {
		waiting, refused := k.waiting(k.counter.Journal)
		return len(waiting) == len(refused)
	})
	k.foundOut()
	cases := k.holds(k.counter.Journal)
	for id := range cases {
		if kinds := k.whatItWas(id); !k.untrue[id] {
			k.proved(id, kinds...)
		}
	}
	return len(cases)
}

// foundOut looks at what an honest node refuses: a grant in whose number or salt the
// centre lied. The counter has nobody to ask but that centre; the ledger knows what
// was registered, has the case up to there and nothing of it further.
func (k *killed) foundOut() {
	k.t.Helper()
	_, refused := k.waiting(k.counter.Journal)
	if lies := k.mischief.grants.Load(); int64(len(refused)) > lies {
		k.t.Errorf("%d cases are refused, and the centre lied in %d grants", len(refused), lies)
	}
	for _, w := range refused {
		k.untrue[w.ID] = true
		r, err := k.counter.Journal.Case(k.ctx, w.ID)
		k.must(err)
		n := len(r.Steps) - w.Steps
		if w.Step != casework.Authorized || w.Refusal != casework.GrantUnknown && w.Refusal != casework.WrongItem {
			k.t.Errorf("an honest node refuses %s of %s: %s", w.Step, w.ID, w.Refusal)
		} else if there := k.onChain(w.ID); there.Seq != n || there.Head != r.Steps[n-1].Digest {
			k.t.Errorf("of %s the chain has %d entries, %d are not refused", w.ID, there.Seq, n)
		}
	}
}
