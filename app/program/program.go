// Package program is the body of the desktop program: it reads the flags and the
// settings, joins counter, devices, window and (in practice) the far end, runs
// them, and says why when it can't.
//
// It is the one place that may import everything, and nothing imports it but the
// main package: the module's top level holds a single page of Go. (A main of
// four hundred lines was the alternative: refused.) It decides nothing about a
// case.
package program

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"counterfoil/app/centre"
	"counterfoil/assets"
	"counterfoil/devices/signpad/screenpad"
	"counterfoil/devices/signpad/softpad"
)

// Main runs the command with its arguments and returns the exit code: 0 when it
// did what it was asked for, 1 when it could not and has said why in every
// language, 2 when it was called wrongly. It must run on the main goroutine,
// because a window must.
func Main(ctx context.Context, args []string, out, errs io.Writer) int {
	began := time.Now()
	secret := leaveNoCore() // before anything is read that must not be found in one
	p, err := parse(args, out, errs)
	if err != nil {
		return 2
	}
	if secret != nil {
		p.log.Warn("a crash of this program may leave its memory on the disk", "error", secret)
	}
	p.began = began
	if err := p.run(ctx); err != nil {
		p.tell(ctx, err)
		return 1
	}
	return 0
}

// program is one run of the command: what it was asked for, and what it opened.
type program struct {
	began    time.Time
	command  string // "" (the window), "rehearse", "demonstrate", "key", "enrol", "day", "cards", "devices" or askCommand
	practice bool
	settings string
	dir      string
	language string // of the citizen's screens and, unless the clerk chose another, of the window
	window   string // language of the window
	phone    string
	cases    int
	json     bool
	keep     string
	patience time.Duration
	pace     time.Duration // of a demonstration
	closing  bool          // a demonstration closes the window at its end
	day      string        // whose list is asked for
	report   string        // of the checks: where it is written to
	file     string        // that the list, or a device's exchange, is written to
	before   string        // an earlier list, from which the operator log must lead on
	module   string        // of cards, in place of the settings'
	scratch  string        // of a rehearsal that keeps nothing
	check    bool          // devices: the checks of a pad, with a person
	in       io.Reader     // who answers them
	out      io.Writer
	errs     io.Writer
	shown    bool // the window was open
	log      *slog.Logger
	texts    *assets.Texts
	pad      *softpad.Pad   // practice only
	centre   *centre.Centre // practice only

	keys      keyWords
	asker     *asker            // a window that asks for a passphrase; nil: none is open
	suite     int               // of the device key; 0: as the settings say
	encrypt   bool              // a recording or a check asks the pad for encrypted pen data
	screenPad bool              // practice: the second monitor is the pad
	screen    *screenpad.Screen // where it is
}

func parse(args []string, out, errs io.Writer) (*program, error) {
	p := &program{in: os.Stdin, out: out, errs: errs}
	if len(args) > 0 && slices.Contains([]string{"rehearse", "demonstrate", "key", "enrol", "day", "cards", "devices", askCommand}, args[0]) {
		p.command, args = args[0], args[1:]
	}
	if p.command == "key" && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		p.keys.verb, args = args[0], args[1:]
	}
	if p.keys.verb == "keep" && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		p.keys.way, args = args[0], args[1:]
	}
	f := flag.NewFlagSet("counterfoil "+p.command, flag.ContinueOnError)
	f.SetOutput(errs)
	f.BoolVar(&p.practice, "practice", false, "with a centre inside: invented holders, a ledger of its own")
	f.StringVar(&p.settings, "settings", "", "settings file (default: the clerk's own, then the machine's)")
	f.BoolVar(&p.screenPad, "screen-pad", false, "practice: the second monitor is the signature pad, the pointer on it the pen")
	f.StringVar(&p.dir, "dir", "", "folder of practice mode (default: beside the journal; for a rehearsal one that is removed); key, day: of the device key")
	f.StringVar(&p.language, "language", "", "zh-CN or en (default: as the settings say)")
	f.StringVar(&p.phone, "phone", "127.0.0.1:0", "practice: listen address of the citizen's page")
	f.IntVar(&p.cases, "cases", 20, "rehearse, demonstrate: how many cases")
	f.BoolVar(&p.json, "json", false, "rehearse: a JSON object a line")
	f.StringVar(&p.keep, "keep", "", "rehearse: folder that keeps the journal and each case's evidence bundle")
	f.DurationVar(&p.patience, "patience", time.Minute, "rehearse: how long to wait for a step, and for a case's receipts")
	f.DurationVar(&p.pace, "pace", 0, "demonstrate: how long to wait before each thing that a person does")
	f.BoolVar(&p.closing, "close", false, "demonstrate: close the window after the last case")
	f.IntVar(&p.suite, "suite", 0, "key, practice, rehearse: of keys that are made: 1 (Ed25519, SHA-256, AES) or 2 (SM2, SM3, SM4); fixed from then on (default 1)")
	p.keys.flags(f, p.command)
	if p.command == "day" {
		f.StringVar(&p.day, "day", "", "day: which one, YYYYMMDD")
		f.StringVar(&p.file, "out", "", "day: file that the counter's signed list of that day is written to, for an auditor")
		f.StringVar(&p.before, "before", "", "day: optional, a list that this counter signed earlier; refused when the operator log has lost acts since")
	}
	if p.command == "cards" {
		f.StringVar(&p.module, "module", "", "cards: PKCS#11 module of the clerks' cards (default: as the settings say)")
	}
	if p.command == "devices" {
		f.StringVar(&p.file, "record", "", "devices: new file that the exchange with the signature pad is written to; the pen's way is in it")
		f.BoolVar(&p.check, "check", false, "devices: check the signature pad step by step, with the person in front of it")
		f.StringVar(&p.report, "out", "", "devices --check: new file for the report (default: beside the exports)")
		f.BoolVar(&p.encrypt, "encrypt", false, "devices: have pen data encrypted, where the pad can do it; a recording cannot be played back then")
	}
	if err := f.Parse(args); err != nil {
		return p, err
	}
	if f.NArg() > 0 {
		fmt.Fprintf(errs, "counterfoil: %q is not understood; see -help\n", f.Arg(0))
		return p, flag.ErrHelp
	}
	level := slog.LevelInfo
	if p.command == "rehearse" { // its lines say more
		level = slog.LevelWarn
	}
	p.log = slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: level}))
	var err error
	p.texts, err = assets.LoadTexts()
	return p, err
}
