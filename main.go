// Command counterfoil is the desktop application for the clerk at a service
// counter.
//
//	counterfoil [--settings FILE]        the counter, as its settings say
//	counterfoil --practice [--dir DIR]   with a whole centre inside, on invented holders
//	counterfoil rehearse --practice --cases N [--json] [--keep DIR]
//	counterfoil rehearse --settings FILE --cases N     at a practice centre elsewhere
//	counterfoil demonstrate --practice --cases N [--pace 2s] [--close]     a rehearsal in the open window
//	counterfoil key [--settings FILE | --dir DIR]      prints the public key to enrol
package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"counterfoil/app/catalogue"
	"counterfoil/app/centre"
	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/app/explain"
	"counterfoil/app/protocol"
	"counterfoil/app/rehearse"
	"counterfoil/assets"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/ui"
	"counterfoil/ui/citizen"
	"counterfoil/ui/look"
)

func main() {
	began := time.Now()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p, err := parse(os.Args[1:], os.Stdout, os.Stderr)
	p.began = began
	if err != nil {
		os.Exit(2)
	}
	if err := p.run(ctx); err != nil {
		p.tell(ctx, err)
		os.Exit(1)
	}
}

// program is one run of the command: what it was asked for, and what it opened.
type program struct {
	began    time.Time
	command  string // "" (the window), "rehearse", "demonstrate" or "key"
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
	scratch  string        // of a rehearsal that keeps nothing
	out      io.Writer
	shown    bool // the window was open
	log      *slog.Logger
	texts    *assets.Texts
	pad      *softpad.Pad   // practice only
	centre   *centre.Centre // practice only
}

