package main

import (
	"context"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/centre"
	"counterfoil/app/centre/hall"
	"counterfoil/app/config"
	"counterfoil/app/protocol"
)

// enrolment is what the words of node enrol say.
type enrolment struct {
	approving
	counter, text, clerk  string
	centre, out           string
	centreURL, ledgerURLs string
	roster                bool

	key protocol.PublicKey // that is enrolled: of the words, or of the request
}

// nodeEnrol lets a counter of the hall write entries, and writes its settings.
func nodeEnrol(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	var e enrolment
	f := flag.NewFlagSet("node enrol", flag.ContinueOnError)
	f.StringVar(&e.counter, "counter", "", "the counter's `name` in its hall, for example 12")
	f.StringVar(&e.text, "key", "", "the counter's public device key as counterfoil key prints it, `base64`: 32 bytes, or in suite 2 97")
	f.StringVar(&e.centre, "centre", "", "public.json `file` of the centre: writes the counter's settings, too")
	f.StringVar(&e.out, "out", "", "settings `file` to write")
	f.StringVar(&e.clerk, "clerk", "1", "number of the clerk who works there")
	f.StringVar(&e.centreURL, "centre-url", "", "`URL` by which the counter reaches the centre, where it is not the one in its file")
	f.StringVar(&e.ledgerURLs, "ledger-urls", "", "`URLs` of the halls' nodes, the nearest first, with commas between; this hall's alone when empty")
	f.BoolVar(&e.roster, "clerks", false, "the centre names the hall's clerks: they sign in at the counter (sign_in = \"roster\" in its settings)")
	e.flags(f)
	h, err := opened(f, args)
	if err != nil {
		return err
	}
	far, err := e.far(h)
	if err != nil {
		return err
	}
	if err := e.asked(ctx, h, in, out); err != nil {
		return err
	}
	if err := e.record(ctx, h, out); err != nil || e.out == "" {
		return err
	}
	s, err := e.settings(ctx, h, far)
	if err != nil {
		return err
	}
	if err := s.Save(e.out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "its settings are in %s\n", e.out)
	return err
}

// far checks which words were said together, and reads what the centre tells of
// itself where settings are to be written.
func (e enrolment) far(h *hall.Home) (far centre.Public, err error) {
	byKey, byRequest := e.counter != "" && e.text != "", e.file != "" && e.counter == "" && e.text == ""
	if !byKey && !byRequest || byKey && (e.file != "" || e.fingerprint != "") || (e.centre == "") != (e.out == "") || e.roster && e.out == "" {
		return far, errors.New("node enrol takes --home, either --request or --counter and --key, and --centre together with --out, to which --clerks belongs")
	}
	if e.centre == "" {
		return far, nil
	}
	if far, err = centre.ReadPublic(e.centre); err == nil && far.Chain != h.Settings.Chain {
		err = fmt.Errorf("the centre uses the ledger %s, this hall keeps %s", far.Chain, h.Settings.Chain)
	}
	return far, err
}

// publicKey reads a counter's key. Its length tells its suite.
func publicKey(text string) (protocol.PublicKey, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return protocol.PublicKey{}, errors.New("the key is not base64")
	}
	key, err := protocol.KeyOf(raw)
	if err != nil || key.CheckCounter() != nil {
		return key, errors.New("the key is no counter's: 32 bytes of Ed25519, or 97 of SM2 with the connection's key")
	}
	return key, nil
}

// record puts the key on the ledger. A key that is there for this very counter is
// no error.
func (e enrolment) record(ctx context.Context, h *hall.Home, out io.Writer) error {
	own, key := h.Settings.Hall, e.key
	height, err := say(ctx, h, protocol.EnrolKey(h.Settings.Chain, own, casework.CounterID(e.counter), key, now()))
	if already(err) {
		there, _, readErr := record[protocol.KeyState](ctx, rpc{h.Settings.URL()}, protocol.LedgerKey+string(key.ID()))
		switch {
		case readErr != nil:
			return readErr
		case there.Withdrawn:
			return errors.New("the key was withdrawn for good: make a new one at the counter")
		case there.Hall != string(own) || there.Counter != e.counter:
			return fmt.Errorf("the key is enrolled for the counter %s of %s", there.Counter, there.Hall)
		}
		_, err = fmt.Fprintf(out, "counter %s of %s is enrolled already, by the key %s\n", e.counter, own, key.ID())
		return err
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "counter %s of %s is enrolled by the key %s, recorded at height %d\n", e.counter, own, key.ID(), height)
	return err
}

