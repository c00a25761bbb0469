package audit_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
)

// aReport is a day with something of everything, the same every time.
func aReport() audit.Day {
	at := time.Date(2026, 11, 25, 1, 2, 3, 0, time.UTC)
	d := audit.Day{Format: audit.Format, Chain: "beijing-halls-1", Hall: "dongcheng", Counter: "12", Day: "20261125", Time: at.Add(9 * time.Hour), Compared: true, Handed: true,
		Cases: 6, Submitted: 3, Retrievals: 4, Unused: 1, Open: 1, Dropped: 1, Paper: 1, Revoked: 1, Late: 6, Waiting: 3,
		Ground:  audit.Ground{Trust: strings.Repeat("5a", 32), Height: 48211, State: strings.Repeat("c3", 32)},
		Auditor: protocol.PublicKey{Suite: protocol.Suite1, Bytes: bytes.Repeat([]byte{0x7e}, 32)},
		Entries: map[casework.StepKind]int{casework.Opened: 6, casework.Authorized: 6, casework.Retrieved: 4, casework.Confirmed: 4, casework.Signed: 3, casework.Photographed: 3, casework.Submitted: 3, casework.Abandoned: 1}}
	whole := []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved, casework.Confirmed, casework.Signed, casework.Photographed, casework.Submitted}
	for i, row := range []struct {
		state   casework.State
		steps   []casework.StepKind
		late    int
		revoked bool
		worst   audit.Severity
	}{
		{casework.StateSubmitted, whole, 0, false, ""},
		{casework.StateSubmitted, whole, 6, true, audit.Note},
		{casework.StateAuthorized, whole[:2], 0, false, audit.Note},
		{casework.StateAbandoned, append(whole[:3:3], casework.Abandoned), 0, false, audit.Note},
		{casework.StateConfirmed, whole[:4], 0, false, audit.Person},
		{casework.StateSubmitted, slices.Delete(slices.Clone(whole), 2, 3), 0, false, ""}, // by paper: nothing is retrieved
	} {
		opened := at.Add(time.Duration(i) * 17 * time.Minute)
		d.List = append(d.List, audit.DayCase{Case: id(i), State: row.state, Height: 48211, Steps: row.steps, From: int64(48001 + 31*i), To: int64(48001 + 31*i + len(row.steps)),
			Opened: opened, Last: opened.Add(time.Duration(len(row.steps)) * 41 * time.Second), Late: row.late, Revoked: row.revoked, Paper: i == 5, Worst: row.worst})
	}
	for i, f := range []struct {
		kind audit.FindingKind
		n    int
	}{{audit.BroughtLate, 6}, {audit.AuthorizedUnused, 0}, {audit.RetrievedDropped, 0}, {audit.MoreOnLedger, 2}} {
		d.Findings = append(d.Findings, audit.Found(f.kind, id(i+1), f.n))
	}
	d.Findings = append(d.Findings, audit.Found(audit.RetrievedOpen, id(4), 0), audit.Found(audit.Waiting, id(4), 3))
	return d
}

func id(n int) casework.CaseID {
	return casework.CaseID(strings.Repeat(string("4be07"[n%5]), 3) + "9d41c7720a5fe61b83c2d94f07ae5")
}

// TestThePagesAreTheirMasters, which a person has looked at. Where one changed on
// purpose, the new one stands in testdata/failed.
func TestThePagesAreTheirMasters(t *testing.T) {
	empty := aReport()
	empty.Cases, empty.List, empty.Findings, empty.Compared, empty.Handed = 0, nil, nil, false, false
	empty.Submitted, empty.Retrievals, empty.Unused, empty.Open, empty.Dropped, empty.Paper, empty.Revoked, empty.Late, empty.Waiting = 0, 0, 0, 0, 0, 0, 0, 0, 0
	empty.Entries = nil
	for name, page := range map[string]struct {
		day      audit.Day
		language string
	}{"report.zh-CN.html": {aReport(), "zh-CN"}, "report.en.html": {aReport(), "en"}, "empty.zh-CN.html": {empty, "zh-CN"}} {
		var got bytes.Buffer
		if err := page.day.Page(&got, page.language); err != nil {
			t.Fatal(err)
		}
		master, err := os.ReadFile(filepath.Join("testdata", name))
		if err == nil && bytes.Equal(master, got.Bytes()) {
			continue
		}
		failed := filepath.Join("testdata", "failed")
		if err := os.MkdirAll(failed, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(failed, name), got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s differs from its master; see testdata/failed", name)
	}
}

// TestAPageNeedsNothingElse: no script, and nothing that is fetched.
func TestAPageNeedsNothingElse(t *testing.T) {
	d := aReport()
	d.Hall, d.Chain = `<script>alert(1)</script>`, `"><img src=x>`
	var page strings.Builder
	if err := d.Page(&page, "en"); err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"<script", "<img", "<link", "<iframe", "url(", "http:", "https:", "@import"} {
		if strings.Contains(page.String(), never) {
			t.Errorf("the page holds %s", never)
		}
	}
}

// TestEveryFindingHasItsWords in both languages, and those that need a person
// stand out.
func TestEveryFindingHasItsWords(t *testing.T) {
	words := map[string]audit.FindingKind{}
	for _, kind := range audit.FindingKinds() {
		f := audit.Found(kind, "", 3)
		for language, text := range map[string]string{"zh-CN": f.Zh, "en": f.En} {
			var page strings.Builder
			d := audit.Day{Day: "20261125", Findings: []audit.Finding{f}}
			if err := d.Page(&page, language); err != nil {
				t.Fatal(err)
			}
			if person := strings.Contains(page.String(), `<td class="person">`); text == "" || person != (f.Severity == audit.Person) || strings.Contains(text, "%!") {
				t.Errorf("%s, %s: %q, or the wrong weight", language, kind, text)
			}
			if other, taken := words[text]; taken {
				t.Errorf("%s says the same as %s", kind, other)
			}
			words[text] = kind
		}
	}
}
