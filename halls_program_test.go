//go:build program && !window

package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/app/rehearse"
	"counterfoil/packaging/campaign/vacant"
	"counterfoil/sync/ledger/receipt"
)

// town is a ledger that halls keep: each hall's node, the centre and the counter
// are programs of their own.
type town struct {
	t     *testing.T
	dir   string
	halls []string
	rpc   map[string]string // listen addresses
	given map[string]bool   // addresses that are some node's
	runs  map[string]*process
	cards []string

	settings string // of a counter that serves; empty before
}

// free returns an address that nobody listens on and that no other node was given.
func (w *town) free() string {
	w.t.Helper()
	for {
		if address := vacant.Address(); !w.given[address] {
			w.given[address] = true
			return address
		}
	}
}

func (w *town) home(hall string) string { return filepath.Join(w.dir, hall) }

// command runs a command of the centre's program; what it prints is returned.
func (w *town) command(code int, args ...string) string {
	w.t.Helper()
	got, out, errs := run(w.t, "counterfoil-centre", args...)
	if got != code {
		w.t.Fatalf("%v exits with %d\n%s\n%s", args, got, out, errs)
	}
	return out + "\n" + errs
}

// node runs a command of a hall's node.
func (w *town) node(code int, hall, command string, args ...string) string {
	w.t.Helper()
	return w.command(code, append([]string{"node", command, "--home", w.home(hall)}, args...)...)
}

func (w *town) says(text string, want ...string) {
	w.t.Helper()
	for _, s := range want {
		if !strings.Contains(text, s) {
			w.t.Errorf("it does not say %q:\n%s", s, text)
		}
	}
}

// found makes the homes and founds the ledger, in each hall by itself.
func found(t *testing.T, halls ...string) *town {
	w := &town{t: t, dir: t.TempDir(), rpc: map[string]string{}, given: map[string]bool{}, runs: map[string]*process{}}
	w.command(0, "authority", "--home", w.home("centre"))
	for _, h := range halls {
		w.settle(h)
	}
	digests := map[string]bool{}
	begin := time.Now().UTC().Format(time.RFC3339)
	for _, h := range w.halls {
		out := w.node(0, h, "join", append([]string{"--chain", "practice-town", "--time", begin, "--authority", filepath.Join(w.home("centre"), "authority.json")}, w.cards...)...)
		digests[regexp.MustCompile(`founding +([0-9a-f]{64})`).FindStringSubmatch(out)[1]] = true
	}
	if len(digests) != 1 {
		t.Fatalf("%d foundings", len(digests))
	}
	for _, h := range w.halls {
		w.start(h)
	}
	return w
}

// settle makes a hall's home. Snapshots are taken often, for who joins.
func (w *town) settle(hall string) {
	w.t.Helper()
	w.rpc[hall] = w.free()
	w.node(0, hall, "init", "--hall", hall, "--p2p", w.free(), "--rpc", w.rpc[hall])
	w.halls, w.cards = append(w.halls, hall), append(w.cards, filepath.Join(w.home(hall), "card.json"))
	file := filepath.Join(w.home(hall), "node.toml")
	text, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "snapshot = 10000", "snapshot = 5", 1)), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// start runs a hall's node until the test ends, and waits until it answers.
func (w *town) start(hall string) {
	w.t.Helper()
	w.runs[hall] = w.runs4(start(w.t, "counterfoil-centre", "node", "run", "--home", w.home(hall)))
}

// runs4 waits for the four lines that a program says once it runs.
func (w *town) runs4(p *process) *process {
	w.t.Helper()
	for range 4 {
		if _, ok := p.line(); !ok {
			w.t.Fatalf("%s has ended\n%s", p.cmd, &p.errs)
		}
	}
	return p
}

func (w *town) stop(hall string) {
	w.t.Helper()
	w.runs[hall].cmd.Process.Signal(os.Interrupt)
	if code, _ := w.runs[hall].ended(); code != 0 {
		w.t.Fatalf("the node of %s exits with %d\n%s", hall, code, &w.runs[hall].errs)
	}
}

func (w *town) url(hall string) string { return "http://" + w.rpc[hall] }

// urls are the addresses of the nodes, this hall's first.
func (w *town) urls(first string) string {
	list := []string{w.url(first)}
	for _, h := range w.halls {
		if h != first {
			list = append(list, w.url(h))
		}
	}
	return strings.Join(list, ",")
}

// well waits until a hall's node needs nobody.
func (w *town) well(hall string) string {
	w.t.Helper()
	said := ""
	for limit, tick := time.Now().Add(40*time.Second), time.NewTicker(200*time.Millisecond); time.Now().Before(limit); <-tick.C {
		code, out, errs := run(w.t, "counterfoil-centre", "node", "status", "--home", w.home(hall))
		if code == 0 {
			return out
		}
		said = out + "\n" + errs
		if w.settings != "" {
			w.serves(w.settings) // who voted on nothing lately is named until there is something to vote on
		}
	}
	w.t.Fatalf("the node of %s needs somebody\n%s", hall, said)
	return ""
}

