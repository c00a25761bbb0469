package counter

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"strconv"
	"time"

	"counterfoil/app/desk"
)

// shiftFile is a closing summary as JSON. Times are RFC 3339, reasons and steps the
// published words. Nothing in it is a citizen's.
type shiftFile struct {
	Hall       string      `json:"hall"`
	Counter    string      `json:"counter"`
	Made       string      `json:"made"`
	State      string      `json:"state"` // "open" or "closed"
	Since      string      `json:"since,omitempty"`
	Clerk      string      `json:"clerk,omitempty"`
	To         string      `json:"handedTo,omitempty"` // a supervisor's number; left out: the next clerk
	Note       string      `json:"note,omitempty"`
	Cases      int         `json:"casesNotOnLedger"`
	Steps      int         `json:"stepsNotOnLedger"`
	Refused    int         `json:"casesRefused"`
	Unfinished int         `json:"casesUnfinished"`
	Evidence   int         `json:"evidenceNotSent"`
	List       []shiftLine `json:"cases"`
}

// shiftLine is one case of a summary.
type shiftLine struct {
	Number  string `json:"number"`
	Item    string `json:"item"`
	State   string `json:"state"` // "waiting", "refused" or "unfinished"
	Step    string `json:"step"`  // the first that is not on the ledger; of an unfinished case the last that was done
	Steps   int    `json:"stepsNotOnLedger"`
	Since   string `json:"since"`
	Refusal string `json:"refusal,omitempty"`
	SeenBy  string `json:"seenBy,omitempty"`
	Seen    string `json:"seen,omitempty"`
}

// KeepShift writes a closing summary beside the exports, as shift-TIME.json and
// shift-TIME.csv, and returns the first one's name. A case that waits for the ledger
// and for a person has a line for each.
func (c *Counter) KeepShift(s desk.ShiftSummary) (string, error) {
	raw, err := json.MarshalIndent(fileOf(s), "", "  ")
	if err != nil {
		return "", err
	}
	table, err := tableOf(linesOf(s.Left))
	if err != nil {
		return "", err
	}
	dir, name := filepath.Join(c.options.Dir, "export"), "shift-"+s.Made.Local().Format("20060102-150405")
	if _, err := keepFile(dir, name+".csv", table); err != nil {
		return "", err
	}
	file, err := keepFile(dir, name+".json", append(raw, '\n'))
	if err == nil {
		c.options.Log.Info("export", "shift", s.Last.Seq, "file", file)
	}
	return file, err
}

func fileOf(s desk.ShiftSummary) shiftFile {
	n := s.Left.Counts()
	f := shiftFile{Hall: s.Hall, Counter: s.Counter, Made: stamp(s.Made), State: "open", Cases: n.Cases, Steps: n.Steps, Refused: n.Refused,
		Unfinished: n.Unfinished, Evidence: n.Evidence, List: linesOf(s.Left)}
	if last := s.Last; last.Seq > 0 {
		f.Since, f.Clerk, f.To, f.Note = stamp(last.Time), last.Clerk, last.To, string(last.Note)
		if !last.Open {
			f.State = "closed"
		}
	}
	return f
}

func linesOf(l desk.Leftover) []shiftLine {
	lines := []shiftLine{}
	for _, w := range l.Waiting {
		line := shiftLine{Number: string(w.Number), Item: string(w.Item), State: "waiting", Step: string(w.Step), Steps: w.Steps, Since: stamp(w.Since)}
		if w.Refusal != "" {
			line.State, line.Refusal, line.SeenBy = "refused", string(w.Refusal), w.SeenBy
		}
		if !w.Seen.IsZero() {
			line.Seen = stamp(w.Seen)
		}
		lines = append(lines, line)
	}
	for _, u := range l.Unfinished {
		lines = append(lines, shiftLine{Number: string(u.Number), Item: string(u.Item), State: "unfinished", Step: string(u.Step), Since: stamp(u.Opened)})
	}
	return lines
}

// tableOf writes the lines as CSV (RFC 4180) under their names.
func tableOf(lines []shiftLine) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	rows := [][]string{{"number", "item", "state", "step", "stepsNotOnLedger", "since", "refusal", "seenBy", "seen"}}
	for _, l := range lines {
		rows = append(rows, []string{l.Number, l.Item, l.State, l.Step, strconv.Itoa(l.Steps), l.Since, l.Refusal, l.SeenBy, l.Seen})
	}
	err := w.WriteAll(rows)
	return out.Bytes(), err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
