package program

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	way        string // how the key, or the next one, is to be kept
	module     string // of the token that it is to be on
	label      string // of the key there
	passphrase string // file that holds it, or the token's PIN
	next       string // the same for the next key
	answered   bool   // passphrase was read
	request    string // file to write
	approved   string // file to install
	hall, name string // of a counter that has no settings yet
}

func (k *keyWords) flags(f *flag.FlagSet, command string) {
	f.StringVar(&k.passphrase, "passphrase-file", "", "`file` that holds the passphrase of the device key, or the PIN of its UKey or HSM, for a start without a person")
	f.StringVar(&k.next, "next-passphrase-file", "", "the same for the key that takes its place, where that is kept otherwise")
	if command == "enrol" {
		f.StringVar(&k.approved, "approved", "", "settings `file` that the hall's administrator gave back")
	}
	if command != "key" {
		return
	}
	f.StringVar(&k.request, "request", "", "new `file` for a request that the hall's administrator enrols the key by")
	f.StringVar(&k.hall, "hall", "", "the counter's hall, where there are no settings yet")
	f.StringVar(&k.name, "counter", "", "the counter's name in its hall, where there are no settings yet")
	f.StringVar(&k.module, "module", "", "PKCS#11 module `file` of the UKey or HSM (default: as the settings say); key keep token: where it is now")
	f.StringVar(&k.label, "label", "", "of the key on the UKey or HSM (default: as the settings say); of a next key another one")
	switch k.verb {
	case "":
		f.StringVar(&k.way, "kept", "", "of a key that is made now: auto, keyring, tpm, passphrase, token or file (default: as the settings say)")
	case "rotate":
		f.StringVar(&k.way, "kept", "", "of the next key: auto, keyring, tpm, passphrase, token or file (default: as the one of now)")
	}
}

// place is where a key on a token is to be.
func (k *keyWords) place(s config.Settings) keep.Place {
	at := keep.Place{Module: s.Key.Module, Label: cmp.Or(strings.TrimSpace(k.label), s.Key.Label)} // as the settings read it
	if k.module != "" {
		at.Module = k.module
		if whole, err := filepath.Abs(k.module); err == nil {
			at.Module = whole
		}
	}
	return at
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
		return p.rotateKey(ctx, s, id)
	case "keep":
		way, err := keep.ParseWay(p.keys.way)
		if err != nil {
			return err
		}
		defer p.dismiss()
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

func (p *program) rotateKey(ctx context.Context, s config.Settings, id counter.Identity) error {
	about, err := p.about(s)
	if err != nil || p.keys.request == "" {
		return errors.Join(errors.New("key rotate takes --request FILE"), err)
	}
	way := keep.Way("") // as the one of now
	if p.keys.way != "" {
		if way, err = keep.ParseWay(p.keys.way); err != nil {
			return err
		}
	}
	defer p.dismiss()
	_, raw, err := id.Rotate(ctx, about, way, p.means(s))
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
		approved.Key.Kept, approved.Key.Chip, approved.Key.Module, approved.Key.Label = s.Key.Kept, s.Key.Chip, s.Key.Module, s.Key.Label
	}
	id, err := p.known(ctx, s, approved)
	if err != nil {
		return err
	}
	defer func() { id.Close() }()
	approved.Key.Kept, approved.Key.Module, approved.Key.Label = keptAs(id, approved.Key)
	path := p.settings
	if path == "" {
		path = config.Paths()[0]
	}
	if err := approved.Save(path); err != nil {
		return err
	}
	defer p.dismiss()
	if id, err = id.EnrolledAs(ctx, protocol.KeyID(approved.Key.Enrolled), p.means(approved)); err != nil {
		return err
	}
	key, err := id.Public()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.out, p.texts.T(p.language, "key.installed", path, key.Fingerprint()))
	return err
}

// known opens the counter's keys and refuses an approval that is not for the one of
// now or the next, before anything is written.
func (p *program) known(ctx context.Context, s, approved config.Settings) (counter.Identity, error) {
	s.Key.Enrolled, s.Suite = "", approved.Suite
	id, err := p.identity(ctx, s)
	if err == nil {
		err = id.Fits(protocol.KeyID(approved.Key.Enrolled))
	}
	if err != nil {
		id.Close()
	}
	return id, err
}

// keptAs is what the settings say of how the approved key is kept: what is true where
// a token is in play, else what they said.
func keptAs(id counter.Identity, said config.Key) (kept, module, label string) {
	way, at := id.KeptAs(protocol.KeyID(said.Enrolled))
	switch {
	case way == keep.Token:
		return string(way), at.Module, at.Label
	case said.Kept == config.Token:
		return string(way), "", ""
	}
	return said.Kept, said.Module, said.Label
}
