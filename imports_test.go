package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "counterfoil"

// mayImport is the table of who may import whom: a package may import what is
// listed for the longest matching folder, and packages below that same folder.
// The line of a case goes one way: ui → desk → casework → journal → outbox →
// ledger.
var mayImport = []struct {
	folder string
	ours   []string
	why    string
}{
	{"app/casework", nil, "the domain knows nobody"},
	{"app/news", nil, "that something is new, and not what"},
	{"app/phc", []string{"app/casework"}, "what is kept of a password; near and far end read the same"},
	{"app/protocol", []string{"app/casework"}, "near and far end share it"},
	{"app/staff", []string{"app/casework", "app/protocol", "app/phc", "app/news"}, "it says who is there; journal, centre and cards are handed in"},
	{"app/sheet", []string{"app/casework"}, "TOML as an administrator edits it"},
	{"app/ink", []string{"app/casework"}, "one drawing of samples, whoever shows it"},
	{"app/explain", []string{"app/casework", "app/sheet"}, "sentences for a person; the texts are handed in"},
	{"app/catalogue", []string{"app/casework", "app/sheet", "assets"}, "items and kinds are data; the sample is an asset"},
	{"app/config", []string{"app/casework", "app/sheet"}, "settings are values"},
	{"app/journal", []string{"app/casework", "app/protocol", "app/news"}, "the journal serves the desk and does not know it"},
	{"app/desk", []string{"app/casework", "app/protocol"}, "the desk declares what it needs of others"},
	{"app/program", []string{"app", "sync", "devices", "ui", "assets"}, "main's body: the one place that joins everything"},
	{"app/rehearse", []string{"app/casework", "app/protocol", "app/desk"}, "it plays clerk and citizen from outside"},
	{"app/centre", []string{"app/casework", "app/protocol", "app/phc", "app/catalogue", "sync/ledger"}, "the far end never sees a counter; the repository checks what an item may ask; proofs for citizens are got and verified as a counter does it"},
	{"app/centre/hall", []string{"app/casework", "app/protocol", "app/sheet", "app/centre/chain", "app/centre/keyfile"}, "what a hall's administrator holds; its settings are a file that people edit"},
	{"app/centre/cmd", []string{"app/centre", "app/catalogue", "app/casework", "app/protocol", "app/config", "assets", "sync/ledger"}, "the centre's program: a program joins; beside halls' nodes it is a client of theirs"},
	{"app/counter", []string{"app/casework", "app/protocol", "app/phc", "app/staff", "app/config", "app/catalogue", "app/journal", "app/desk", "sync", "devices", "assets"}, "it joins the near end's parts; no screen, no centre"},
	{"sync/outbox", []string{"app/casework", "app/protocol"}, "the way out"},
	{"sync/ledger", []string{"app/casework", "app/protocol"}, "the way out"},
	{"sync/ledger/cmd", []string{"app/casework", "app/protocol", "app/ink", "sync/ledger"}, "an auditor sees the signature as everybody does"},
	{"sync/authority", []string{"app/casework", "app/protocol"}, "the way out"},
	{"packaging/campaign", nil, "it holds tests alone, and what tells tests how much to do and where to listen"},
	{"packaging/devicevm", nil, "it holds tests alone, and the programs that make their machine"},
	{"devices", []string{"app/casework"}, "values only"},
	{"devices/hid", []string{"devices/bell"}, "a seam to the kernel"},
	{"devices/bell", nil, "below every node"},
	{"ui", []string{"app/explain", "app/ink", "app/desk", "app/casework", "app/catalogue", "app/protocol", "devices/scanner", "assets"}, "screens show snapshots and tell intents; a scanner that types comes as a window's keys"},
	{"ui/early", nil, "initialised before Fyne"},
	{"ui/kit", []string{"ui/look", "assets"}, "widgets know no case"},
	{"ui/look", []string{"assets"}, "colours and fonts know no case"},
	{"ui/citizen", []string{"app/casework", "assets"}, "drawn once, without a window"},
	{"assets", nil, "data"},
}

