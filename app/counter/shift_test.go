package counter

import (
	"encoding/csv"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// aSummary is one of a counter that was closed with everything there can be.
func aSummary(at time.Time) desk.ShiftSummary {
	return desk.ShiftSummary{Hall: "东城区政务服务大厅", Counter: "12", Made: at,
		Last: casework.ShiftChange{Seq: 4, Time: at.Add(-time.Minute), Clerk: "0317", To: "0021", Note: casework.LedgerRefusal},
		Left: desk.Leftover{Evidence: 2, Waiting: []casework.WaitingCase{
			{ID: "a", Number: "20261125-12-0041", Item: "SAMPLE-0001", Ended: true, Step: casework.Retrieved, Steps: 5, Since: at.Add(-26 * time.Hour), Refusal: casework.KeyUnknown, Seen: at, SeenBy: "0021"},
			{ID: "b", Number: "20261126-12-0003", Item: "SAMPLE-0003", Step: casework.Opened, Steps: 2, Since: at.Add(-time.Hour)}},
			Unfinished: []desk.UnfinishedCase{{ID: "b", Number: "20261126-12-0003", Item: "SAMPLE-0003", Step: casework.Authorized, Opened: at.Add(-time.Hour), Mine: true}}}}
}

func TestAClosingSummaryIsAFileForPeopleAndOneForTables(t *testing.T) {
	at := time.Date(2026, 11, 26, 9, 41, 7, 0, time.UTC)
	c := &Counter{options: Options{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)}}
	name, err := c.KeepShift(aSummary(at))
	if err != nil || !strings.HasSuffix(name, at.Local().Format("shift-20060102-150405.json")) {
		t.Fatal(name, err)
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var got shiftFile
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if got.State != "closed" || got.To != "0021" || got.Note != "ledger-refusal" || got.Cases != 2 || got.Steps != 7 || got.Refused != 1 || got.Unfinished != 1 || got.Evidence != 2 || len(got.List) != 3 {
		t.Errorf("the file says %s", raw)
	}
	table, err := os.ReadFile(strings.TrimSuffix(name, ".json") + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(table))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatal(rows, err)
	}
	if want := "20261125-12-0041 SAMPLE-0001 refused retrieved 5 2026-11-25T07:41:07Z key-unknown 0021 2026-11-26T09:41:07Z"; strings.Join(rows[1], " ") != want {
		t.Errorf("the table says %q, want %q", strings.Join(rows[1], " "), want)
	}
	if states := rows[2][2] + rows[3][2]; states != "waitingunfinished" {
		t.Errorf("the states are %s", states)
	}
	for _, file := range []string{name, strings.TrimSuffix(name, ".json") + ".csv"} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", file, info.Mode(), err)
		}
	}
}

func TestASummaryOfACounterThatLeavesNothingIsWhole(t *testing.T) {
	c := &Counter{options: Options{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)}}
	name, err := c.KeepShift(desk.ShiftSummary{Hall: "大厅", Counter: "12", Made: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(raw), `"cases": []`) || !strings.Contains(string(raw), `"state": "open"`) {
		t.Errorf("%s %v", raw, err)
	}
}