// serve starts the centre on the halls' ledger.
func (w *town) serve() {
	w.t.Helper()
	trust := filepath.Join(w.dir, "trust.json")
	if err := os.WriteFile(trust, []byte(strings.TrimSpace(w.node(0, w.halls[0], "trust"))), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.runs4(start(w.t, "counterfoil-centre", "serve", "--home", w.home("centre"), "--practice", "--nodes", w.urls(w.halls[0]), "--trust", trust,
		"--phone", "127.0.0.1:0", "--counters", "127.0.0.1:0"))
}

// counter enrols a counter in a hall and returns its settings and its key.
func (w *town) counter(hall, name string) (settings, key string) {
	w.t.Helper()
	dir := filepath.Join(w.dir, "counter-"+hall+"-"+name)
	_, key, _ = run(w.t, "counterfoil", "key", "--kept", "file", "--dir", dir)
	settings = filepath.Join(dir, "settings.toml")
	args := []string{"--counter", name, "--key", key, "--centre", filepath.Join(w.home("centre"), "public.json"), "--out", settings, "--ledger-urls", w.urls(hall)}
	w.says(w.node(0, hall, "enrol", args...), "recorded at height")
	w.says(w.node(0, hall, "enrol", args...), "enrolled already")
	text, err := os.ReadFile(settings)
	if err != nil {
		w.t.Fatal(err)
	}
	own := regexp.MustCompile(`(?m)^journal = .*$`).ReplaceAll(text, []byte(`journal = "."`))
	if err := os.WriteFile(settings, own, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return settings, key
}

// rotates has a counter take its next key in the middle of a day, as a clerk and the
// hall's administrator type it, and an auditor reconcile that day.
func (w *town) rotates(hall, name string) {
	w.t.Helper()
	own, _ := w.counter(hall, name)
	w.serves(own)
	did := func(args ...string) string {
		w.t.Helper()
		code, out, errs := run(w.t, "counterfoil", append(args, "--settings", own, "--language", "en")...)
		if code != 0 {
			w.t.Fatalf("%v exits with %d\n%s%s", args, code, out, errs)
		}
		return out
	}
	request, approved, list := own+".request", own+".approved", own+".cose"
	mark := regexp.MustCompile(`[0-9A-F]{4}( [0-9A-F]{4}){11}`).FindString(did("key", "rotate", "--request", request))
	raw, err := os.ReadFile(request)
	if err != nil {
		w.t.Fatal(err)
	}
	r, _, err := protocol.OpenKeyRequest(raw)
	if err != nil || r.Key.Fingerprint() != mark {
		w.t.Fatalf("the screen shows %q, %v", mark, err)
	}
	w.says(w.node(1, hall, "enrol", "--request", request, "--fingerprint", r.Replaces), "another one than the request's")
	w.says(w.node(0, hall, "enrol", "--request", request, "--fingerprint", mark, "--centre", filepath.Join(w.home("centre"), "public.json"), "--out", approved, "--ledger-urls", w.urls(hall)), "recorded at height")
	w.serves(own) // still under the key before
	did("enrol", "--approved", approved)
	w.says(w.node(0, hall, "withdraw", "--key-id", r.Replaces), "withdrawn for good")
	w.serves(own)
	day := protocol.DayOf(time.Now())
	w.says(did("day", "--day", day, "--out", list), ": 3 cases", " 0 of them not on the ledger yet, 0 refused")
	w.says(w.command(0, "reconcile", "--nodes", w.urls(hall), "--trust", filepath.Join(w.dir, "trust.json"), "--hall", hall, "--counter", name, "--day", day,
		"--list", list, "--sign", own+".auditor", "--out", w.t.TempDir()), "3 cases", "0 need a person")
}

// serves has a counter serve a case and its bundle checked offline.
func (w *town) serves(settings string) {
	w.t.Helper()
	keep := w.t.TempDir()
	code, out, errs := run(w.t, "counterfoil", "rehearse", "--settings", settings, "--cases", "1", "--keep", keep, "--json")
	lines := strings.Split(out, "\n")
	var all rehearse.Summary
	if err := strict(lines[len(lines)-1], &all); err != nil || code != 0 || all.Served != 1 || all.Receipts != all.Entries {
		w.t.Fatalf("exit %d, %+v, %v\n%s%s", code, all, err, out, errs)
	}
	verified(w.t, keep)
}

// header returns height and hash of a node's newest header.
func (w *town) header(hall string) (height, hash string) {
	w.t.Helper()
	res, err := http.Get(w.url(hall) + "/status")
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		Result struct {
			Sync struct {
				Height string `json:"latest_block_height"`
				Hash   string `json:"latest_block_hash"`
			} `json:"sync_info"`
		} `json:"result"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		w.t.Fatal(err)
	}
	return answer.Result.Sync.Height, answer.Result.Sync.Hash
}

// TestProgramFourHallsKeepOneLedger founds a town, serves through the death of a
// node and the suspension of a counter, and changes the halls: one joins by a
// snapshot, one changes its validator's key and its administrator, one leaves.
func TestProgramFourHallsKeepOneLedger(t *testing.T) {
	w := found(t, "municipal", "dongcheng", "xicheng", "shunyi")
	w.serve()
	settings, key := w.counter("dongcheng", "12")
	w.settings = settings
	w.serves(settings)
	w.says(w.node(1, "dongcheng", "run"), "runs already")

	w.runs["shunyi"].cmd.Process.Kill()
	w.runs["shunyi"].ended()
	w.serves(settings)
	w.says(w.node(1, "dongcheng", "status"), "the node of shunyi is not connected", "2 of 3 halls connected")
	w.says(w.node(1, "shunyi", "status"), "does not answer")
	w.start("shunyi")
	w.says(w.well("dongcheng"), "3 of 3 halls connected", "all well")

	w.says(w.node(0, "dongcheng", "suspend", "--key", key), "suspended")
	w.says(w.node(1, "xicheng", "resume", "--key", key), "another hall")
	run(t, "counterfoil", "rehearse", "--settings", settings, "--cases", "1", "--patience", "4s") // the centre may remember for three seconds
	refused(t, casework.KeySuspended, "rehearse", "--settings", settings, "--cases", "1")
	w.says(w.node(0, "dongcheng", "resume", "--key", key), "resumed")
	w.settings = ""
	w.joins("haidian")
	for limit := time.Now().Add(30 * time.Second); time.Now().Before(limit); { // as above
		if code, _, _ := run(t, "counterfoil", "rehearse", "--settings", settings, "--cases", "1"); code == 0 {
			break
		}
	}
	w.settings = settings
	w.serves(settings) // the counter follows the change of the validators by itself

	w.says(w.node(1, "xicheng", "hall", "rekey"), "stop the node first")
	w.stop("xicheng")
	w.says(w.node(0, "xicheng", "hall", "rekey"), "another validator's key is made", "recorded at height")
	w.start("xicheng")
	w.says(w.node(0, "xicheng", "hall", "admin"), "the key of xicheng's administrator is")
	w.rotates("xicheng", "3")
	trust, err := receipt.ParseTrust([]byte(strings.TrimSpace(w.node(0, "municipal", "trust"))))
	if err != nil || len(trust.Links) < 1 {
		t.Fatalf("%d links, %v", len(trust.Links), err)
	}
	if _, err := trust.Follow(); err != nil {
		t.Error(err)
	}
	w.says(w.node(0, "haidian", "hall", "leave"), "keeps no validator")
	w.says(w.node(0, "municipal", "hall", "show"), "haidian          power    0")
	w.serves(settings)
	for _, h := range w.halls {
		w.well(h)
	}
	for _, h := range w.halls {
		w.stop(h)
	}
}

// joins lets one more hall in: three of four agree, and it begins with a
// snapshot.
func (w *town) joins(hall string) {
	w.t.Helper()
	others := w.halls
	height, hash := w.header("municipal")
	w.settle(hall)
	card := filepath.Join(w.home(hall), "card.json")
	for i, by := range others[:3] {
		out := w.command(0, "node", "hall", "--home", w.home(by), "approve", "--hall", hall, "--card", card)
		if i < 2 {
			w.says(out, fmt.Sprintf("%d of 3 needed halls have agreed", i+1))
			w.says(w.node(0, by, "hall", "show"), "municipal        power   10")
			continue
		}
		w.says(out, hall+" is a hall of this ledger with the power 10")
	}
	args := []string{"--genesis", filepath.Join(w.home("municipal"), "genesis.json"), "--from", w.url("municipal") + "," + w.url("dongcheng"), "--height", height, "--hash", hash}
	for _, by := range others {
		args = append(args, "--peer", w.peer(by))
	}
	w.node(0, hall, "join", args...)
	w.start(hall)
	w.says(w.well(hall), "4 of 4 halls connected")
}

// peer returns by what a hall's node is reached, from its card.
func (w *town) peer(hall string) string {
	w.t.Helper()
	raw, err := os.ReadFile(filepath.Join(w.home(hall), "card.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	var card struct {
		Card struct{ Node, Address string } `json:"card"`
	}
	if err := json.Unmarshal(raw, &card); err != nil {
		w.t.Fatal(err)
	}
	return card.Card.Node + "@" + card.Card.Address
}
