//go:build campaign

package counter_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/rs/zerolog"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/packaging/campaign/asked"
	"counterfoil/packaging/campaign/vacant"
)

// networkVariable sets how many rounds each kind of fault gets.
const networkVariable = "COUNTERFOIL_NETWORK"

// lineFault is one way in which a line fails. Streams are those of toxiproxy: up to
// the server, down to the counter.
type lineFault struct {
	name, kind string
	streams    []string
	attributes func(*rand.Rand) string
}

func lineFaults() []lineFault {
	one := func(name string, from, spread int) func(*rand.Rand) string {
		return func(r *rand.Rand) string { return fmt.Sprintf(`{%q:%d}`, name, from+r.IntN(spread)) }
	}
	up, down := []string{"upstream"}, []string{"downstream"}
	return []lineFault{
		{"questions are delayed", "latency", up, one("latency", 10, 150)},
		{"answers are delayed", "latency", down, one("latency", 10, 150)},
		{"the line is cut", "", nil, nil},
		{"a question is cut off", "limit_data", up, one("bytes", 0, 3000)},
		{"an answer is cut off", "limit_data", down, one("bytes", 0, 4000)},
		{"half-open: no question arrives", "timeout", up, one("timeout", 0, 1)},
		{"half-open: no answer arrives", "timeout", down, one("timeout", 0, 1)},
		{"connections are reset", "reset_peer", down, one("timeout", 0, 20)},
		{"the line is slow", "bandwidth", []string{"upstream", "downstream"}, one("rate", 2, 30)},
		{"bytes of questions are corrupted", "corrupt", up, one("one_in", 1, 3)},
		{"bytes of answers are corrupted", "corrupt", down, one("one_in", 1, 3)},
	}
}

// Corrupt is a toxic that flips a bit in one of so many chunks.
type Corrupt struct {
	OneIn int `json:"one_in"`
}

// Pipe passes chunks on until it is taken away.
func (c *Corrupt) Pipe(stub *toxics.ToxicStub) {
	for {
		select {
		case <-stub.Interrupt:
			return
		case chunk := <-stub.Input:
			if chunk == nil {
				stub.Close()
				return
			}
			if len(chunk.Data) > 0 && rand.IntN(c.OneIn) == 0 {
				chunk.Data[rand.IntN(len(chunk.Data))] ^= 1 << rand.IntN(8)
			}
			stub.Output <- chunk
		}
	}
}

// unsound is a hall whose lines to the centre, with TLS, and to the ledger, without,
// go through proxies.
type unsound struct {
	*hall
	centre, ledger *toxiproxy.Proxy
}

func newUnsound(t *testing.T, patience time.Duration) *unsound {
	t.Helper()
	u := &unsound{hall: hallWithin(t, patience)}
	u.must(u.counter.Close())
	u.centre, u.ledger = u.proxy("centre", u.near.Centre), u.proxy("ledger", u.near.Nodes[0])
	u.near.Centre, u.near.Nodes = "https://"+u.centre.Listen, []string{"http://" + u.ledger.Listen}
	u.hall.start()
	return u
}

func (u *unsound) proxy(name, to string) *toxiproxy.Proxy {
	u.t.Helper()
	_, address, _ := strings.Cut(to, "://")
	p := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.New(io.Discard)), name, vacant.Address(), address)
	u.must(p.Start())
	u.t.Cleanup(p.Stop)
	return p
}

// ail lets a line fail. heal ends it as the people do who repair lines: what was
// connected is not any more.
func (u *unsound) ail(p *toxiproxy.Proxy, f lineFault, rng *rand.Rand) (heal func()) {
	u.t.Helper()
	if f.kind == "" {
		p.Stop()
		return func() { u.must(p.Start()) }
	}
	for _, stream := range f.streams {
		toxic := fmt.Sprintf(`{"name":%q,"type":%q,"stream":%q,"attributes":%s}`, stream, f.kind, stream, f.attributes(rng))
		if _, err := p.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			u.t.Fatal(err)
		}
	}
	return func() {
		p.Toxics.ResetToxics(context.Background())
		p.Stop()
		u.must(p.Start())
	}
}

