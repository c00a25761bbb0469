package program

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/app/counter/keep"
	"counterfoil/app/protocol"
)

// keyWords are the words of the commands about the counter's key.
type keyWords struct {
	verb       string // "", "keep" or "rotate"
	way        string // how the key is to be kept
	passphrase string // file that holds it
	request    string // file to write
	approved   string // file to install
	hall, name string // of a counter that has no settings yet
}

func (k *keyWords) flags(f *flag.FlagSet, command string) {
	f.StringVar(&k.passphrase, "passphrase-file", "", "`file` that holds the passphrase of the device key, for a start without a person")
	if command == "enrol" {
		f.StringVar(&k.approved, "approved", "", "settings `file` that the hall's administrator gave back")
	}
	if command != "key" {
		return
	}
	f.StringVar(&k.request, "request", "", "new `file` for a request that the hall's administrator enrols the key by")
	f.StringVar(&k.hall, "hall", "", "the counter's hall, where there are no settings yet")
	f.StringVar(&k.name, "counter", "", "the counter's name in its hall, where there are no settings yet")
	if k.verb == "" {
		f.StringVar(&k.way, "kept", "", "of a key that is made now: auto, keyring, tpm, passphrase or file (default: as the settings say)")
	}
}

// identity opens the counter's keys, of the suite that the settings name. Before
// there are settings, key makes them in the suite of its flag, and prints those that
// are there whatever it is. Practice makes keys in a file of their own, and asks only
// for a passphrase that somebody put one under.
func (p *program) identity(ctx context.Context, s config.Settings) (counter.Identity, error) {
	k := counter.Keys{Dir: s.Journal, Suite: protocol.Suite(cmp.Or(p.suite, s.Suite)), Way: keep.File}
	if p.command == "key" && p.suite == 0 {
		k.Suite = 0
	}
	k.Means = p.means(s)
	defer p.dismiss()
	if p.practice {
		return counter.OpenIdentity(ctx, k)
	}
	way := s.Key.Kept
	if p.keys.verb == "" {
		way = cmp.Or(p.keys.way, way)
	}
	var err error
	if k.Way, err = keep.ParseWay(way); err != nil {
		return counter.Identity{}, err
	}
	k.Enrolled = protocol.KeyID(s.Key.Enrolled)
	return counter.OpenIdentity(ctx, k)
}

// key does what was asked for with the counter's key.
func (p *program) key(ctx context.Context, s config.Settings, id counter.Identity) error {
	switch p.keys.verb {
	case "":
		return p.requestKey(s, id)
	case "rotate":
		return p.rotateKey(s, id)
	case "keep":
		way, err := keep.ParseWay(p.keys.way)
		if err != nil {
			return err
		}
		if id, err = id.Keep(ctx, way, p.means(s)); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.out, "the key is kept: %s\n", id.Way())
		return err
	}
	return fmt.Errorf("key %q is none of keep and rotate", p.keys.verb)
}

// requestKey prints the public key and, where it is asked for, writes a request to
// enrol it.
func (p *program) requestKey(s config.Settings, id counter.Identity) error {
	key, err := id.Public()
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, base64.StdEncoding.EncodeToString(key.Passed()))
	if p.keys.request == "" {
		return nil
	}
	about, err := p.about(s)
	if err != nil {
		return err
	}
	raw, err := id.Request(about)
	if err != nil {
		return err
	}
	return p.writeRequest(raw, key)
}

func (p *program) rotateKey(s config.Settings, id counter.Identity) error {
	about, err := p.about(s)
	if err != nil || p.keys.request == "" {
		return errors.Join(errors.New("key rotate takes --request FILE"), err)
	}
	_, raw, err := id.Rotate(about)
	if err != nil {
		return err
	}
	r, _, err := protocol.OpenKeyRequest(raw)
	if err != nil {
		return err
	}
	return p.writeRequest(raw, r.Key)
}

// about is what a request says of the counter.
func (p *program) about(s config.Settings) (protocol.KeyRequest, error) {
	hall, name := cmp.Or(casework.HallID(p.keys.hall), s.Hall), cmp.Or(casework.CounterID(p.keys.name), s.Counter)
	if hall == "" || name == "" {
		return protocol.KeyRequest{}, errors.New("a request takes --hall and --counter, where there are no settings yet")
	}
	return protocol.NewKeyRequest(hall, name, time.Now()), nil
}

func (p *program) writeRequest(raw []byte, key protocol.PublicKey) error {
	if err := os.WriteFile(p.keys.request, raw, 0o644); err != nil {
		return err
	}
	t := func(key string, args ...any) { fmt.Fprintln(p.out, p.texts.T(p.language, key, args...)) }
	t("key.request.written", p.keys.request)
	t("key.request.fingerprint", key.Fingerprint())
	t("key.request.next")
	return nil
}

// install puts the settings that the administrator gave back where the program
// finds them, if they are for this counter's key: the one of now, or the next. A
// power cut in between leaves settings that are for the next key, and then the next
// start takes it.
func (p *program) install(ctx context.Context, s config.Settings) error {
	if p.keys.approved == "" {
		return errors.New("enrol takes --approved FILE")
	}
	approved, err := config.Load(p.keys.approved)
	if err != nil {
		return err
	}
	if approved.Key.Enrolled == "" {
		return casework.Refuse(casework.KeyNotOurs, "the approval names no key")
	}
	approved.Journal, approved.Clerk = s.Journal, cmp.Or(s.Clerk, approved.Clerk)
	if s.Hall != "" { // settings of before: what the administrator chose here stays
		approved.Devices, approved.Limits, approved.Catalogue, approved.Appearance, approved.TextScale = s.Devices, s.Limits, s.Catalogue, s.Appearance, s.TextScale
		approved.Key.Kept, approved.Key.Chip = s.Key.Kept, s.Key.Chip
	}
	if err := p.known(ctx, s, approved); err != nil {
		return err
	}
	path := p.settings
	if path == "" {
		path = config.Paths()[0]
	}
	if err := approved.Save(path); err != nil {
		return err
	}
	id, err := p.identity(ctx, approved)
	if err != nil {
		return err
	}
	key, err := id.Public()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.out, p.texts.T(p.language, "key.installed", path, key.Fingerprint()))
	return err
}

// known refuses an approval that is not for this counter's key or its next one,
// before anything is written.
func (p *program) known(ctx context.Context, s, approved config.Settings) error {
	s.Key.Enrolled, s.Suite = "", approved.Suite
	id, err := p.identity(ctx, s)
	if err != nil {
		return err
	}
	return id.Fits(protocol.KeyID(approved.Key.Enrolled))
}
