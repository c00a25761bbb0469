//go:build campaign

package campaign

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/outbox"
)

// benched is four halls' nodes as processes, and one counter.
func benched(b *testing.B) (*campaign, worker, *ledger.Client) {
	b.Helper()
	c := found(b, nil)
	c.startAll()
	c.enrol()
	client := ledger.New(ledger.Options{Nodes: c.urls(0), Trust: c.trust})
	return c, c.workers[0], client
}

// registered puts a grant on the ledger.
func registered(b *testing.B, w worker, client *ledger.Client) casework.Grant {
	b.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	g := casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "SAMPLE-0001", Hall: casework.HallID(w.Hall), From: now.Add(-time.Minute), Until: now.Add(time.Hour),
		Needs: []casework.LicenceNeed{{Kind: "id-card"}}, Salt: protocol.NewSalt()}
	raw, _, err := protocol.SignStatement(ed25519.NewKeyFromSeed(w.Authority), protocol.RegisterGrant(campaignChain, protocol.Suite1, g, now))
	if err == nil {
		_, err = client.Commit(context.Background(), raw)
	}
	if err != nil {
		b.Fatal(err)
	}
	return g
}

func wholeCase() []casework.StepKind {
	return []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed, casework.Submitted}
}

// rests waits until the ledger has nothing to do, as between two steps of a clerk:
// behind a block with entries comes the one whose header proves them.
func (c *campaign) rests() {
	was := int64(-1)
	quiet := 0
	until(c.t, time.Minute, func() string {
		top := int64(0)
		for i := range c.nodes {
			top = max(top, c.halls.height(i))
		}
		if quiet++; top != was {
			was, quiet = top, 0
		}
		if quiet < 4 {
			return "the ledger does not come to rest"
		}
		return ""
	})
}