// Eleven kinds of faults on each of two lines, at any moment of a case and for any
// while: the clerk is told what is true and tries again, the case ends right, and
// every entry is on the ledger once.
func TestALineThatFailsInAnyWayLosesDoublesAndFakesNothing(t *testing.T) {
	zerolog.SetGlobalLevel(zerolog.Disabled) // a toxic tells of every interruption
	toxics.Register("corrupt", new(Corrupt))
	rounds, seed := asked.Count(networkVariable, 1), asked.Seed(20261129)
	const lanes = 4
	var done, refusals, whole, named, entries atomic.Int64
	t.Run("lanes", func(t *testing.T) {
		for lane := range lanes {
			t.Run(fmt.Sprint(lane), func(t *testing.T) {
				t.Parallel()
				u := newUnsound(t, time.Minute)
				for k := lane; k < 2*len(lineFaults()); k += lanes {
					rng := rand.New(rand.NewPCG(seed, uint64(k)))
					p, f := u.centre, lineFaults()[k/2]
					if k%2 == 1 {
						p = u.ledger
					}
					for round := range rounds {
						r := u.round(p, f, rng, round%20 == 0)
						done.Add(1)
						refusals.Add(int64(r.refusals))
						entries.Add(int64(r.entries))
						if r.whole {
							whole.Add(1)
						}
						if r.named {
							named.Add(1)
						}
						if t.Failed() {
							t.Fatalf("%s: %s, round %d, seed %d", p.Name, f.name, round, seed)
						}
					}
				}
			})
		}
	})
	if t.Failed() {
		return // what it counts is true only of what holds
	}
	t.Logf("%d faults of %d kinds in as many cases, %d of them served to the end, %d refusals told, a node named as forging or refusing %d times, %d entries on the ledger once each, seed %d: lost 0, doubled 0, false 0",
		done.Load(), 2*len(lineFaults()), whole.Load(), refusals.Load(), named.Load(), entries.Load(), seed)
	if done.Load() != int64(rounds*2*len(lineFaults())) || refusals.Load() == 0 {
		t.Error("the lines hardly ever failed")
	}
}

// outcome is what became of a round.
type outcome struct {
	whole, named      bool
	refusals, entries int
}

// round serves a case while the line fails from some moment on for some while.
func (u *unsound) round(p *toxiproxy.Proxy, f lineFault, rng *rand.Rand, whole bool) outcome {
	u.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute) // what takes longer never ends
	defer cancel()
	u.ctx, u.watch, u.last = ctx, u.desk.Watch(ctx), desk.Snapshot{}
	from := []desk.Stage{desk.StageIdle, desk.StageAuthorize, desk.StageRetrieve, desk.StageReview, desk.StageConfirm}[rng.IntN(5)]
	hold := time.Duration(5+rng.IntN(80)) * time.Millisecond
	healed := make(chan struct{})
	ails := false
	begin := func() {
		ails = true
		heal := u.ail(p, f, rng)
		time.AfterFunc(hold, func() { heal(); close(healed) })
	}
	u.until("the last case is gone", func(s desk.Snapshot) bool { return s.Case == nil && s.Pad.State == desk.Good })
	if from == desk.StageIdle {
		begin()
	}
	c := &tireless{hall: u.hall, whole: whole}
	c.saw = func(s desk.Snapshot) {
		u.told(s)
		if !ails && s.Case != nil && (s.Stage == from || s.Stage == desk.StageReview) {
			begin()
		}
	}
	id := c.serve()
	if !ails {
		begin()
	}
	select {
	case <-healed:
	case <-u.ctx.Done():
		u.t.Fatal("the line was never mended")
	}
	named := f.kind == "corrupt" && p == u.ledger && u.forgiven()
	u.settled()
	kinds := u.whatItWas(id)
	u.proved(id, kinds...)
	u.desk.Clear()
	return outcome{whole: whole && kinds[len(kinds)-1] == casework.Submitted, named: named, refusals: c.refusals, entries: len(kinds)}
}

// forgiven waits until everything is on the ledger, or the node is named as one that
// forges, or has refused an entry that came spoilt: without TLS the bytes are no one
// else's. It would be left alone for ten minutes; a new start asks it again, and a
// person has sent again what was refused. It reports whether that was so.
func (u *unsound) forgiven() bool {
	u.t.Helper()
	forges := func(s desk.Snapshot) bool {
		return s.Ledger.Reason == casework.WrongReceipt || s.Ledger.Reason == casework.WrongChain // a spoilt name of the chain
	}
	u.until("all is on the ledger, or the node is named", func(s desk.Snapshot) bool {
		return forges(s) || s.Queue.Refused > 0 || s.Queue.Waiting == 0 && s.Ledger.State == desk.Good
	})
	if !forges(u.last) && u.last.Queue.Refused == 0 {
		return false
	}
	u.must(u.counter.Close())
	u.sentAgain()
	u.hall.start()
	return true
}