// settings leaves to the counter what only it knows, as enrol does.
func (e enrolment) settings(ctx context.Context, h *hall.Home, far centre.Public) (config.Settings, error) {
	s := config.Default()
	client, _, err := followed(ctx, h)
	if err != nil {
		return s, err
	}
	raw, err := client.Trust().Encode()
	if err != nil {
		return s, err
	}
	s.Hall, s.Counter, s.Clerk, s.Chain, s.Journal, s.Suite = h.Settings.Hall, casework.CounterID(e.counter), e.clerk, h.Settings.Chain, "", int(e.key.Suite)
	s.Key.Enrolled = string(e.key.ID())
	s.Centre = config.Centre{Address: far.Centre, Key: far.CentreKey.Bytes}
	s.Ledger = config.Ledger{Nodes: []string{h.Settings.URL()}, Trust: raw}
	if e.roster {
		s.Clerks.SignIn = config.Roster
	}
	if e.centreURL != "" {
		s.Centre.Address = e.centreURL
	}
	if e.ledgerURLs != "" {
		s.Ledger.Nodes = strings.Split(e.ledgerURLs, ",")
	}
	for name, key := range far.Issuers {
		s.Issuers[name] = key.Bytes
	}
	return s, nil
}

// nodeKey suspends, resumes or withdraws a counter's key.
func nodeKey(ctx context.Context, what string, args []string, out io.Writer) error {
	f := flag.NewFlagSet("node "+what, flag.ContinueOnError)
	id := f.String("key-id", "", "`id` of the counter's key, 32 hex digits, as node enrol prints it")
	text := f.String("key", "", "or the key itself, in `base64`")
	h, err := opened(f, args)
	if err != nil {
		return err
	}
	key := protocol.KeyID(*id)
	if *text != "" {
		public, err := publicKey(*text)
		if err != nil {
			return err
		}
		key = public.ID()
	}
	if len(key) != 32 {
		return fmt.Errorf("node %s takes --home and --key-id or --key", what)
	}
	make, done := protocol.SuspendKey, "suspended: it writes nothing until it is resumed"
	switch what {
	case "resume":
		make, done = protocol.ResumeKey, "resumed"
	case "withdraw":
		make, done = protocol.WithdrawKey, "withdrawn for good"
	}
	height, err := say(ctx, h, make(h.Settings.Chain, h.Settings.Hall, key, now()))
	if already(err) {
		_, err = fmt.Fprintf(out, "nothing was changed: the key %s is in this state already, or was withdrawn\n", key)
		return err
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the key %s is %s, recorded at height %d\n", key, done, height)
	return err
}

// authorityCard writes the card of the authorization service of a centre's home,
// making its key if it is not there.
func authorityCard(args []string, out io.Writer) error {
	var home string
	f := flag.NewFlagSet("authority", flag.ContinueOnError)
	file := f.String("out", "", "`file` to write; authority.json in the home when empty")
	if err := words(f, &home, args); err != nil {
		return err
	}
	key, err := centre.AuthorityKey(home)
	if err != nil {
		return err
	}
	public, err := protocol.PublicOf(key)
	if err != nil {
		return err
	}
	raw, err := hall.Authority{Key: public}.Sign(key)
	if err != nil {
		return err
	}
	if *file == "" {
		*file = home + string(os.PathSeparator) + "authority.json"
	}
	if err := os.WriteFile(*file, raw, 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "key   %s\ncard  %s\n", public.ID(), *file)
	return err
}
