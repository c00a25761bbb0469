package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/centre/conform"
	"counterfoil/app/centre/keyfile"
	"counterfoil/app/config"
	"counterfoil/app/protocol"
)

// checkService tries the interface for counters at a city's own service, as the counter
// whose settings are given, and tells rule by rule what holds.
func checkService(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	f := flag.NewFlagSet("check", flag.ContinueOnError)
	key := f.String("key", "", "the checking counter's key `file`; made when there is none, to be enrolled first")
	settings := f.String("settings", "", "settings `file` of that counter, as enrol wrote it")
	list := f.String("catalogue", "", "catalogue `file`; the sample when empty")
	item := f.String("item", "", "`code` of the item to ask for; the catalogue's first that needs a licence when empty")
	citizen := f.Bool("citizen", false, "a citizen is at hand: ask for a code, and for its grant to be unbound")
	asJSON := f.Bool("json", false, "one JSON object a rule, instead of a table")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *key == "" || f.NArg() > 1 {
		return errors.New("check takes --key, --settings and at most one address; --help explains")
	}
	if _, err := os.Stat(*key); errors.Is(err, os.ErrNotExist) {
		return newKey(*key, out)
	}
	o, err := checking(*key, *settings, *list, casework.ItemCode(*item), f.Arg(0))
	if err != nil {
		return err
	}
	if *citizen {
		p := person{bufio.NewScanner(in), os.Stderr, o}
		o.Code, o.Unbind = p.code, p.unbind
	}
	return told(ctx, o, *asJSON, out)
}

// newKey makes the key of a counter that only checks.
func newKey(path string, out io.Writer) error {
	k, err := keyfile.Key(path)
	if err != nil {
		return err
	}
	public, err := protocol.PublicOf(k)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "a key was made in %s; enrol it as a counter that does nothing else, and run check again with its settings:\n%s\n",
		path, base64.StdEncoding.EncodeToString(public.Bytes))
	return err
}

func checking(key, settings, list string, item casework.ItemCode, address string) (conform.Options, error) {
	device, err := keyfile.Key(key)
	if err != nil {
		return conform.Options{}, err
	}
	s, err := config.Load(settings)
	if err != nil {
		return conform.Options{}, err
	}
	var cat *catalogue.Catalogue
	if list == "" {
		cat, err = catalogue.Sample()
	} else {
		cat, err = catalogue.LoadFile(list)
	}
	if err != nil {
		return conform.Options{}, err
	}
	o := conform.Options{Address: s.Centre.Address, Server: protocol.PublicKey{Suite: protocol.Suite1, Bytes: s.Centre.Key}, Chain: s.Chain, Device: device,
		Hall: s.Hall, Kind: cat.Kind, Issuer: func(name string) (protocol.PublicKey, bool) {
			key, err := protocol.KeyOf(s.Issuers[name])
			return key, err == nil
		}}
	if address != "" {
		o.Address = address
	}
	for _, i := range cat.Items() {
		switch {
		case o.Item.Code == "" && (i.Code == item || item == "" && len(i.Needs) > 0):
			o.Item = i
		case o.Other == "":
			o.Other = i.Code
		}
	}
	if o.Item.Code == "" || o.Other == "" {
		return o, errors.New("the catalogue has no such item, or no other one")
	}
	return o, nil
}

// person asks somebody at the terminal to be the citizen. A code on the command
// line would stand in the list of processes.
type person struct {
	in  *bufio.Scanner
	out io.Writer
	o   conform.Options
}

func (p person) code(context.Context) (string, error) {
	return p.ask(fmt.Sprintf("Make a code for %s (%s) in the hall %s on the citizen's page, and type it here: ", p.o.Item.Name, p.o.Item.Code, p.o.Hall))
}

func (p person) unbind(context.Context) error {
	_, err := p.ask("Unbind that use in the records of the citizen's page, then press Enter: ")
	return err
}

func (p person) ask(words string) (string, error) {
	fmt.Fprint(p.out, words)
	if !p.in.Scan() {
		return "", errors.New("nobody answered")
	}
	return p.in.Text(), nil
}

func told(ctx context.Context, o conform.Options, asJSON bool, out io.Writer) error {
	count := map[conform.State]int{}
	line := json.NewEncoder(out)
	err := conform.Run(ctx, o, func(r conform.Result) {
		count[r.State]++
		switch {
		case asJSON:
			_ = line.Encode(r) // a closed terminal is noticed at the next line
		case r.Why != "":
			fmt.Fprintf(out, "%-9s  %s: %s\n", r.State, r.Rule, r.Why)
		default:
			fmt.Fprintf(out, "%-9s  %s\n", r.State, r.Rule)
		}
	})
	if err != nil {
		return err
	}
	if !asJSON {
		fmt.Fprintf(out, "%d rules hold, %d are broken, %d were not tried\n", count[conform.Holds], count[conform.Broken], count[conform.NotTried])
	}
	if n := count[conform.Broken]; n > 0 {
		return fmt.Errorf("the interface is not kept: %d rules are broken", n)
	}
	return nil
}
