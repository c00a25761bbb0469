//go:build campaign

package campaign

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/receipt"
	"counterfoil/sync/outbox"
)

const (
	campaignChain   = "counterfoil-campaign"
	counterVariable = "COUNTERFOIL_CAMPAIGN_COUNTER"
)

func TestMain(m *testing.M) {
	if raw := os.Getenv(counterVariable); raw != "" {
		var w worker
		if err := json.Unmarshal([]byte(raw), &w); err != nil {
			panic(err)
		}
		if err := w.serve(); err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// worker is a counter in a process of its own, to be killed: the real journal,
// outbox and ledger client, served by nobody's hand. It says of every step that
// it is kept, once it is, and of every receipt the same.
type worker struct {
	Dir       string
	Hall      string
	Counter   string
	Nodes     []string
	Trust     []byte
	Device    []byte // seed
	Authority []byte // seed
	Pause     time.Duration
}

// spoken writes whole lines from several goroutines.
type spoken struct{ mu sync.Mutex }

func (s *spoken) line(what ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Println(what...)
}

// telling is the journal as the outbox has it, which says when a receipt is kept.
type telling struct {
	*journal.Journal
	out *spoken
}

func (t telling) Committed(ctx context.Context, list ...casework.Receipt) error {
	err := t.Journal.Committed(ctx, list...)
	for _, r := range list {
		if err == nil {
			t.out.line("receipt", r.Entry, base64.StdEncoding.EncodeToString(r.Raw))
		}
	}
	return err
}

func (w worker) serve() error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	j, err := journal.Open(ctx, journal.Options{Dir: w.Dir, Master: sha256.Sum256(w.Device)})
	if err != nil {
		return err
	}
	trust, err := receipt.ParseTrust(w.Trust)
	if err != nil {
		return err
	}
	out := &spoken{}
	if err := w.repeat(ctx, j, out); err != nil {
		return err
	}
	client := ledger.New(ledger.Options{Nodes: w.Nodes, Trust: trust})
	box := outbox.New(telling{j, out}, client, outbox.Options{Most: 2 * time.Second})
	go func() { _ = box.Run(ctx) }()
	grants := make(chan casework.Grant, 20)
	go w.grant(ctx, grants)
	for {
		if err := w.serveCase(ctx, j, out, grants); err != nil {
			return err
		}
	}
}

// repeat says again what a killed predecessor may not have come to say.
func (w worker) repeat(ctx context.Context, j *journal.Journal, out *spoken) error {
	list, err := j.Day(ctx, w.day(), "", 40)
	if err != nil {
		return err
	}
	for _, c := range list {
		receipts, err := j.Receipts(ctx, c.ID)
		if err != nil {
			return err
		}
		for _, r := range receipts {
			out.line("receipt", r.Entry, base64.StdEncoding.EncodeToString(r.Raw))
		}
	}
	return nil
}

func (w worker) day() string { return time.Now().Format("20060102") }

// grant keeps some grants ready, as long as the ledger takes their registration.
func (w worker) grant(ctx context.Context, into chan<- casework.Grant) {
	for n := 0; ctx.Err() == nil; n++ {
		now := time.Now().UTC().Truncate(time.Millisecond)
		g := casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "SAMPLE-0001", Hall: casework.HallID(w.Hall), From: now.Add(-time.Minute), Until: now.Add(12 * time.Hour),
			Needs: []casework.LicenceNeed{{Kind: "id-card"}}, Salt: protocol.NewSalt()}
		raw, _, err := protocol.SignStatement(ed25519.NewKeyFromSeed(w.Authority), protocol.RegisterGrant(campaignChain, protocol.Suite1, g, now))
		if err != nil {
			panic(err)
		}
		if tell(ctx, w.Nodes[n%len(w.Nodes)], raw, protocol.LedgerGrant+string(g.ID)) {
			into <- g
		}
	}
}

// tell brings a statement to a node and waits some seconds for its record.
func tell(ctx context.Context, node string, raw []byte, path string) bool {
	body, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "broadcast_tx_sync", "params": map[string]any{"tx": raw}})
	client := http.Client{Timeout: 2 * time.Second}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		if res, err := client.Post(node, "application/json", bytes.NewReader(body)); err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
		var answer struct {
			Result struct {
				Response struct {
					Code uint32 `json:"code"`
				} `json:"response"`
			} `json:"result"`
		}
		if ask(node+`/abci_query?path="`+path+`"`, &answer) && answer.Result.Response.Code == protocol.LedgerTaken {
			return true
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
}

// serveCase takes the steps of one case. Without a grant at hand, as in an
// outage, the case is opened and given up.
func (w worker) serveCase(ctx context.Context, j *journal.Journal, out *spoken, grants <-chan casework.Grant) error {
	number, err := j.NextNumber(ctx, w.day())
	if err != nil {
		return err
	}
	about := casework.CaseAbout{Number: casework.CaseNumber(fmt.Sprintf("%s-%s-%05d", w.day(), w.Counter, number)), Item: "SAMPLE-0001", Day: w.day()}
	c := campaignCase{worker: w, id: casework.CaseID(protocol.NewID())}
	kinds := []casework.StepKind{casework.Opened, casework.Abandoned}
	select {
	case c.grant = <-grants:
		kinds = []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed, casework.Submitted}
	case <-time.After(w.Pause):
	}
	for _, kind := range kinds {
		step, err := c.step(kind)
		if err != nil {
			return err
		}
		if err := j.Append(ctx, step, about); err != nil {
			return err
		}
		out.line("kept", c.id, step.Entry.Seq, step.Digest, base64.StdEncoding.EncodeToString(step.Raw))
		select { // the clerk's pace
		case <-time.After(w.Pause/2 + rand.N(w.Pause)):
		case <-ctx.Done():
		}
	}
	return nil
}