// BenchmarkStepOnFourHalls takes one step after the other of one clerk, each when
// the ledger rests, from the signed bytes to the verified receipt: with all nodes,
// with another hall's node dead, and from the moment at which the counter's own
// node dies.
func BenchmarkStepOnFourHalls(b *testing.B) {
	c, w, client := benched(b)
	measure := func(b *testing.B, steps int) {
		var took []time.Duration
		for len(took) < steps {
			kase := campaignCase{worker: w, id: casework.CaseID(protocol.NewID()), grant: registered(b, w, client)}
			for _, kind := range wholeCase() {
				step, err := kase.step(kind)
				if err != nil {
					b.Fatal(err)
				}
				c.rests()
				start := time.Now()
				if _, err := client.Commit(context.Background(), step.Raw); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
		}
		slices.Sort(took)
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
		b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
		b.ReportMetric(ms(took[len(took)-1]), "max-ms")
	}
	for _, row := range []struct {
		name string
		down int
	}{{"all", -1}, {"another_dead", 3}, {"own_dies", 0}} {
		b.Run(row.name, func(b *testing.B) {
			for b.Loop() {
				if row.down >= 0 && c.nodes[row.down] != nil {
					if row.down == 0 { // one at a time
						c.halls.start(3)
						c.level()
					}
					c.halls.kill(row.down)
				}
				measure(b, 120)
			}
		})
	}
}

// backlog is how many entries wait in BenchmarkBacklog.
func backlog() int {
	if n, err := strconv.Atoi(os.Getenv("COUNTERFOIL_BACKLOG")); err == nil {
		return n
	}
	return 2000
}

// BenchmarkBacklog lets a counter's queue drain after an outage, from the real
// journal through the real client. Before and behind it, in the same run, as many
// valid entries go straight to the nodes, as fast as they take them: the ledger
// that grows meanwhile favours neither.
func BenchmarkBacklog(b *testing.B) {
	c, w, client := benched(b)
	for b.Loop() {
		b.StopTimer()
		own := casesFor(b, w, client, backlog())
		floods := [2][][]casework.Step{casesFor(b, w, client, backlog()), casesFor(b, w, client, backlog())}
		entries := len(own) * len(wholeCase())
		j := queued(b, w, own)
		before := c.timed(entries, func() { plain(b, c, floods[0]) })
		b.StartTimer()
		drained := c.timed(entries, func() { drain(b, j, client) })
		b.StopTimer()
		behind := c.timed(entries, func() { plain(b, c, floods[1]) })
		flood := pace{took: before.took + behind.took, entries: 2 * entries, blocks: before.blocks + behind.blocks}
		b.ReportMetric(flood.perBlock(), "flood-entries/block")
		b.ReportMetric(drained.perBlock(), "backlog-entries/block")
		b.ReportMetric(flood.perSecond(), "flood-entries/s")
		b.ReportMetric(drained.perSecond(), "backlog-entries/s")
		b.ReportMetric(drained.perSecond()/flood.perSecond(), "ratio")
		if err := j.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkStepBesideABacklog serves cases at the desk while the counter's queue
// drains, each step with its line in the operator log and when the one before it has
// its receipt: from the kept step to the kept receipt.
func BenchmarkStepBesideABacklog(b *testing.B) {
	c, w, client := benched(b)
	for b.Loop() {
		b.StopTimer()
		j := queued(b, w, casesFor(b, w, client, backlog()))
		live := casesFor(b, w, client, backlog()/10)
		c.rests()
		ctx, stop := context.WithCancel(b.Context())
		changed := j.Changed(ctx)
		b.StartTimer()
		var ran sync.WaitGroup
		ran.Go(func() { _ = outbox.New(j, client, outbox.Options{}).Run(ctx) })
		var took []time.Duration
		waiting := backlog()
		for n := 0; n < len(live) && waiting > backlog()/10; n++ { // the queue is long throughout
			about := casework.CaseAbout{Number: casework.CaseNumber(fmt.Sprintf("20261125-11-%05d", n)), Item: "SAMPLE-0001", Day: "20261125"}
			for _, s := range live[n] {
				start := time.Now()
				line := casework.OperatorAct{Clerk: "0317", What: casework.OpStep, Case: s.Entry.Case, Note: string(s.Entry.Kind)}
				if err := j.Append(b.Context(), s, about, line); err != nil {
					b.Fatal(err)
				}
				for there := false; !there; {
					<-changed
					_, there, _ = j.Receipt(b.Context(), s.Digest)
				}
				took = append(took, time.Since(start))
			}
			q, err := j.Queue(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			waiting = q.Waiting
		}
		b.StopTimer()
		stop()
		ran.Wait()
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
		b.ReportMetric(float64(took[len(took)-1].Milliseconds()), "max-ms")
		b.ReportMetric(float64(len(took)), "steps")
		if err := j.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// queued is a journal with these cases, none of them sent.
func queued(b *testing.B, w worker, cases [][]casework.Step) *journal.Journal {
	b.Helper()
	j, err := journal.Open(b.Context(), journal.Options{Dir: filepath.Join(b.TempDir(), "journal"), Master: sha256.Sum256(w.Device)})
	if err != nil {
		b.Fatal(err)
	}
	for n, steps := range cases {
		about := casework.CaseAbout{Number: casework.CaseNumber(fmt.Sprintf("20261125-10-%05d", n)), Item: "SAMPLE-0001", Day: "20261125"}
		for _, s := range steps {
			if err := j.Append(b.Context(), s, about); err != nil {
				b.Fatal(err)
			}
		}
	}
	return j
}

// pace is how fast entries were recorded.
type pace struct {
	took    time.Duration
	entries int
	blocks  int64
}

func (p pace) perSecond() float64 { return float64(p.entries) / p.took.Seconds() }
func (p pace) perBlock() float64  { return float64(p.entries) / float64(p.blocks) }

// timed measures the recording of entries by a ledger that rests.
func (c *campaign) timed(entries int, record func()) pace {
	c.rests()
	start, at := time.Now(), c.halls.height(0)
	record()
	return pace{time.Since(start), entries, c.halls.height(0) - at}
}

func casesFor(b *testing.B, w worker, client *ledger.Client, entries int) [][]casework.Step {
	b.Helper()
	all := make([][]casework.Step, entries/len(wholeCase()))
	var making sync.WaitGroup
	next := make(chan int)
	for range 64 {
		making.Go(func() {
			for i := range next {
				kase := campaignCase{worker: w, id: casework.CaseID(protocol.NewID()), grant: registered(b, w, client)}
				for _, kind := range wholeCase() {
					step, err := kase.step(kind)
					if err != nil {
						b.Error(err)
					}
					all[i] = append(all[i], step)
				}
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	making.Wait()
	return all
}

// drain runs the outbox until nothing waits.
func drain(b *testing.B, j *journal.Journal, client *ledger.Client) {
	b.Helper()
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	changed := j.Changed(ctx)
	box := outbox.New(j, client, outbox.Options{})
	go func() { _ = box.Run(ctx) }()
	for late := time.After(10 * time.Minute); ; {
		q, err := j.Queue(ctx)
		switch {
		case err != nil || q.Refused > 0:
			b.Fatalf("%+v, %v", q, err)
		case q.Waiting == 0:
			return
		}
		select {
		case <-changed:
		case <-late:
			b.Fatalf("%d entries still wait", q.Waiting)
		}
	}
}

// plain sends whole cases straight to the nodes, a case in one call, and waits
// until all are recorded.
func plain(b *testing.B, c *campaign, cases [][]casework.Step) {
	b.Helper()
	var sending sync.WaitGroup
	next := make(chan int)
	for range 8 {
		sending.Go(func() {
			for i := range next {
				send(b, c.url(i%len(c.nodes)), cases[i])
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	sending.Wait()
	for _, steps := range cases {
		last := steps[len(steps)-1].Digest
		until(b, 10*time.Minute, func() string {
			var answer struct {
				Result struct {
					Response struct {
						Code uint32 `json:"code"`
					} `json:"response"`
				} `json:"result"`
			}
			if ask(c.url(0)+`/abci_query?path="`+protocol.LedgerEntry+last.String()+`"`, &answer) && answer.Result.Response.Code == protocol.LedgerTaken {
				return ""
			}
			return "an entry is not recorded"
		})
	}
}

func send(b *testing.B, node string, steps []casework.Step) {
	var calls []map[string]any
	for i, s := range steps {
		calls = append(calls, map[string]any{"jsonrpc": "2.0", "id": i, "method": "broadcast_tx_sync", "params": map[string]any{"tx": s.Raw}})
	}
	body, err := json.Marshal(calls)
	if err != nil {
		b.Error(err)
		return
	}
	res, err := http.Post(node, "application/json", bytes.NewReader(body))
	if err != nil {
		b.Error(err)
		return
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	if n := bytes.Count(raw, []byte(`"code":0`)); n != len(steps) {
		b.Errorf("%d of %d taken: %.300s", n, len(steps), raw)
	}
}
