package sheet_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
)

func read(text string) ([]*sheet.Row, *sheet.Report) {
	report := &sheet.Report{}
	return sheet.Read(strings.NewReader(text), report), report
}

func problems(report *sheet.Report) []sheet.Problem {
	var v *sheet.Invalid
	if err := report.Refusal(casework.SettingsInvalid, "/srv/x/a.toml"); !errors.As(err, &v) {
		return nil
	}
	return v.Problems
}

func TestBlocksKeepTheirOrderAndTheirLines(t *testing.T) {
	rows, report := read("a = 1\n\n[[b]]  # first\nx = 'y'\n[ \"c\" ]\n[[b]]\n")
	if !report.Clean() {
		t.Fatal(problems(report))
	}
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s:%d:%v", r.Block, r.Line, r.Double))
	}
	if want := ":1:false b:3:true c:5:false b:6:true"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
}

func TestEveryKeyAndEveryLineOfAListIsPlaced(t *testing.T) {
	rows, _ := read("[x]\n# a = [ { \na = \"[{#\" # {\n'b' = [\n  { c = 1 }, { c = 2 },\n  # { c = 9 }\n  { c = \"\"\"\n} {\"\"\" },\n]\n  d = '''\n[\n'''\ne = 1\n")
	row := rows[1]
	for key, want := range map[string]int{"a": 3, "b": 4, "d": 10, "e": 13, "none": 1} {
		if got := row.LineOf(key); got != want {
			t.Errorf("%s stands in line %d, want %d", key, got, want)
		}
	}
	var lines []int
	for _, r := range row.Rows("b") {
		lines = append(lines, r.Line)
	}
	if fmt.Sprint(lines) != "[5 5 7]" {
		t.Errorf("the lines are %v", lines)
	}
}

func TestAForgottenQuoteHidesNoOtherBlock(t *testing.T) {
	rows, report := read("[[a]]\nx = \"1\ny = 2\n[[a]]\nx = \"2\"\n[[a]]\nx = [\n[[a]]\nx = '''\n")
	for i, row := range rows {
		if want := i != 0 && i != 2; row.Broken != want {
			t.Errorf("block %d is broken: %v", i, row.Broken)
		}
	}
	lines := map[int]bool{}
	for _, p := range problems(report) {
		lines[p.Line] = p.Fault == sheet.Syntax || p.Line == 2 && p.Fault == sheet.OpenQuote
	}
	if !lines[2] || len(lines) != 3 {
		t.Errorf("problems in lines %v", lines)
	}
}

func TestAKeyThatStandsTwiceIsNamed(t *testing.T) {
	_, report := read("[a]\nx = 1\nx = 2\n")
	if p := problems(report); len(p) != 1 || p[0].Fault != sheet.KeyTwice || p[0].Line != 3 || !strings.Contains(p[0].What, `"x"`) {
		t.Errorf("%v", p)
	}
}

func TestNestedBracketsAndHugeFilesAreRefused(t *testing.T) {
	_, report := read("a = " + strings.Repeat("[", 100_000))
	if p := problems(report); len(p) != 1 || p[0].Fault != sheet.TooDeep {
		t.Errorf("%v", p)
	}
	_, report = read(strings.Repeat("# comment\n", 1<<19))
	if p := problems(report); len(p) != 1 || p[0].Fault != sheet.TooLarge {
		t.Errorf("%v", p)
	}
}

func TestTheNearestKnownWordIsNamed(t *testing.T) {
	known := []string{"hall", "counter", "clerk", "ledger_limit", "photo"}
	for typed, want := range map[string]string{
		"conter": "counter", "Hall": "hall", "ledgerlimit": "ledger_limit", "pohto": "photo", "clark": "clerk",
		"colour": "", "x": "", "": "", strings.Repeat("h", 1000): "",
	} {
		if got := sheet.Nearest(typed, known); got != want {
			t.Errorf("%.20s is taken for %q, not %q", typed, got, want)
		}
	}
}

func TestAReportIsBoundedAndNamesNoFolder(t *testing.T) {
	var text strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&text, "k%d = 1\n", i)
	}
	rows, report := read(text.String())
	rows[0].Done()
	if n := len(problems(report)); n != 200 {
		t.Errorf("%d problems", n)
	}
	err := report.Refusal(casework.SettingsInvalid, "/srv/x/a.toml")
	if !errors.Is(err, casework.Refuse(casework.SettingsInvalid, "")) || strings.Contains(err.Error(), "/home") {
		t.Errorf("%.80s", err)
	}
}

func TestATextIsReadBackFromTheLineItWasWrittenIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.StringMatching(`[a-z\[\]{}#=', 北]{1,8}`), 1, 6).Draw(t, "values")
		var text strings.Builder
		lines := make([]int, len(values))
		line := 2
		text.WriteString("[x]\n")
		for i, v := range values {
			for range rapid.IntRange(0, 2).Draw(t, "gap") {
				text.WriteString("# k = [ { \"\n")
				line++
			}
			lines[i] = line
			if rapid.Bool().Draw(t, "long") {
				fmt.Fprintf(&text, "k%d = \"\"\"\n%s\"\"\"\n", i, v)
				line += 2
			} else {
				fmt.Fprintf(&text, "k%d = \"%s\"\n", i, v)
				line++
			}
		}
		rows, report := read(text.String())
		if !report.Clean() {
			// A value may look like a header on a line of its own: refused, never misread.
			if strings.Contains(text.String(), "\n[") || strings.Contains(text.String(), "\n ") {
				return
			}
			t.Fatal(problems(report))
		}
		for i, v := range values {
			key := fmt.Sprintf("k%d", i)
			if got := rows[1].Maybe(key); got != strings.TrimSpace(v) || rows[1].LineOf(key) != lines[i] {
				t.Fatalf("%s is %q in line %d, want %q in line %d\n%s", key, got, rows[1].LineOf(key), v, lines[i], text.String())
			}
		}
	})
}

func TestABlockThatMayStandOnceIsReadOnceAndTheOthersAreNamed(t *testing.T) {
	rows, report := read("[a]\nx = 1\n[b]\n[[c]]\n[a]\nx = 2\n[c]\n[d]\nx = \n")
	var got []string
	for _, r := range sheet.Once(rows) {
		got = append(got, fmt.Sprintf("%q:%d", r.Block, r.Line))
	}
	if want := `"":1 "a":1 "b":3`; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	var faults []string
	for _, p := range problems(report) {
		faults = append(faults, fmt.Sprintf("%d %s", p.Line, p.Fault))
	}
	if want := "4 block-double, 5 block-twice, 7 block-twice, 9 syntax"; strings.Join(faults, ", ") != want {
		t.Errorf("got %v, want %s", faults, want)
	}
}
