package program

import (
	"cmp"
	"path/filepath"
	"strings"
	"time"

	"counterfoil/app/catalogue"
	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/assets"
	"counterfoil/devices/signpad/screenpad"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/ui/citizen"
)

// load returns the settings: of the file, or practice mode's own.
func (p *program) load() (config.Settings, error) {
	s := config.Default()
	switch {
	case p.practice:
		s.Hall, s.Counter, s.Clerk, s.Journal = "dongcheng", "12", "0317", p.folder()
	case (p.command == "key" || p.command == "enrol") && p.dir != "", p.command == "day" && p.dir != "":
		s.Journal, s.Hall, s.Counter = p.dir, "", ""
	default:
		found := p.settings != ""
		if !found {
			p.settings, found = config.Find()
		}
		if !found && (p.command == "key" || p.command == "enrol") {
			break // enrolment needs the key, and makes the settings
		}
		if !found {
			p.language = cmp.Or(p.language, s.Language)
			return s, notSetUp(s.Journal)
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
	centreKey, err := protocol.KeyOf(s.Centre.Key)
	if err != nil && !p.practice { // practice finds its centre's when that has started
		return counter.Options{}, err
	}
	o := counter.Options{
		Dir: s.Journal, Identity: id, Practice: p.practice || strings.HasPrefix(s.Chain, practiceChain), Chain: s.Chain, Hall: s.Hall, Counter: s.Counter, Clerk: s.Clerk,
		Language: p.language, Centre: s.Centre.Address, CentreKey: centreKey,
		Nodes: s.Ledger.Nodes, Trust: s.Ledger.Trust, Issuers: map[string]protocol.PublicKey{}, Catalogue: items, Screens: screens,
		Roster: s.Clerks.SignIn == config.Roster && !p.plays(), Cards: s.Clerks.Module,
		LedgerLimit: s.Limits.Ledger, ClearAfter: s.Limits.Clear, Now: time.Now, Log: p.log, LockAfter: s.Clerks.Lock,
	}
	for _, act := range s.Clerks.Presence {
		o.Presence = append(o.Presence, desk.Guarded(act))
	}
	for _, act := range s.Clerks.Second {
		o.Second = append(o.Second, desk.Guarded(act))
	}
	for name, key := range s.Issuers {
		if o.Issuers[name], err = protocol.KeyOf(key); err != nil {
			return counter.Options{}, err
		}
	}
	o.OpenCamera, o.OpenDocument = counter.CameraAt(s.Devices.Camera, s.Devices.CameraTurn), counter.CameraAt(s.Devices.Document, s.Devices.DocumentTurn)
	if p.practice || p.plays() {
		o.OpenCamera, o.OpenDocument = counter.PracticeCamera, counter.PracticeDocument
	}
	switch {
	case p.practice && p.command == "" && p.screenPad, !p.practice && !p.plays() && s.Devices.Pad == "screen":
		p.screen = screenpad.New(time.Now)
		o.OpenPad = counter.ScreenPad(p.screen)
	case p.practice || p.plays():
		p.pad = softpad.New(softpad.DefaultOpts())
		o.OpenPad = counter.PadAt(p.pad, !p.plays()) // encrypted, so that somebody tries it; what plays by itself does not wait for keys
	case s.Devices.Pad != "none":
		o.OpenPad = counter.AttachedPad(s.Devices.Encryption == "auto")
	}
	o.OpenScanner = counter.ScannerAt(s.Devices.Scanner)
	return o, nil
}

// practiceChain begins the name that a practice ledger gives itself: a counter
// that is enrolled there wears the watermark.
const practiceChain = "practice-"

func (p *program) items(s config.Settings) (*catalogue.Catalogue, error) {
	if s.Catalogue != "" {
		return catalogue.LoadFile(s.Catalogue)
	}
	return catalogue.Sample()
}
