//go:build program && !window

package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/app/journal"
	"counterfoil/app/rehearse"
	"counterfoil/assets"
	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
)

// These tests run the built programs, as an administrator does. What happens is
// read from what they write.
var programs = flag.String("programs", ".build", "folder of the built programs")

// process is a program that runs. Its lines of standard output come one by one;
// its standard error is kept.
type process struct {
	t     *testing.T
	ctx   context.Context
	cmd   *exec.Cmd
	lines chan string
	errs  bytes.Buffer
}

func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	p := &process{t: t, ctx: ctx, lines: make(chan string, 10000), cmd: exec.CommandContext(ctx, filepath.Join(*programs, name), args...)}
	p.cmd.Stderr = &p.errs
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
	return p
}

// line waits for the next line; it is false when the program writes no more.
func (p *process) line() (string, bool) {
	p.t.Helper()
	select {
	case line, ok := <-p.lines:
		return line, ok
	case <-p.ctx.Done():
		p.t.Fatalf("%s says nothing more\n%s", p.cmd, &p.errs)
		return "", false
	}
}

// ended waits for the end and returns the exit code and all lines that were not
// taken yet; -1 when it was killed.
func (p *process) ended() (code int, lines []string) {
	p.t.Helper()
	for {
		line, ok := p.line()
		if !ok {
			break
		}
		lines = append(lines, line)
	}
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode(), lines
}

// run runs a program to its end.
func run(t *testing.T, name string, args ...string) (code int, out, errs string) {
	t.Helper()
	p := start(t, name, args...)
	code, lines := p.ended()
	return code, strings.Join(lines, "\n"), p.errs.String()
}

