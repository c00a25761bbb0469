//go:build campaign

package campaign

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"counterfoil/packaging/campaign/vacant"
)

// halls are four hall nodes, each a process of the centre's program on a home of
// its own. Whatever a node sends to another goes through a relay that can be cut.
type halls struct {
	t        testing.TB
	dir      string
	programs []string // of each node: all the same, but for one whose clock is off
	rpc, p2p []string
	nodes    []*exec.Cmd // nil: not running
	relays   map[[2]int]*toxiproxy.Proxy
	log      *os.File
}

func hallNames() []string { return []string{"shizheng", "dongcheng", "xicheng", "shunyi"} }

// foundHalls makes four homes and founds a ledger of them with the program's own
// commands. The homes lie in dir, or where homes says.
func foundHalls(t testing.TB, program, authority string, homes map[int]string) *halls {
	t.Helper()
	h := &halls{t: t, dir: t.TempDir(), relays: map[[2]int]*toxiproxy.Proxy{}}
	var err error
	if h.log, err = os.Create(filepath.Join(h.dir, "nodes.log")); err != nil {
		t.Fatal(err)
	}
	var cards []string
	for i, hall := range hallNames() {
		h.programs, h.nodes = append(h.programs, program), append(h.nodes, nil)
		h.rpc, h.p2p = append(h.rpc, vacant.Address()), append(h.p2p, vacant.Address())
		if homes[i] != "" {
			if err := os.Symlink(homes[i], h.home(i)); err != nil {
				t.Fatal(err)
			}
		}
		h.say(program, "node", "init", "--home", h.home(i), "--hall", hall, "--p2p", h.p2p[i], "--rpc", h.rpc[i])
		cards = append(cards, filepath.Join(h.home(i), "card.json"))
	}
	began := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339) // before any clock that is off
	for i := range hallNames() {
		h.say(program, append([]string{"node", "join", "--home", h.home(i), "--chain", campaignChain, "--time", began, "--authority", authority}, cards...)...)
		h.relay(i)
	}
	t.Cleanup(h.close)
	return h
}

func (h *halls) home(i int) string { return filepath.Join(h.dir, hallNames()[i]) }

// say runs the program to its end.
func (h *halls) say(program string, args ...string) string {
	h.t.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		h.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// relay puts a relay between a node and each of the others, and says so in its
// settings, as an administrator would: with an editor.
func (h *halls) relay(i int) {
	h.t.Helper()
	file := filepath.Join(h.home(i), "node.toml")
	raw, err := os.ReadFile(file)
	if err != nil {
		h.t.Fatal(err)
	}
	logger := zerolog.New(io.Discard)
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), logger)
	for j := range hallNames() {
		if j == i {
			continue
		}
		listen := vacant.Address()
		p := toxiproxy.NewProxy(server, fmt.Sprintf("%d-%d", i, j), listen, h.p2p[j])
		if err := p.Start(); err != nil {
			h.t.Fatal(err)
		}
		h.relays[[2]int{i, j}] = p
		raw = bytes.ReplaceAll(raw, []byte("@"+h.p2p[j]), []byte("@"+listen))
	}
	raw = regexp.MustCompile(`(?m)^snapshot *=.*$`).ReplaceAll(raw, []byte("snapshot = 50"))
	raw = regexp.MustCompile(`(?m)^loopback *=.*$`).ReplaceAll(raw, []byte("loopback = true"))
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// cut stops everything between two groups of nodes without closing anything: as
// a line that goes dead. mend lets it through again.
func (h *halls) cut(a, b []int) {
	h.each(a, b, func(p *toxiproxy.Proxy) {
		for _, stream := range []string{"upstream", "downstream"} {
			toxic := fmt.Sprintf(`{"name":"dead-%s","type":"timeout","stream":%q,"attributes":{"timeout":0}}`, stream, stream)
			if _, err := p.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
				h.t.Fatal(err)
			}
		}
	})
}

