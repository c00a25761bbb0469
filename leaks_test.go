package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// leaks are the calls by which something of a case could come to lie where others
// read: the clipboard, a temporary file, a dump. Each stands only in the files
// that have a reason for it.
var leaks = []struct {
	name  string // package.Function, or .Method of whatever
	files []string
	why   string
}{
	{".Clipboard", []string{"ui/keys.go", "ui/pages.go"}, "a code is pasted from it; the devices page copies a rule of udev's to it"},
	{"widget.NewEntry", nil, "kit's line does not copy"},
	{"widget.NewMultiLineEntry", nil, "kit's line does not copy"},
	{".Selectable", nil, "a text that can be selected can be copied"},
	{"os.MkdirTemp", []string{"app/program/run.go"}, "the scratch folder of a rehearsal, on invented holders"},
	{"os.CreateTemp", []string{"app/config/save.go", "app/counter/keep/keep.go", "app/counter/export.go", "app/centre/repository/keys.go", "app/centre/evidence/evidence.go"},
		"whole or not at all: beside the file that it becomes, never in the machine's folder for such files"},
	{"os.TempDir", nil, "nothing lies there"},
	{"debug.WriteHeapDump", nil, "the memory of a counter is not written down"},
	{"debug.SetTraceback", nil, "a crash leaves no core"},
	{"pprof.", nil, "the memory of a counter is not written down"},
}

func TestNothingOfACaseComesToLieWhereOthersRead(t *testing.T) {
	used := map[string]bool{}
	for _, s := range sources(t) {
		if within(s.folder, "packaging") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), s.file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			of := ""
			if x, ok := sel.X.(*ast.Ident); ok {
				of = x.Name
			}
			for _, l := range leaks {
				from, name, _ := strings.Cut(l.name, ".")
				if (from != "" && from != of) || (name != "" && name != sel.Sel.Name) {
					continue
				}
				used[l.name+s.file] = true
				if !slices.Contains(l.files, s.file) {
					t.Errorf("%s uses %s.%s: %s", s.file, of, sel.Sel.Name, l.why)
				}
			}
			return true
		})
	}
	for _, l := range leaks {
		for _, file := range l.files {
			if !used[l.name+file] {
				t.Errorf("%s does not use %s: the table is old", file, l.name)
			}
		}
	}
}
