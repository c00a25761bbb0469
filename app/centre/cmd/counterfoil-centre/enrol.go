package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/centre"
	"counterfoil/app/config"
	"counterfoil/app/protocol"
)

// order is what the administrator asks for.
type order struct {
	home, key, clerk, out string
	centreURL, ledgerURLs string
	protocol.Enrolment
}

// enrol enrols a key with the centre that runs on this home, and writes the
// counter's settings to a file, or to out.
func enrol(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	o, err := parseEnrol(args, in, out)
	if err != nil {
		return err
	}
	got, err := ask(ctx, o.home, o.Enrolment)
	if err != nil {
		return err
	}
	s := o.settings(got)
	if o.out == "" {
		return s.Write(out)
	}
	if err := s.Save(o.out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "counter %s of %s is enrolled; its settings are in %s\n", o.Counter, o.Hall, o.out)
	return err
}

func parseEnrol(args []string, in io.Reader, out io.Writer) (order, error) {
	var o order
	f := flag.NewFlagSet("enrol", flag.ContinueOnError)
	f.StringVar(&o.home, "home", "", "`folder` of the running centre")
	f.StringVar((*string)(&o.Hall), "hall", "", "the counter's hall, as the catalogue names it")
	f.StringVar((*string)(&o.Counter), "counter", "", "the counter's name in its hall, for example 12")
	f.StringVar(&o.key, "key", "", "the counter's public device key as counterfoil key prints it, `base64`: 32 bytes, or in suite 2 97")
	f.StringVar(&o.clerk, "clerk", "1", "number of the clerk who works there")
	f.StringVar(&o.out, "out", "", "settings `file` to write; standard output when empty")
	f.StringVar(&o.centreURL, "centre-url", "", "`URL` by which the counter reaches the centre, where it is not the listen address")
	f.StringVar(&o.ledgerURLs, "ledger-urls", "", "`URLs` of ledger nodes, the nearest first, with commas between; this centre's when empty")
	var a approving
	a.flags(f)
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if a.file != "" && o.home != "" && o.Hall == "" && o.Counter == "" && o.key == "" && f.NArg() == 0 {
		r, raw, err := a.approved(in, out)
		o.Hall, o.Counter, o.Key, o.Request = casework.HallID(r.Hall), casework.CounterID(r.Counter), r.Key, raw
		return o, err
	}
	if o.home == "" || o.Hall == "" || o.Counter == "" || o.key == "" || f.NArg() > 0 {
		return o, errors.New("enrol takes --home, and either --request or --hall, --counter and --key")
	}
	var err error
	o.Key, err = publicKey(o.key)
	return o, err
}

// settings leaves to the counter what only it knows: the folder of its journal
// and its devices are those of its own defaults.
func (o order) settings(got centre.Enrolled) config.Settings {
	s := config.Default()
	s.Hall, s.Counter, s.Clerk, s.Chain, s.Journal, s.Suite, s.Key.Enrolled = o.Hall, o.Counter, o.clerk, got.Chain, "", int(o.Key.Suite), string(o.Key.ID())
	s.Centre = config.Centre{Address: got.Centre, Key: got.CentreKey.Bytes}
	s.Ledger = config.Ledger{Nodes: []string{got.Ledger}, Trust: got.Trust}
	if got.Roster {
		s.Clerks.SignIn = config.Roster
	}
	if o.centreURL != "" {
		s.Centre.Address = o.centreURL
	}
	if o.ledgerURLs != "" {
		s.Ledger.Nodes = strings.Split(o.ledgerURLs, ",")
	}
	for name, key := range got.Issuers {
		s.Issuers[name] = key.Bytes
	}
	return s
}

// ask puts the enrolment to the running centre over its socket.
func ask(ctx context.Context, home string, e protocol.Enrolment) (got centre.Enrolled, err error) {
	err = askAdmin(ctx, home, http.MethodPost, protocol.PathEnrolments, e, http.StatusCreated, &got)
	return got, err
}