// kept opens the journal that a program has left in dir, and closes it again.
func kept(t *testing.T, dir string, look func(*journal.Journal)) {
	t.Helper()
	id, err := counter.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(t.Context(), journal.Options{Dir: filepath.Join(dir, "journal"), Master: id.Master, Now: time.Now})
	if err != nil {
		t.Fatalf("the journal does not open: %v", err)
	}
	look(j)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// cases returns every case of a journal: the test may run over midnight.
func cases(t *testing.T, j *journal.Journal) []casework.CaseRecord {
	t.Helper()
	var all []casework.CaseRecord
	for _, day := range []time.Time{time.Now(), time.Now().AddDate(0, 0, -1)} {
		list, err := j.Day(t.Context(), day.Format("20060102"), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
	}
	return all
}

// TestProgramKilledAtAnyMomentNothingIsLost kills a rehearsal again and again, from its
// very first start on, and starts it on what is left. The moments are a number
// of finished lines and a while after them; which, is drawn from a fixed seed.
func TestProgramKilledAtAnyMomentNothingIsLost(t *testing.T) {
	dir, keep := t.TempDir(), t.TempDir()
	random := rand.New(rand.NewPCG(2026, 11))
	seen := map[casework.CaseID]int{} // entries that were on disk after a kill
	unfinished := 0
	for round := range 12 {
		p := start(t, "counterfoil", "rehearse", "--practice", "--dir", dir, "--cases", "1000", "--json")
		for range []int{0, 0, 1, 8, 15}[random.IntN(5)] {
			if _, ok := p.line(); !ok {
				t.Fatalf("round %d: it ended by itself\n%s", round, &p.errs)
			}
		}
		moment := time.NewTimer(time.Duration(random.IntN(1500)) * time.Millisecond)
		<-moment.C
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if code, _ := p.ended(); code != -1 {
			t.Fatalf("round %d: it ended by itself with %d\n%s", round, code, &p.errs)
		}
		kept(t, dir, func(j *journal.Journal) {
			now := map[casework.CaseID]int{}
			for _, r := range cases(t, j) {
				now[r.ID] = len(r.Steps)
			}
			for id, n := range seen {
				if now[id] < n {
					t.Errorf("round %d: case %s had %d entries, now %d", round, id, n, now[id])
				}
			}
			seen = now
			list, err := j.Unfinished(t.Context())
			if err != nil || len(list) < unfinished {
				t.Errorf("round %d: %d unfinished cases, before %d; %v", round, len(list), unfinished, err)
			}
			unfinished = len(list)
		})
	}
	t.Logf("%d cases were begun, %d are unfinished", len(seen), unfinished)
	for waiting := 1; waiting > 0; { // a rehearsal waits for its own cases only
		if code, out, errs := run(t, "counterfoil", "rehearse", "--practice", "--dir", dir, "--keep", keep, "--cases", "2"); code != 0 {
			t.Fatalf("the last run exits with %d\n%s%s", code, out, errs)
		}
		kept(t, dir, func(j *journal.Journal) {
			queue, err := j.Queue(t.Context())
			if err != nil || queue.Refused != 0 {
				t.Fatalf("%+v, %v", queue, err)
			}
			waiting = queue.Waiting
		})
	}
	trust := verified(t, keep)
	kept(t, dir, func(j *journal.Journal) { proved(t, j, trust, seen) })
}

// verified has counterfoil-verify check and open every bundle in dir, and returns
// the trust document in them.
func verified(t *testing.T, dir string) receipt.Trust {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.zip"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no bundle: %v", err)
	}
	opened := t.TempDir()
	code, out, errs := run(t, "counterfoil-verify", append([]string{"-open", opened}, files...)...)
	if code != 0 || strings.Count(out, "HOLDS  case") != len(files) {
		t.Fatalf("counterfoil-verify exits with %d\n%s%s", code, out, errs)
	}
	for _, made := range []string{"*-ink.cbor", "*-signature.png", "*-signature.sdi"} {
		if of, _ := filepath.Glob(filepath.Join(opened, "*", made)); len(of) == 0 {
			t.Errorf("no %s was opened out of %d bundles", made, len(files))
		}
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := bundle.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := receipt.ParseTrust(m.Trust)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// proved checks that every entry of every case has a receipt that verifies.
func proved(t *testing.T, j *journal.Journal, trust receipt.Trust, seen map[casework.CaseID]int) {
	t.Helper()
	entries := 0
	for _, r := range cases(t, j) {
		raw, err := j.Raw(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range r.Steps {
			got, ok, err := j.Receipt(t.Context(), s.Digest)
			if err != nil || !ok || s.Send != casework.Committed {
				t.Errorf("%s of %s is %s: %v", s.Kind, r.ID, s.Send, err)
				continue
			}
			if _, err := trust.Verify(got.Raw, raw[i]); err != nil {
				t.Errorf("%s of %s: %v", s.Kind, r.ID, err)
			}
			entries++
		}
		delete(seen, r.ID)
	}
	if len(seen) > 0 {
		t.Errorf("%d cases are gone", len(seen))
	}
	t.Logf("%d entries have a verified receipt", entries)
}

// refused runs counterfoil and checks that it exits with 1 after saying why, in
// both languages.
func refused(t *testing.T, kind casework.RefusalKind, args ...string) string {
	t.Helper()
	code, _, errs := run(t, "counterfoil", args...)
	texts, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range texts.Languages() {
		if what := texts.T(language, "refusal."+string(kind)+".what"); !strings.Contains(errs, what) {
			t.Errorf("it does not say %q:\n%s", what, errs)
		}
	}
	if code != 1 {
		t.Errorf("it exits with %d\n%s", code, errs)
	}
	return errs
}

func TestProgramASecondProgramOnOneFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	first := start(t, "counterfoil", "rehearse", "--practice", "--dir", dir, "--cases", "1000", "--json")
	if _, ok := first.line(); !ok {
		t.Fatal(first.errs.String())
	}
	refused(t, casework.JournalBusy, "rehearse", "--practice", "--dir", dir, "--cases", "1")
	if _, ok := first.line(); !ok {
		t.Errorf("the first has ended\n%s", &first.errs)
	}
	first.cmd.Process.Signal(os.Interrupt)
	if code, _ := first.ended(); code != 1 {
		t.Errorf("an interrupted rehearsal exits with %d", code)
	}
}

func TestProgramAForeignOrNewerJournalIsRefusedAndLeftAlone(t *testing.T) {
	good := t.TempDir()
	if code, _, errs := run(t, "counterfoil", "rehearse", "--practice", "--dir", good, "--cases", "1"); code != 0 {
		t.Fatal(errs)
	}
	name := filepath.Join("journal", "journal.db")
	newer, err := os.ReadFile(filepath.Join(good, name))
	if err != nil {
		t.Fatal(err)
	}
	binary.BigEndian.PutUint32(newer[60:], 9999) // PRAGMA user_version
	for kind, content := range map[casework.RefusalKind][]byte{casework.JournalForeign: bytes.Repeat([]byte("a letter "), 200), casework.JournalNewer: newer} {
		file := filepath.Join(good, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, kind, "rehearse", "--practice", "--dir", good, "--cases", "1")
		if left, err := os.ReadFile(file); err != nil || !bytes.Equal(left, content) {
			t.Errorf("%s: the file was altered, %v", kind, err)
		}
	}
}

func TestProgramAWrongSettingsFileIsExplained(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(file, []byte("hall = \"dongcheng\"\n\nconter = \"12\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	errs := refused(t, casework.SettingsInvalid, "rehearse", "--settings", file)
	if !regexp.MustCompile(`(?i)line 3\b.*"conter".*"counter"`).MatchString(errs) || !strings.Contains(errs, "第 3 行") {
		t.Errorf("neither line nor nearest key:\n%s", errs)
	}
}

func TestProgramTheKeyToEnrolStaysTheSame(t *testing.T) {
	dir := t.TempDir()
	_, first, _ := run(t, "counterfoil", "key", "--kept", "file", "--dir", dir)
	code, again, errs := run(t, "counterfoil", "key", "--kept", "file", "--dir", dir)
	if raw, err := base64.StdEncoding.DecodeString(first); code != 0 || err != nil || len(raw) != 32 || again != first || errs != "" {
		t.Errorf("%q, then %q, exit %d, %s", first, again, code, errs)
	}
}

func TestProgramTheSuiteIsFixedWithTheKey(t *testing.T) {
	dir := t.TempDir()
	_, first, _ := run(t, "counterfoil", "key", "--kept", "file", "--dir", dir, "--suite", "2")
	code, again, errs := run(t, "counterfoil", "key", "--kept", "file", "--dir", dir)
	if raw, err := base64.StdEncoding.DecodeString(first); code != 0 || err != nil || len(raw) != 97 || again != first || errs != "" {
		t.Errorf("%q, then %q, exit %d, %s", first, again, code, errs)
	}
	refused(t, casework.SuiteFixed, "key", "--kept", "file", "--dir", dir, "--suite", "1")
	refused(t, casework.UnsupportedSuite, "key", "--kept", "file", "--dir", t.TempDir(), "--suite", "3")
}

func TestProgramWhatIsNotUnderstoodExitsWithTwo(t *testing.T) {
	for _, args := range [][]string{{"rehearsal"}, {"rehearse", "twice"}, {"--practise"}, {"rehearse", "--cases", "few"}} {
		if code, out, errs := run(t, "counterfoil", args...); code != 2 || out != "" || errs == "" {
			t.Errorf("%v: exit %d, %s%s", args, code, out, errs)
		}
	}
}

// TestProgramARehearsalIsReadByAScript parses every line, and has the bundles checked.
func TestProgramARehearsalIsReadByAScript(t *testing.T) {
	keep := t.TempDir()
	code, out, errs := run(t, "counterfoil", "rehearse", "--practice", "--cases", "2", "--json", "--keep", keep)
	if code != 0 {
		t.Fatal(errs)
	}
	lines := strings.Split(out, "\n")
	served := map[casework.CaseID]bool{}
	for _, line := range lines[:len(lines)-1] {
		var s rehearse.Step
		if err := strict(line, &s); err != nil || s.Receipt == nil || s.Height == 0 {
			t.Errorf("%s: %v", line, err)
		}
		served[s.Case] = true
	}
	var all rehearse.Summary
	if err := strict(lines[len(lines)-1], &all); err != nil || all.Served != 2 || all.Receipts != all.Entries || all.Entries != len(lines)-1 {
		t.Errorf("%+v, %v", all, err)
	}
	verified(t, keep)
	kept(t, keep, func(j *journal.Journal) {
		for _, r := range cases(t, j) {
			if _, err := os.Stat(filepath.Join(keep, string(r.ID)+".zip")); err != nil || !served[r.ID] {
				t.Errorf("case %s: %v", r.ID, err)
			}
			delete(served, r.ID)
		}
	})
	if len(served) > 0 {
		t.Errorf("%d cases are not in the journal", len(served))
	}
}

func strict(line string, v any) error {
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one value on the line")
	}
	return nil
}

// TestProgramACounterIsEnrolledAtACentreElsewhere runs the three programs as three
// processes: the key, the enrolment, the rehearsal, and the same with the ledger
// out of reach.
func TestProgramACounterIsEnrolledAtACentreElsewhere(t *testing.T) {
	home, dir := t.TempDir(), t.TempDir()
	centre := start(t, "counterfoil-centre", "serve", "--home", home, "--practice", "--phone", "127.0.0.1:0", "--counters", "127.0.0.1:0", "--ledger", "127.0.0.1:0")
	said := map[string]string{}
	for range 4 {
		line, ok := centre.line()
		words := strings.Fields(line)
		if !ok || len(words) != 2 {
			t.Fatalf("the centre says %q\n%s", line, &centre.errs)
		}
		said[words[0]] = words[1]
	}
	_, key, _ := run(t, "counterfoil", "key", "--kept", "file", "--dir", dir)
	settings := filepath.Join(dir, "settings.toml")
	if code, out, errs := run(t, "counterfoil-centre", "enrol", "--home", home, "--hall", "dongcheng", "--counter", "12", "--key", key, "--out", settings); code != 0 {
		t.Fatalf("enrol exits with %d\n%s%s", code, out, errs)
	}
	text, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	at := func(node string) {
		own := regexp.MustCompile(`(?m)^journal = .*$`).ReplaceAllString(strings.ReplaceAll(string(text), said["ledger"], node), `journal = "."`)
		if err := os.WriteFile(settings, []byte(own), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at(said["ledger"])
	keep := t.TempDir()
	if code, out, errs := run(t, "counterfoil", "rehearse", "--settings", settings, "--cases", "2", "--keep", keep); code != 0 || !strings.Contains(out, "2 of 2 cases") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	verified(t, keep)

	at("http://127.0.0.1:9") // discard (RFC 863): nobody listens
	code, out, errs := run(t, "counterfoil", "rehearse", "--settings", settings, "--cases", "1", "--json", "--patience", "3s")
	lines := strings.Split(out, "\n")
	var all rehearse.Summary
	if err := strict(lines[len(lines)-1], &all); err != nil || code != 1 || all.Served != 0 || all.Receipts != 0 || all.Entries == 0 {
		t.Errorf("without a ledger: exit %d, %+v, %v\n%s", code, all, err, errs)
	}
	at(said["ledger"]) // what waited is sent by the next one
	if code, out, errs := run(t, "counterfoil", "rehearse", "--settings", settings, "--cases", "2"); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	kept(t, dir, func(j *journal.Journal) {
		stuck := func(s casework.StepRecord) bool { return s.Send != casework.Committed }
		for _, r := range cases(t, j) {
			if len(r.Steps) == 0 || slices.ContainsFunc(r.Steps, stuck) {
				t.Errorf("case %s has entries that are not on the ledger", r.ID)
			}
		}
	})
	centre.cmd.Process.Signal(os.Interrupt)
	if code, _ := centre.ended(); code != 0 {
		t.Errorf("the centre exits with %d\n%s", code, &centre.errs)
	}
}
