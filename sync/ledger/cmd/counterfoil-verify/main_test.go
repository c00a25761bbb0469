package main

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"counterfoil/sync/ledger/bundle"
)

// The bundle in testdata was made once, from a real ledger with one validator.
const (
	kept  = "testdata/case.zip"
	trust = "testdata/trust.json"
)

func verified(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

func TestABundleOfAnEarlierProgramStillHolds(t *testing.T) {
	code, out, errs := verified(kept)
	if code != 0 || errs != "" || !strings.Contains(out, "HOLDS  case ") || !strings.Contains(out, "the bundle's own: compare it") || strings.Count(out, "receipt ✓") != 7 {
		t.Errorf("%d\n%s%s", code, out, errs)
	}
	if code, out, _ := verified("-trust", trust, kept); code != 0 || !strings.Contains(out, "(given)") {
		t.Errorf("with the halls' own document: %d\n%s", code, out)
	}
}

// TestABundleOfSuite2Holds: one of a real ledger's, by a counter of SM2 and SM3,
// its receipts are CometBFT's as all others; a changed byte in it is found.
func TestABundleOfSuite2Holds(t *testing.T) {
	code, out, errs := verified("-trust", "testdata/suite2.json", "testdata/suite2.zip")
	if code != 0 || errs != "" || !strings.Contains(out, "HOLDS  case ") || strings.Count(out, "signature ✓") != 7 || strings.Count(out, "receipt ✓") != 7 {
		t.Errorf("%d\n%s%s", code, out, errs)
	}
	raw, err := os.ReadFile("testdata/suite2.zip")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(raw, []byte("clerk-1")) // in its first entry
	raw[at] ^= 1
	if code, out, _ := verified("-trust", "testdata/suite2.json", file(t, raw)); code != 1 || !strings.Contains(out, "DOES NOT HOLD") {
		t.Errorf("with another clerk: %d\n%s", code, out)
	}
}

// counterKey is the key of the counter in testdata: invented, for tests alone.
func counterKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(append([]byte{3}, make([]byte, ed25519.SeedSize-1)...))
}

// remade writes the kept bundle with a change that its counter signs again.
func remade(t *testing.T, change func(*bundle.Material)) string {
	t.Helper()
	raw, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := bundle.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	change(&m)
	var out bytes.Buffer
	if err := bundle.Write(&out, counterKey(), m); err != nil {
		t.Fatal(err)
	}
	return file(t, out.Bytes())
}

