package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/audit"
)

// reconciling is what the auditor asks for.
type reconciling struct {
	auditing
	hall, counter, day  string
	list, bundles, home string
	sign, out           string
}

func (r *reconciling) parse(args []string) error {
	f := flag.NewFlagSet("reconcile", flag.ContinueOnError)
	r.flags(f)
	f.StringVar(&r.hall, "hall", "", "the counter's `hall`")
	f.StringVar(&r.counter, "counter", "", "the counter's `name` in its hall")
	f.StringVar(&r.day, "day", "", "the `day`, YYYYMMDD")
	f.StringVar(&r.list, "list", "", "the counter's own signed list of that day, a `file` that counterfoil day wrote, to be compared")
	f.StringVar(&r.bundles, "bundles", "", "`folder` of the counter's evidence bundles of that day, all of them, to be compared; those of other days and counters are left aside")
	f.StringVar(&r.home, "home", "", "`folder` of the running centre, whose record of retrievals is to be compared")
	f.StringVar(&r.sign, "sign", "", "the auditor's private key, a `file`; made when missing")
	f.StringVar(&r.out, "out", "", "`folder` for the report and its pages; made when missing")
	words, err := parse(f, args)
	if err != nil {
		return err
	}
	if r.hall == "" || r.counter == "" || !protocol.IsDay(r.day) || r.sign == "" || r.out == "" || len(words) > 0 {
		return errors.New("reconcile takes --nodes, --trust, --hall, --counter, --day YYYYMMDD, --sign FILE and --out DIR")
	}
	return nil
}

// reconcile makes the signed report of a counter's day, and its pages. The error
// errFound says that a person must look into something.
func reconcile(ctx context.Context, args []string, out io.Writer) error {
	var r reconciling
	if err := r.parse(args); err != nil {
		return err
	}
	client, err := r.client()
	if err != nil {
		return err
	}
	of := audit.Of{Hall: casework.HallID(r.hall), Counter: casework.CounterID(r.counter), Day: r.day}
	told, err := r.told(ctx, client, of)
	if err != nil {
		return err
	}
	d, err := audit.Reconcile(ctx, client, of, told)
	if err != nil {
		return err
	}
	if err := r.write(d, out); err != nil {
		return err
	}
	if d.Serious() > 0 {
		return errFound
	}
	return nil
}

// told gathers what the counter and the centre say of the day.
func (r reconciling) told(ctx context.Context, client *ledger.Client, of audit.Of) (told audit.Told, err error) {
	if r.list != "" {
		raw, err := os.ReadFile(r.list)
		if err == nil {
			told.Own, err = audit.ReadList(ctx, client, of, raw)
		}
		if err != nil {
			return told, fmt.Errorf("%s: %w", r.list, err)
		}
	}
	if r.bundles != "" {
		if told.Own == nil {
			told.Own = &audit.Own{}
		}
		if err := r.addBundles(ctx, client, of, told.Own); err != nil {
			return told, err
		}
	}
	if r.home != "" {
		told.Handed, err = handedOut(ctx, r.home, of)
	}
	return told, err
}

func (r reconciling) addBundles(ctx context.Context, client *ledger.Client, of audit.Of, own *audit.Own) error {
	names, err := filepath.Glob(filepath.Join(r.bundles, "*.zip"))
	if err != nil {
		return err
	}
	if _, err := os.Stat(r.bundles); err != nil { // an empty folder would accuse the counter
		return err
	}
	client.Health(ctx) // follows the validators to those of today: receipts may be theirs
	v, err := client.Trust().Follow()
	if err != nil {
		return err
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err == nil {
			_, err = own.AddBundle(of, v, raw)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