// campaignCase writes one case.
type campaignCase struct {
	worker
	id      casework.CaseID
	grant   casework.Grant
	last    casework.Entry
	head    casework.Digest
	digests []casework.Digest
}

func (c *campaignCase) step(kind casework.StepKind) (casework.Step, error) {
	e := casework.Entry{Chain: campaignChain, Case: c.id, Seq: c.last.Seq + 1, Kind: kind, Hall: casework.HallID(c.Hall), Counter: casework.CounterID(c.Counter),
		Clerk: "clerk-1", Time: time.Now().UTC().Truncate(time.Millisecond), Prev: c.head}
	if e.Time.Before(c.last.Time) {
		e.Time = c.last.Time
	}
	some, item := casework.Commitment{1}, protocol.Suite1.CommitItem(c.grant.Salt, c.grant.Item)
	switch kind {
	case casework.Opened:
		e.Body = casework.Body{Item: some, Demands: casework.Demands{Signature: true}}
	case casework.Authorized:
		e.Body = casework.Body{Item: item, Grant: c.grant.ID, Method: casework.ByQR}
	case casework.Retrieved:
		e.Body = casework.Body{Item: item, Grant: c.grant.ID, Licences: []casework.LicenceCommitment{{Kind: protocol.Suite1.CommitKind(c.grant.Salt, "id-card"), Original: some}}}
	case casework.Confirmed:
		e.Body = casework.Body{Fields: some, Picture: some}
	case casework.Signed:
		e.Body = casework.Body{Confirmation: c.head, Ink: some}
	case casework.Submitted:
		e.Body = casework.Body{Whole: protocol.Suite1.WholeOf(c.digests)}
	case casework.Abandoned:
		e.Body = casework.Body{Reason: casework.ClerkGaveUp}
	}
	raw, digest, err := protocol.SignEntry(ed25519.NewKeyFromSeed(c.Device), e)
	c.last, c.head, c.digests = e, digest, append(c.digests, digest)
	return casework.Step{Entry: e, Digest: digest, Raw: raw}, err
}

// counters are the workers as the campaign drives them, and what they said.
type counters struct {
	t       testing.TB
	workers []worker
	running []*exec.Cmd
	readers []chan struct{} // closed when what a process said is read

	mu       sync.Mutex
	kept     map[casework.Digest]keptEntry
	unproved map[casework.Digest]bool
	receipts map[casework.Digest][]byte
	failed   []string
}

type keptEntry struct {
	id  casework.CaseID
	seq int
	raw []byte
}

func (c *counters) start(i int) {
	c.t.Helper()
	about, err := json.Marshal(c.workers[i])
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), counterVariable+"="+string(about))
	cmd.Stderr = os.Stderr
	said, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.running[i], c.readers[i] = cmd, make(chan struct{})
	go c.listen(said, c.readers[i])
}

func (c *counters) listen(said io.Reader, done chan<- struct{}) {
	defer close(done)
	lines := bufio.NewScanner(said)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		c.hear(strings.Fields(lines.Text()))
	}
}

// hear takes a line, unless the kill cut it off.
func (c *counters) hear(words []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var d casework.Digest
	switch {
	case len(words) == 5 && words[0] == "kept" && d.UnmarshalText([]byte(words[3])) == nil:
		seq, err := strconv.Atoi(words[2])
		raw, bad := base64.StdEncoding.DecodeString(words[4])
		if err == nil && bad == nil && protocol.DigestOf(raw) == d {
			c.kept[d] = keptEntry{casework.CaseID(words[1]), seq, raw}
			if c.receipts[d] == nil {
				c.unproved[d] = true
			}
		}
	case len(words) == 3 && words[0] == "receipt" && d.UnmarshalText([]byte(words[1])) == nil:
		if raw, err := base64.StdEncoding.DecodeString(words[2]); err == nil && json.Valid(raw) {
			c.receipts[d] = raw
			delete(c.unproved, d)
		}
	case len(words) > 1 && words[0] == "failed":
		c.failed = append(c.failed, strings.Join(words, " "))
	}
}

// kill is kill -9; it returns when all that the process said is taken in.
func (c *counters) kill(i int) {
	if c.running[i] == nil {
		return
	}
	_ = c.running[i].Process.Signal(syscall.SIGKILL)
	<-c.readers[i]
	_ = c.running[i].Wait()
	c.running[i] = nil
}

func (c *counters) close() {
	for i := range c.running {
		c.kill(i)
	}
}

// took returns the entries that the counters took so far.
func (c *counters) took() []casework.Digest {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]casework.Digest, 0, len(c.kept))
	for d := range c.kept {
		list = append(list, d)
	}
	return list
}

func (c *counters) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.kept)
}

func newCounters(t testing.TB, dir string, list []worker) *counters {
	c := &counters{t: t, workers: list, running: make([]*exec.Cmd, len(list)), readers: make([]chan struct{}, len(list)),
		kept: map[casework.Digest]keptEntry{}, unproved: map[casework.Digest]bool{}, receipts: map[casework.Digest][]byte{}}
	for i := range list {
		c.workers[i].Dir = filepath.Join(dir, "counter-"+strconv.Itoa(i))
	}
	t.Cleanup(c.close)
	return c
}
