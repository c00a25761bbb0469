package program

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/devices/signpad/conformance"
	"counterfoil/devices/signpad/softpad"
)

// errTold ends the command with 1 after the person was told why.
var errTold = errors.New("told already")

// checkPad makes the conformance suite over the attached pad with the person in
// front of it, in practice over the software pad, which needs nobody. The report
// is begun before the first step, so that one that can't be kept is known then,
// and written however the suite ends.
func (p *program) checkPad(ctx context.Context) error {
	if f, ok := p.in.(*os.File); ok && !p.practice && !terminal(f) {
		return casework.Refuse(casework.NobodyToAsk, "the input is no terminal")
	}
	language, dir := p.person()
	t := func(key string, args ...any) string { return p.texts.T(language, key, args...) }
	began := time.Now()
	out, err := p.reportFile(dir, began)
	if err != nil {
		return err
	}
	person, open := conformance.NewPerson(p.in, p.out, t), counter.AttachedPad(p.encrypt)
	person.Present = counter.PadAttached
	if p.practice {
		p.pad = softpad.New(softpad.DefaultOpts())
		open = counter.PadAt(p.pad, p.encrypt)
	}
	opener := func(ctx context.Context) (conformance.Pad, error) { return open(ctx) }
	if p.practice {
		hand := conformance.Soft(p.pad, opener)
		person.Hand = &hand
		fmt.Fprintln(p.out, t("check.intro.practice"))
	} else {
		fmt.Fprintln(p.out, t("check.intro"))
	}
	results := conformance.Run(ctx, person.Way(ctx, opener))
	head := []string{t("check.report.title"), began.Format("2006-01-02 15:04:05 -0700"), "counterfoil " + versionText(), runtime.GOOS + "/" + runtime.GOARCH}
	_, err = out.WriteString(strings.Join(head, "\n") + "\n" + person.Report(results))
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	return p.concluded(t, results, out.Name())
}

// concluded says how the suite ended, and returns errTold unless all passed.
func (p *program) concluded(t func(string, ...any) string, results []conformance.Result, file string) error {
	passed, all := 0, len(conformance.Keys())
	for _, r := range results {
		if r.Err == nil {
			passed++
		}
	}
	fmt.Fprintln(p.out)
	if passed == all {
		fmt.Fprintln(p.out, t("check.passed-all"))
	} else {
		fmt.Fprintln(p.out, t("check.passed-some", passed, all))
	}
	fmt.Fprintln(p.out, t("check.saved", file))
	switch last := results[len(results)-1].Err; {
	case casework.KindOf(last) == casework.NobodyToAsk:
		return last
	case passed < all:
		return errTold
	}
	return nil
}

// person returns the language of whoever is at the machine and the folder of its
// journal: as the settings say where there are any, and never a reason not to
// check a pad.
func (p *program) person() (language, dir string) {
	s, path, there := config.Default(), p.settings, p.settings != ""
	if !there && !p.practice {
		path, there = config.Find()
	}
	if there {
		if found, err := config.Load(path); err == nil {
			s = p.preferred(found)
		} else {
			p.log.Warn("settings", "error", strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	}
	if p.practice {
		s.Journal = p.folder()
	}
	return cmp.Or(p.language, s.Language), cmp.Or(p.dir, s.Journal)
}

// reportFile makes the file for the report, which must not be there yet and which
// only this user may read.
func (p *program) reportFile(dir string, began time.Time) (*os.File, error) {
	name := p.report
	if name == "" {
		dir = filepath.Join(dir, "export")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		name = filepath.Join(dir, "pad-check-"+began.Format("20060102-150405")+".txt")
	}
	return os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
}

// terminal reports whether somebody may sit at f. The null device looks so too:
// its end is noticed at the first question.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
