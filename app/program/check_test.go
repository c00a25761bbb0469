package program

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/assets"
	"counterfoil/devices/signpad/conformance"
)

func TestTheSoftwarePadIsCheckedByItselfInBothLanguages(t *testing.T) {
	for language, want := range map[string]string{assets.Chinese: "八步全部通过", assets.English: "All eight checks passed"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "report.txt")
		args := []string{"devices", "--check", "--practice", "--dir", dir, "--language", language}
		if language == assets.English {
			args = append(args, "--out", file, "--encrypt")
		}
		var out, errs bytes.Buffer
		if code := Main(t.Context(), args, &out, &errs); code != 0 || !strings.Contains(out.String(), want) {
			t.Fatalf("%d: %s%s", code, out.String(), errs.String())
		}
		if beside, _ := filepath.Glob(filepath.Join(dir, "export", "pad-check-*.txt")); language == assets.Chinese && len(beside) == 1 {
			file = beside[0]
		}
		report, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(report), "STU-540") || strings.Contains(string(report), "EMU") {
			t.Errorf("%v: %s", err, report)
		}
		if strings.Contains(string(report), "pen data came encrypted: rsa-2048+aes-256") != (language == assets.English) {
			t.Errorf("how pen data came: %s", report)
		}
		if said := regexp.MustCompile(`\[[a-z]+\.|%!`).FindString(out.String() + string(report)); said != "" || !strings.Contains(out.String(), file) {
			t.Errorf("a text is missing or not filled in: %s", said)
		}
	}
}

func TestAReportThatIsThereIsNotWrittenOver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.txt")
	if err := os.WriteFile(file, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main(t.Context(), []string{"devices", "--check", "--practice", "--out", file}, io.Discard, io.Discard); code != 1 {
		t.Error(code)
	}
	if after, _ := os.ReadFile(file); string(after) != "before" {
		t.Errorf("%q", after)
	}
}

func TestChecksWithoutAPersonAreRefusedBeforeTheyBegin(t *testing.T) {
	pipe, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	w.Close()
	file := filepath.Join(t.TempDir(), "report.txt")
	p, err := parse([]string{"devices", "--check", "--out", file}, io.Discard, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	p.in = pipe
	if err := p.run(t.Context()); casework.KindOf(err) != casework.NobodyToAsk {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a report of nothing is there")
	}
}

func TestAnInterruptedCheckIsReported(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.txt")
	var out, errs bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	args := []string{"devices", "--check", "--practice", "--language", "en", "--out", file}
	if code := Main(ctx, args, &out, &errs); code != 1 || errs.Len() > 0 {
		t.Errorf("%d: %s", code, errs.String())
	}
	if report, err := os.ReadFile(file); err != nil || !strings.Contains(string(report), "1. it is opened and says what it is: ended here") {
		t.Errorf("%v: %s", err, report)
	}
}

func TestEitherARecordingOrTheChecksAreAskedFor(t *testing.T) {
	for _, args := range [][]string{{"devices", "--practice"}, {"devices", "--practice", "--check", "--record", filepath.Join(t.TempDir(), "x")}} {
		if code := Main(t.Context(), args, io.Discard, io.Discard); code != 1 {
			t.Errorf("%v: %d", args, code)
		}
	}
}

func TestEveryTextOfTheChecksExists(t *testing.T) {
	texts, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	for _, key := range conformance.Keys() {
		asked = append(asked, "check.name."+key)
	}
	for _, glob := range []string{"*.go", "../../devices/signpad/conformance/*.go"} {
		files, _ := filepath.Glob(glob)
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`"(check\.[a-z.-]*[a-z])"`).FindAllStringSubmatch(string(source), -1) {
				asked = append(asked, m[1])
			}
		}
	}
	for _, key := range asked {
		for _, language := range texts.Languages() {
			if _, ok := texts.Find(language, key); !ok {
				t.Errorf("%s has no text in %s", key, language)
			}
		}
	}
	if len(asked) < 30 {
		t.Errorf("only %d texts are asked for", len(asked))
	}
}
