package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"counterfoil/app/catalogue"
	"counterfoil/app/centre"
	"counterfoil/sync/ledger/receipt"
)

// What serve puts into the home: the administrator's socket, and what everybody
// may know of the centre.
const (
	socket     = "admin.sock"
	publicFile = "public.json"
)

// serve runs a centre until ctx ends.
func serve(ctx context.Context, args []string, out io.Writer) error {
	var o centre.Options
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	f.StringVar(&o.Home, "home", "", "`folder` of keys, store, evidence and ledger; made when missing")
	f.StringVar(&o.Name, "name", "", "how counters show this centre")
	f.StringVar(&o.Phone, "phone", "127.0.0.1:8080", "listen `address` of the citizen's page; without a certificate of its own put TLS in front of it")
	f.StringVar(&o.PhoneCert, "phone-cert", "", "certificate chain of the citizen's page, a PEM `file`; read again when it changes")
	f.StringVar(&o.PhoneKey, "phone-key", "", "with --phone-cert: its key, a PEM `file`")
	f.BoolVar(&o.PhoneOwn, "phone-own-cert", false, "with --practice: make the page's certificate here; done unasked where --phone is no loopback address")
	f.StringVar(&o.PhoneURL, "phone-url", "", "`URL` by which phones reach the page, without a slash at the end")
	f.StringVar(&o.Counters, "counters", "127.0.0.1:8443", "listen `address` of the counters' interface (mutual TLS)")
	f.StringVar(&o.Ledger, "ledger", "127.0.0.1:26657", "listen `address` of the ledger node's RPC; keep it on loopback, put TLS in front of it")
	f.StringVar(&o.Chain, "chain", "", "chain `id`, chosen on the first start")
	f.BoolVar(&o.Practice, "practice", false, "invented holders, a practice chain and a watermark")
	nodes := f.String("nodes", "", "`URLs` of nodes of the halls' ledger, the nearest first, with commas between; no node of its own then")
	trust := f.String("trust", "", "with --nodes: trust document, a `file` that node trust printed")
	f.StringVar(&o.Register, "register", "", "`file` of issuers, people and entities with their licences; the invented one when empty. register reload has it read again")
	file := f.String("catalogue", "", "catalogue `file`; the sample one when empty")
	if err := f.Parse(args); err != nil {
		return err
	}
	if o.Home == "" || f.NArg() > 0 {
		return errors.New("serve takes --home DIR and no other words")
	}
	if (*nodes == "") != (*trust == "") {
		return errors.New("serve takes --nodes and --trust together, for the ledger that halls keep, or neither")
	}
	var err error
	if o.Catalogue, err = load(*file); err != nil {
		return err
	}
	if err := os.MkdirAll(o.Home, 0o700); err != nil {
		return err
	}
	o.Admin = filepath.Join(o.Home, socket)
	o.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if *nodes != "" {
		far, t, err := openOutside(*nodes, *trust, o.Log)
		if err != nil {
			return err
		}
		o.Outside, o.Chain = far, t.ChainID
		go far.watch(ctx)
	}
	c, err := centre.Start(ctx, o)
	if err != nil {
		return err
	}
	if err := c.Public().Save(filepath.Join(o.Home, publicFile)); err != nil {
		return errors.Join(err, c.Close())
	}
	fmt.Fprintf(out, "chain     %s\nphone     %s\ncounters  %s\nledger    %s\n", c.Chain(), c.PhoneURL(), c.CountersURL(), cmp.Or(*nodes, c.LedgerURL()))
	if mark, err := fingerprint(c.Trust()); err == nil {
		fmt.Fprintf(out, "pinned    %s: the ledger's fingerprint, for the hall to put up; citizens' phones show it\n", mark)
	}
	if address, file, digest := c.PhoneRoot(); address != "" {
		fmt.Fprintf(out, "root      %s, or %s: install it on phones; SHA-256 %s\n", address, file, digest)
	}
	<-ctx.Done()
	return c.Close()
}

func fingerprint(document []byte) (string, error) {
	trust, err := receipt.ParseTrust(document)
	if err != nil {
		return "", err
	}
	return trust.Fingerprint()
}

func load(file string) (*catalogue.Catalogue, error) {
	if file == "" {
		return catalogue.Sample()
	}
	return catalogue.LoadFile(file)
}
