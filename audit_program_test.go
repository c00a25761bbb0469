//go:build program && !window

package main_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
)

// TestProgramAnAuditorReconcilesACountersDay with what the counter lists and what
// the centre handed out, and finds the cases of a copied key.
func TestProgramAnAuditorReconcilesACountersDay(t *testing.T) {
	home, dir, work := t.TempDir(), t.TempDir(), t.TempDir()
	centre := start(t, "counterfoil-centre", "serve", "--home", home, "--practice", "--phone", "127.0.0.1:0", "--counters", "127.0.0.1:0", "--ledger", "127.0.0.1:0")
	nodes := ""
	for range 4 {
		line, ok := centre.line()
		if !ok {
			t.Fatalf("the centre says no more\n%s", &centre.errs)
		}
		if words := strings.Fields(line); words[0] == "ledger" {
			nodes = words[1]
		}
	}
	do := func(code int, name string, args ...string) string {
		t.Helper()
		got, out, errs := run(t, name, args...)
		if got != code {
			t.Fatalf("%s %v exits with %d\n%s\n%s", name, args, got, out, errs)
		}
		return out + "\n" + errs
	}
	settings := filepath.Join(dir, "settings.toml")
	do(0, "counterfoil-centre", "enrol", "--home", home, "--hall", "dongcheng", "--counter", "12", "--key", strings.TrimSpace(do(0, "counterfoil", "key", "--kept", "file", "--dir", dir)), "--out", settings)
	text, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	at := func(dir string) string {
		file := filepath.Join(dir, "settings.toml")
		if err := os.WriteFile(file, regexp.MustCompile(`(?m)^journal = .*$`).ReplaceAll(text, []byte(`journal = "."`)), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	bundles := filepath.Join(work, "bundles")
	do(0, "counterfoil", "rehearse", "--settings", at(dir), "--cases", "2", "--keep", bundles)
	pinned, err := verified(t, bundles).Pinned().Encode()
	if err != nil {
		t.Fatal(err)
	}
	trust := filepath.Join(work, "trust.json")
	if err := os.WriteFile(trust, pinned, 0o644); err != nil {
		t.Fatal(err)
	}
	var id casework.CaseID
	day := ""
	kept(t, dir, func(j *journal.Journal) {
		first := cases(t, j)[0]
		id, day = first.ID, protocol.DayOf(first.Opened)
	})

	list := filepath.Join(work, "list.cose")
	if out := do(0, "counterfoil", "day", "--settings", settings, "--day", day, "--out", list); !strings.Contains(out, ": 2 cases") || !strings.Contains(out, " 0 of them not on the ledger") {
		t.Errorf("the list says %s", out)
	}
	do(1, "counterfoil", "day", "--dir", work, "--day", day, "--out", list+".none")

	traced := do(0, "counterfoil-centre", "trace", "--nodes", nodes, "--trust", trust, string(id), "--json")
	var tr audit.Trace
	if err := json.Unmarshal([]byte(strings.TrimSpace(traced)), &tr); err != nil || tr.Case != id || len(tr.Faults) != 0 || len(tr.Grants) != 1 {
		t.Errorf("%v: %s", err, traced)
	}
	if out := do(0, "counterfoil-centre", "trace", "--nodes", nodes, "--trust", trust, string(id)); !strings.Contains(out, "HOLDS") || strings.Count(out, "receipt ✓") != len(tr.Entries) {
		t.Errorf("the trace says %s", out)
	}

	reports := filepath.Join(work, "reports")
	reconcile := []string{"reconcile", "--nodes", nodes, "--trust", trust, "--hall", "dongcheng", "--counter", "12", "--day", day, "--list", list, "--bundles", bundles,
		"--home", home, "--sign", filepath.Join(work, "auditor.key"), "--out", reports}
	out := do(0, "counterfoil-centre", reconcile...)
	key := regexp.MustCompile(`signed by (\S+)`).FindStringSubmatch(out)
	report := filepath.Join(reports, "dongcheng-12-"+day+".cose")
	if key == nil || !strings.Contains(out, "2 cases") || !strings.Contains(out, "0 need a person") {
		t.Fatalf("reconcile says %s", out)
	}
	if out := do(0, "counterfoil-centre", "report", "check", report, "--key", key[1], "--trust", trust); !strings.Contains(out, "HOLDS") || !strings.Contains(out, "list of cases whole") {
		t.Errorf("report check says %s", out)
	}
	if out := do(0, "counterfoil-centre", "report", "check", report); !strings.Contains(out, key[1]) {
		t.Errorf("report check says %s", out)
	}
	do(1, "counterfoil-centre", "report", "check", report, "--key", base64.StdEncoding.EncodeToString(make([]byte, 32)))
	for _, page := range []string{"dongcheng-12-" + day + ".html", "dongcheng-12-" + day + ".en.html"} {
		if text, err := os.ReadFile(filepath.Join(reports, page)); err != nil || !strings.Contains(string(text), string(id[:16])) {
			t.Errorf("%s: %v", page, err)
		}
	}

	thief := t.TempDir()
	stolen, err := os.ReadFile(filepath.Join(dir, "device.key"))
	if err == nil {
		err = os.WriteFile(filepath.Join(thief, "device.key"), stolen, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	do(0, "counterfoil", "rehearse", "--settings", at(thief), "--cases", "1")
	do(0, "counterfoil", "day", "--settings", settings, "--day", day, "--out", list)
	if out := do(1, "counterfoil-centre", reconcile...); strings.Count(out, "LOOK") != 1 || !strings.Contains(out, "its key may be copied") {
		t.Errorf("reconcile says %s", out)
	}
	centre.cmd.Process.Signal(os.Interrupt)
	if code, _ := centre.ended(); code != 0 {
		t.Errorf("the centre exits with %d\n%s", code, &centre.errs)
	}
}