func file(t *testing.T, content []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestItNamesTheEntryAndWhatFails reads the words that an auditor gets.
func TestItNamesTheEntryAndWhatFails(t *testing.T) {
	cut := func(m *bundle.Material, n int) {
		m.Entries, m.Receipts, m.Contents = m.Entries[:n], m.Receipts[:n], m.Contents[:n]
	}
	for words, try := range map[string]struct {
		change func(*bundle.Material)
		code   int
		says   []string
	}{
		"another receipt": {func(m *bundle.Material) { m.Receipts[2] = m.Receipts[3] }, 1,
			[]string{"  2 authorized    form ✓  chain ✓  signature ✓  content ✓ 1  receipt ✓ ", "  3 retrieved     form ✓  chain ✓  signature ✓  content ✓ 4  receipt ✗", "DOES NOT HOLD", "entry 3 retrieved, receipt: wrong-receipt"}},
		"a content taken out": {func(m *bundle.Material) { m.Contents[4] = nil }, 1,
			[]string{"  5 signed        form ✓  chain ✓  signature ✓  content ✗  receipt –", "entry 5 signed, content: wrong-commitment: the content of this step was taken out"}},
		"an entry left out": {func(m *bundle.Material) { m.Entries[3] = m.Entries[4] }, 1, []string{"entry 4 signed, chain: wrong-sequence"}},
		"content destroyed": {func(m *bundle.Material) { m.Contents = nil }, 0, []string{"content destroyed  receipt ✓", "HOLDS  case"}},
		"the end left out":  {func(m *bundle.Material) { cut(m, 4) }, 0, []string{"confirmed, 4 entries; the case had not ended: ask the ledger what followed"}},
		"no trust":          {func(m *bundle.Material) { m.Trust = []byte("{}") }, 1, []string{"DOES NOT HOLD"}},
	} {
		t.Run(words, func(t *testing.T) {
			code, out, _ := verified(remade(t, try.change))
			if code != try.code {
				t.Errorf("it exits with %d", code)
			}
			for _, s := range try.says {
				if !strings.Contains(out, s) {
					t.Errorf("want %q in\n%s", s, out)
				}
			}
		})
	}
}

func TestAForeignTrustIsNoTrust(t *testing.T) {
	raw, err := os.ReadFile(trust)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(raw, []byte(`"key":"`)) + len(`"key":"`)
	for words, change := range map[string]func([]byte){
		"another validator": func(b []byte) { b[at] = map[bool]byte{true: '1', false: '0'}[b[at] == '0'] },
		"another chain":     func(b []byte) { copy(b[bytes.Index(b, []byte("counterfoil")):], "counterfeit") },
	} {
		foreign := slices.Clone(raw)
		change(foreign)
		if code, out, _ := verified("-trust", file(t, foreign), kept); code != 1 || !strings.Contains(out, "DOES NOT HOLD") || !strings.Contains(out, "entry 1 opened") {
			t.Errorf("%s: %d\n%s", words, code, out)
		}
	}
	if code, _, _ := verified("-trust", file(t, append(raw, '\n')), kept); code != 0 {
		t.Errorf("a line break at the end of the trust document: %d", code)
	}
}

func TestItsExitSaysWhatHappened(t *testing.T) {
	raw, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	altered := slices.Clone(raw)
	altered[len(altered)/2] ^= 1
	bad, none := file(t, altered), filepath.Join(t.TempDir(), "none.zip")
	for _, try := range []struct {
		words string
		args  []string
		want  int
	}{
		{"one that holds", []string{kept}, 0},
		{"two that hold", []string{kept, kept}, 0},
		{"an altered one", []string{bad}, 1},
		{"one of two", []string{bad, kept}, 1},
		{"something else", []string{file(t, []byte("a letter"))}, 1},
		{"an empty file", []string{file(t, nil)}, 1},
		{"a file that is not there", []string{none}, 2},
		{"one altered, one not there", []string{none, bad, kept}, 2},
		{"a folder", []string{t.TempDir()}, 2},
		{"no bundle", nil, 2},
		{"an unknown flag", []string{"-trusts", trust, kept}, 2},
		{"a trust that is not there", []string{"-trust", none, kept}, 2},
		{"a trust that is none", []string{"-trust", kept, kept}, 2},
		{"a call for help", []string{"-help"}, 0},
	} {
		code, out, errs := verified(try.args...)
		if code != try.want {
			t.Errorf("%s: %d, want %d\n%s%s", try.words, code, try.want, out, errs)
		}
		if (code == 2) != (errs != "") && try.words != "a call for help" {
			t.Errorf("%s: it says %q", try.words, errs)
		}
		if len(try.args) > 1 && slices.Contains(try.args, bad) && !strings.Contains(out, "HOLDS  case") {
			t.Errorf("%s: the other bundle was not checked", try.words)
		}
	}
}

// TestItIsSmallAndKnowsNoNetwork keeps what an auditor has to trust: the list of
// packages from outside the standard library is short, and none of it calls
// anybody.
func TestItIsSmallAndKnowsNoNetwork(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"counterfoil/app/casework", "counterfoil/app/protocol", "counterfoil/app/ink", "counterfoil/sync/ledger/receipt", "counterfoil/sync/ledger/bundle",
		"counterfoil/sync/ledger/cmd/counterfoil-verify", "github.com/fxamacker/cbor/v2", "github.com/x448/float16", "github.com/veraison/go-cose"}
	for _, p := range strings.Fields(string(out)) {
		if strings.HasPrefix(p, "github.com/emmansun/gmsm/") || strings.HasPrefix(p, "golang.org/x/crypto/cryptobyte") {
			continue // SM2, SM3 and SM4, and the ASN.1 of SM2's signatures
		}
		if !slices.Contains(allowed, p) {
			t.Errorf("it imports %s", p)
		}
	}
	cmd = exec.Command("go", "list", "-deps", ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err = cmd.Output(); err != nil {
		t.Fatal(err)
	}
	for _, p := range strings.Fields(string(out)) {
		for _, banned := range []string{"net/http", "net/rpc", "runtime/cgo", "os/exec", "plugin", "testing", "database/sql"} {
			if p == banned {
				t.Errorf("it imports %s", p)
			}
		}
	}
}
