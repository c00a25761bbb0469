package explain_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/config"
	"counterfoil/app/explain"
	"counterfoil/app/journal"
	"counterfoil/app/sheet"
	"counterfoil/assets"
)

func texts(t *testing.T) *assets.Texts {
	t.Helper()
	all, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// whole fails when a text is missing, empty or not filled in.
func whole(t *testing.T, lines ...string) {
	t.Helper()
	for _, l := range lines {
		if l == "" || strings.Contains(l, "%!") || strings.HasPrefix(l, "[") {
			t.Errorf("not a sentence: %q", l)
		}
	}
}

func TestASettingsFileWithAnUnknownKeyIsExplainedInBothLanguages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.toml")
	if err := os.WriteFile(path, []byte("hall = \"dongcheng\"\nconter = \"12\"\n\n[devices]\npda = \"auto\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := config.Load(path)
	for language, want := range map[string][]string{
		assets.Chinese: {"settings.toml", "第 2 行", "conter", "counter", "第 5 行（devices）", "pda"},
		assets.English: {"settings.toml", "Line 2: the key \"conter\" is not known here; is \"counter\" meant?", "Line 5, devices: the key \"pda\""},
	} {
		title, lines := explain.Explain(texts(t).T, language, fmt.Errorf("starting: %w", err))
		whole(t, append(lines, title)...)
		for _, w := range want {
			if !strings.Contains(strings.Join(lines, "\n"), w) {
				t.Errorf("%s: %q is missing in\n%s\n%s", language, w, title, strings.Join(lines, "\n"))
			}
		}
	}
}

func TestACatalogueWithAWrongRowIsExplainedByItsLine(t *testing.T) {
	wrong := strings.Replace(string(assets.SampleCatalogue()), `"signature"`, `"signatur"`, 1)
	wrong = strings.Replace(wrong, "\nsignature =", "\nsignatur =", 1)
	_, err := catalogue.Load(strings.NewReader(wrong), "hall.toml")
	var file *sheet.Invalid
	if !errors.As(err, &file) {
		t.Fatal(err)
	}
	for _, language := range texts(t).Languages() {
		title, lines := explain.Explain(texts(t).T, language, err)
		whole(t, append(lines, title)...)
		if n := slices.Index(lines, "hall.toml"); n < 0 || len(lines)-n-1 != len(file.Problems) || !strings.Contains(lines[n+1], "signatur") {
			t.Errorf("%s: %q", language, lines)
		}
	}
}

func TestEveryFaultOfAFileIsASentence(t *testing.T) {
	// Arguments of the kinds that the faults' English sentences ask for.
	for fault, sentence := range sheet.Faults() {
		var args []any
		for _, verb := range strings.Split(sentence, "%")[1:] {
			switch {
			case strings.HasPrefix(verb, "d"):
				args = append(args, 7)
			case strings.HasPrefix(verb, "[1]") && len(args) > 0:
			default:
				args = append(args, "word")
			}
		}
		err := &sheet.Invalid{Name: "hall.toml", Kind: casework.CatalogueInvalid, Problems: []sheet.Problem{{Line: 3, Row: "item X", Fault: fault, Args: args}}}
		for _, language := range texts(t).Languages() {
			title, lines := explain.Explain(texts(t).T, language, err)
			whole(t, append(lines, title)...)
		}
	}
}

func TestWhyAJournalIsNotOpenedIsExplained(t *testing.T) {
	open := func(dir string) error {
		j, err := journal.Open(context.Background(), journal.Options{Dir: dir, Master: [32]byte{1}})
		if err == nil {
			t.Cleanup(func() { j.Close() })
		}
		return err
	}
	busy, foreign := t.TempDir(), t.TempDir()
	if err := open(busy); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(foreign, "journal.db"), []byte(strings.Repeat("not SQLite ", 50)), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, err := range map[casework.RefusalKind]error{
		casework.JournalBusy:    open(busy),
		casework.JournalForeign: open(foreign),
		casework.JournalNewer:   errors.Join(casework.Refuse(casework.JournalNewer, "made by a newer program"), errors.New("closing failed")),
	} {
		if casework.KindOf(err) != want {
			t.Fatalf("%v is not %s", err, want)
		}
		for _, language := range texts(t).Languages() {
			title, lines := explain.Explain(texts(t).T, language, err)
			whole(t, append(lines, title)...)
			if title != texts(t).T(language, "refusal."+string(want)+".what") || len(lines) < 2 || !strings.HasPrefix(lines[len(lines)-1], string(want)+": ") {
				t.Errorf("%s %s: %q %q", want, language, title, lines)
			}
		}
	}
}

func TestWhatHasNoTextIsStillExplained(t *testing.T) {
	for _, err := range []error{errors.New("listen tcp: no"), casework.Refuse("moon-phase", "of a newer centre")} {
		for _, language := range texts(t).Languages() {
			title, lines := explain.Explain(texts(t).T, language, err)
			whole(t, append(lines, title)...)
			if len(lines) != 2 || lines[1] != err.Error() {
				t.Errorf("%q %q", title, lines)
			}
		}
	}
}

func TestARefusalWithARuleNamesIt(t *testing.T) {
	_, lines := explain.Explain(texts(t).T, assets.English, casework.Refuse(casework.CodeUsed, ""))
	if len(lines) != 2 || !strings.Contains(lines[1], "PIPL") {
		t.Errorf("%q", lines)
	}
}