func (h *halls) mend(a, b []int) {
	h.each(a, b, func(p *toxiproxy.Proxy) { p.Toxics.ResetToxics(context.Background()) })
}

func (h *halls) each(a, b []int, do func(*toxiproxy.Proxy)) {
	for _, i := range a {
		for _, j := range b {
			do(h.relays[[2]int{i, j}])
			do(h.relays[[2]int{j, i}])
		}
	}
}

func (h *halls) start(i int) {
	h.t.Helper()
	cmd := exec.Command(h.programs[i], "node", "run", "--home", h.home(i))
	cmd.Stdout, cmd.Stderr = h.log, h.log
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.nodes[i] = cmd
}

func (h *halls) startAll() {
	h.t.Helper()
	for i := range hallNames() {
		h.start(i)
	}
	for i := range hallNames() {
		h.answering(i)
	}
}

// kill is kill -9.
func (h *halls) kill(i int) {
	h.t.Helper()
	if h.nodes[i] == nil {
		return
	}
	_ = h.nodes[i].Process.Signal(syscall.SIGKILL) // it may have ended by itself
	_ = h.nodes[i].Wait()
	h.nodes[i] = nil
}

// ended waits until a node has ended by itself, and reports whether it did.
func (h *halls) ended(i int, within time.Duration) bool {
	done := make(chan struct{})
	go func() { defer close(done); _ = h.nodes[i].Wait() }()
	select {
	case <-done:
		h.nodes[i] = nil
		return true
	case <-time.After(within):
		_ = h.nodes[i].Process.Kill()
		<-done
		h.nodes[i] = nil
		return false
	}
}

func (h *halls) close() {
	for i := range h.nodes {
		h.kill(i)
	}
	for _, p := range h.relays {
		p.Stop()
	}
	h.log.Close()
	if h.t.Failed() {
		raw, _ := os.ReadFile(h.log.Name())
		h.t.Logf("what the nodes said last:\n%s", raw[max(0, len(raw)-8000):])
	}
}

func (h *halls) url(i int) string { return "http://" + h.rpc[i] }

// urls returns every node's RPC, those of a counter's own hall first.
func (h *halls) urls(first int) []string {
	var list []string
	for i := range hallNames() {
		list = append(list, h.url((first+i)%len(hallNames())))
	}
	return list
}

// height returns the newest block of a node, 0 while it does not answer.
func (h *halls) height(i int) int64 {
	var s struct {
		Result struct {
			Sync struct {
				Height int64 `json:"latest_block_height,string"`
			} `json:"sync_info"`
		} `json:"result"`
	}
	if !ask(h.url(i)+"/status", &s) {
		return 0
	}
	return s.Result.Sync.Height
}

func (h *halls) answering(i int) { h.reaches(i, 1) }

// reaches waits until a node has a height.
func (h *halls) reaches(i int, height int64) {
	h.t.Helper()
	until(h.t, 2*time.Minute, func() string {
		if at := h.height(i); at < height {
			return fmt.Sprintf("node %s stands at %d, not at %d", hallNames()[i], at, height)
		}
		return ""
	})
}

// level waits until all running nodes have what the highest has.
func (h *halls) level() {
	h.t.Helper()
	top := int64(0)
	for i := range h.nodes {
		top = max(top, h.height(i))
	}
	for i, n := range h.nodes {
		if n != nil {
			h.reaches(i, top)
		}
	}
}

// until asks again until nothing is wrong any more.
func until(t testing.TB, within time.Duration, wrong func() string) {
	t.Helper()
	deadline := time.After(within)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		what := wrong()
		if what == "" {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(what)
		}
	}
}

// ask gets JSON and reports whether it came.
func ask(url string, into any) bool {
	client := http.Client{Timeout: 3 * time.Second}
	res, err := client.Get(url)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return json.NewDecoder(res.Body).Decode(into) == nil
}