func parse(args []string, out, errs io.Writer) (*program, error) {
	p := &program{out: out}
	if len(args) > 0 && slices.Contains([]string{"rehearse", "demonstrate", "key"}, args[0]) {
		p.command, args = args[0], args[1:]
	}
	f := flag.NewFlagSet("counterfoil "+p.command, flag.ContinueOnError)
	f.SetOutput(errs)
	f.BoolVar(&p.practice, "practice", false, "with a centre inside: invented holders, a ledger of its own")
	f.StringVar(&p.settings, "settings", "", "settings file (default: the clerk's own, then the machine's)")
	f.StringVar(&p.dir, "dir", "", "folder of practice mode (default: beside the journal; for a rehearsal one that is removed); key: of the device key")
	f.StringVar(&p.language, "language", "", "zh-CN or en (default: as the settings say)")
	f.StringVar(&p.phone, "phone", "127.0.0.1:0", "practice: listen address of the citizen's page")
	f.IntVar(&p.cases, "cases", 20, "rehearse, demonstrate: how many cases")
	f.BoolVar(&p.json, "json", false, "rehearse: a JSON object a line")
	f.StringVar(&p.keep, "keep", "", "rehearse: folder that keeps the journal and each case's evidence bundle")
	f.DurationVar(&p.patience, "patience", time.Minute, "rehearse: how long to wait for a step, and for a case's receipts")
	f.DurationVar(&p.pace, "pace", 0, "demonstrate: how long to wait before each thing that a person does")
	f.BoolVar(&p.closing, "close", false, "demonstrate: close the window after the last case")
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

func (p *program) run(ctx context.Context) (err error) {
	if p.practice && p.plays() && p.dir == "" && p.keep == "" {
		if p.scratch, err = os.MkdirTemp("", "counterfoil-rehearsal-"); err != nil {
			return err
		}
		defer os.RemoveAll(p.scratch)
	}
	s, err := p.load()
	if err != nil {
		return err
	}
	id, err := counter.LoadIdentity(s.Journal)
	if err != nil {
		return err
	}
	if p.command == "key" {
		key, err := protocol.PublicOf(id.Device)
		fmt.Fprintln(p.out, base64.StdEncoding.EncodeToString(key.Bytes))
		return err
	}
	o, err := p.options(s, id)
	if err != nil {
		return err
	}
	page := "" // of the citizen's phone
	o.Prepare = func(ctx context.Context, given *counter.Options) (err error) {
		if p.practice {
			err = p.startCentre(ctx, given)
		}
		if err == nil && p.plays() {
			page, err = invented(ctx, given)
		}
		o = *given
		return err
	}
	defer func() {
		if p.centre != nil {
			err = errors.Join(err, p.centre.Close())
		}
	}()
	c, err := counter.Start(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	p.sinceStart("ready")
	switch p.command {
	case "rehearse":
		return p.rehearse(ctx, c, o, page, rehearse.Options{})
	case "demonstrate":
		return p.demonstrate(ctx, c, s, o, page)
	default:
		return p.show(ctx, c, s, o, func() {})
	}
}

// plays reports whether the program plays the citizen and the clerk itself.
func (p *program) plays() bool { return p.command == "rehearse" || p.command == "demonstrate" }

// sinceStart logs how long after the start of the program something was there.
func (p *program) sinceStart(what string) {
	if p.practice {
		what = strings.Replace(what, "ready", "practice ready", 1)
	}
	p.log.Info(what, "ms", time.Since(p.began).Milliseconds())
}

// load returns the settings: of the file, or practice mode's own.
func (p *program) load() (config.Settings, error) {
	s := config.Default()
	switch {
	case p.practice:
		s.Hall, s.Counter, s.Clerk, s.Journal = "dongcheng", "12", "0317", p.folder()
	case p.command == "key" && p.dir != "":
		s.Journal = p.dir
	default:
		found := p.settings != ""
		if !found {
			p.settings, found = config.Find()
		}
		if !found && p.command == "key" {
			break // enrolment needs the key, and makes the settings
		}
		var err error
		if s, err = config.Load(p.settings); err != nil {
			return s, err
		}
	}
	if p.command == "" { // the citizen's screens keep the hall's language
		hall := s.Language
		s = p.preferred(s)
		p.window, s.Language = cmp.Or(p.language, s.Language), hall
	}
	p.language = cmp.Or(p.language, s.Language)
	return s, nil
}

// folder returns where practice mode keeps everything: a rehearsal that nobody
// wants to keep leaves nothing.
func (p *program) folder() string {
	if p.plays() {
		return cmp.Or(p.dir, p.keep, p.scratch)
	}
	return cmp.Or(p.dir, filepath.Join(config.DataDir(), "practice"))
}

func (p *program) options(s config.Settings, id counter.Identity) (counter.Options, error) {
	items, err := p.items(s)
	if err != nil {
		return counter.Options{}, err
	}
	screens, err := citizen.New(assets.Regular(), assets.Bold(), p.texts.T)
	if err != nil {
		return counter.Options{}, err
	}
	o := counter.Options{
		Dir: s.Journal, Identity: id, Practice: p.practice || strings.HasPrefix(s.Chain, practiceChain), Chain: s.Chain, Hall: s.Hall, Counter: s.Counter, Clerk: s.Clerk,
		Language: p.language, Centre: s.Centre.Address, CentreKey: protocol.PublicKey{Suite: protocol.Suite1, Bytes: s.Centre.Key},
		Nodes: s.Ledger.Nodes, Trust: s.Ledger.Trust, Issuers: map[string]protocol.PublicKey{}, Catalogue: items, Screens: screens,
		LedgerLimit: s.Limits.Ledger, ClearAfter: s.Limits.Clear, Now: time.Now, Log: p.log,
	}
	for name, key := range s.Issuers {
		o.Issuers[name] = protocol.PublicKey{Suite: protocol.Suite1, Bytes: key}
	}
	switch {
	case p.practice || p.plays():
		p.pad = softpad.New(softpad.DefaultOpts())
		o.OpenPad, o.OpenCamera = counter.PadAt(p.pad), counter.PracticeCamera
	case s.Devices.Pad != "none":
		o.OpenPad = counter.AttachedPad
		fallthrough
	default:
		o.OpenCamera = counter.CameraAt(s.Devices.Camera)
	}
	return o, nil
}

// practiceChain begins the name that a practice ledger gives itself: a counter
// that is enrolled there wears the watermark.
const practiceChain = "practice-"

func (p *program) items(s config.Settings) (*catalogue.Catalogue, error) {
	if s.Catalogue != "" {
		return catalogue.LoadFile(s.Catalogue)
	}
	return catalogue.Load(strings.NewReader(string(assets.SampleCatalogue())), "sample")
}

// startCentre starts the far end inside the process and points o at it. The
// counter reaches it as it reaches a real one; only the addresses differ.
func (p *program) startCentre(ctx context.Context, o *counter.Options) error {
	far, err := centre.Start(ctx, centre.Options{Home: filepath.Join(o.Dir, "centre"), Catalogue: o.Catalogue, Practice: true, Hall: o.Hall, Phone: p.phone})
	if err != nil {
		return err
	}
	p.centre = far
	key, err := protocol.PublicOf(o.Identity.Device)
	if err != nil {
		return err
	}
	if err := p.centre.Enrol(ctx, o.Hall, o.Counter, key); err != nil {
		return err
	}
	o.Chain, o.Centre, o.CentreKey = p.centre.Chain(), p.centre.CountersURL(), p.centre.CountersKey()
	o.Nodes, o.Trust, o.Issuers = []string{p.centre.LedgerURL()}, p.centre.Trust(), p.centre.Issuers()
	p.log.Info("practice centre", "phone", p.centre.PhoneURL(), "ledger", p.centre.LedgerURL())
	return nil
}

// show runs the window. drawn is called once when it has been painted.
func (p *program) show(ctx context.Context, c *counter.Counter, s config.Settings, o counter.Options, drawn func()) error {
	options := ui.Options{
		Desk: c.Desk, Catalogue: o.Catalogue, Texts: p.texts, Fonts: look.Fonts{Regular: assets.Regular(), Bold: assets.Bold()},
		Icon: assets.Icon(), Language: p.window, Mode: look.Mode(s.Appearance), Scale: float32(s.TextScale) / 100,
		Practice: o.Practice, Address: o.Centre, Version: versionText(), Citizen: s.Devices.Citizen == "second-monitor", Changed: p.keepPreferences(s.Journal),
		FirstDraw: func() { p.painted(drawn) },
	}
	p.shown = true
	if p.pad != nil {
		options.Pad = p.pad
	}
	return ui.Run(ctx, options)
}

// tell says what went wrong in every language, in the words that a person gets
// on the screen, and in a window to whoever clicked an icon.
func (p *program) tell(ctx context.Context, err error) {
	for _, language := range p.texts.Languages() {
		title, lines := explain.Explain(p.texts.T, language, err)
		fmt.Fprintln(os.Stderr, title)
		for _, l := range lines {
			fmt.Fprintln(os.Stderr, " ", l)
		}
	}
	if p.command == "" && !p.shown && hasDisplay() { // a window after the window cannot be
		ui.Tell(ctx, ui.Telling{Texts: p.texts, Fonts: look.Fonts{Regular: assets.Regular(), Bold: assets.Bold()}, Icon: assets.Icon(), Language: cmp.Or(p.window, p.language)}, err)
	}
}