// onlyIn says where an outside module may be imported.
var onlyIn = []struct {
	path    string
	folders []string
	why     string
}{
	{"fyne.io/fyne/v2", []string{"app/program", "ui"}, "everything but the screens runs without a display"},
	{"github.com/mattn/go-sqlite3", []string{"app/journal", "app/centre/store"}, "one owner of a database file"},
	{"github.com/go-resty/resty/v2", []string{"sync"}, "one place that talks to the network"},
	{"github.com/skip2/go-qrcode", []string{"ui", "app/centre/phone"}, "a QR is a drawing: of a screen, and of the phone's page, which has no build step and no library to draw it with"},
	{"github.com/go-gl/glfw", []string{"ui"}, "one place below Fyne's keys"},
	{"github.com/icholy/digest", []string{"devices/camera"}, "a camera's password is answered in one place"},
	{"go.bug.st/serial", []string{"devices/scanner"}, "one owner of a serial line"},
	{"github.com/go-webauthn/", []string{"app/centre/identity"}, "one place says whose passkey it is"},
	{"github.com/emmansun/gmsm", []string{"app/protocol"}, "one place knows SM2, SM3 and SM4"},
	{"golang.org/x/crypto", []string{"app/centre/identity", "app/phc", "app/counter/keep"}, "the standard library has all but the hash of passwords: a citizen's is hashed below a key of the centre's, a clerk's is checked where that key is not"},
	{"github.com/cometbft/", []string{"app/centre/chain"}, "30 MB that a counter does not carry"},
	{"github.com/cosmos/iavl", []string{"app/centre/chain"}, "the state's tree is the node's alone"},
	{"github.com/cosmos/ics23", []string{"app/centre/chain", "sync/ledger/proof"}, "proofs are made in one place and checked in one"},
	{"github.com/zalando/go-keyring", []string{"app/counter/keep"}, "one place that asks a system's keyring"},
	{"github.com/google/go-tpm", []string{"app/counter/keep"}, "one place that asks a machine's chip"},
	{"golang.org/x/term", []string{"app/program"}, "a passphrase that is typed is shown nowhere"},
	{"github.com/miekg/pkcs11", []string{"devices/token"}, "one place that gives PINs to cards"},
	{"testing", nil, "production code does not ask whether it is a test"},
}

type source struct {
	file, folder string
	imports      []string
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		s := source{file: path, folder: filepath.ToSlash(filepath.Dir(path))}
		if s.folder == "." {
			s.folder = ""
		}
		for _, i := range f.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			s.imports = append(s.imports, p)
		}
		all = append(all, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func within(folder, parent string) bool {
	return folder == parent || parent != "" && strings.HasPrefix(folder, parent+"/")
}

func TestEveryPackageImportsOnlyWhatTheTableAllows(t *testing.T) {
	for _, s := range sources(t) {
		if s.folder == "" {
			continue // main joins everything
		}
		rule := -1
		for i, r := range mayImport {
			if within(s.folder, r.folder) && (rule < 0 || len(r.folder) > len(mayImport[rule].folder)) {
				rule = i
			}
		}
		if rule < 0 {
			t.Errorf("%s: folder %s stands in no row of the table", s.file, s.folder)
			continue
		}
		r := mayImport[rule]
		for _, p := range s.imports {
			ours, isOurs := strings.CutPrefix(p, module+"/")
			allowed := !isOurs || within(ours, r.folder) || within(s.folder, ours) ||
				slices.ContainsFunc(r.ours, func(a string) bool { return within(ours, a) })
			if !allowed {
				t.Errorf("%s imports %s, but %s may import only %v: %s", s.file, ours, r.folder, r.ours, r.why)
			}
		}
	}
}

func TestOutsideModulesAreImportedOnlyByTheirOwners(t *testing.T) {
	for _, s := range sources(t) {
		for _, p := range s.imports {
			for _, o := range onlyIn {
				if !(p == o.path || strings.HasPrefix(p, strings.TrimSuffix(o.path, "/")+"/")) {
					continue
				}
				if !slices.ContainsFunc(o.folders, func(f string) bool { return s.folder == f || within(s.folder, f) }) {
					t.Errorf("%s imports %s, which belongs to %v: %s", s.file, p, o.folders, o.why)
				}
			}
		}
	}
}

func TestOnlyProgramsImportTheCentre(t *testing.T) {
	for _, s := range sources(t) {
		if s.folder == "" || s.folder == "app/program" || within(s.folder, "app/centre") {
			continue
		}
		if slices.ContainsFunc(s.imports, func(p string) bool { return within(p, module+"/app/centre") }) {
			t.Errorf("%s imports the far end", s.file)
		}
	}
}

func TestTheVerifierOfReceiptsUsesTheStandardLibraryAlone(t *testing.T) {
	found := false
	for _, s := range sources(t) {
		if s.folder != "sync/ledger/receipt" {
			continue
		}
		found = true
		for _, p := range s.imports {
			if strings.Contains(strings.Split(p, "/")[0], ".") || strings.HasPrefix(p, module) {
				t.Errorf("%s imports %s", s.file, p)
			}
		}
	}
	if !found {
		t.Error("sync/ledger/receipt is not there")
	}
}

func TestTheCaseworkPackageDoesNoInputOrOutputAndHasNoClock(t *testing.T) {
	banned := []string{"os", "io", "net", "net/http", "log", "log/slog", "database/sql", "context", "sync"}
	for _, s := range sources(t) {
		if s.folder != "app/casework" {
			continue
		}
		for _, p := range s.imports {
			if slices.Contains(banned, p) {
				t.Errorf("%s imports %s", s.file, p)
			}
		}
	}
}
