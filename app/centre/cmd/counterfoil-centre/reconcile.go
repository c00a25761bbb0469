package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/centre/keyfile"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
	"counterfoil/sync/ledger/bundle"
)

// reconciling is what the auditor asks for.
type reconciling struct {
	auditing
	hall, counter, day, bundles, sign, out string
}

// reconcile makes the signed report of a counter's day, and its pages.
func reconcile(ctx context.Context, args []string, out io.Writer) error {
	var r reconciling
	f := flag.NewFlagSet("reconcile", flag.ContinueOnError)
	r.flags(f)
	f.StringVar(&r.hall, "hall", "", "the counter's `hall`")
	f.StringVar(&r.counter, "counter", "", "the counter's `name` in its hall")
	f.StringVar(&r.day, "day", "", "the `day`, YYYYMMDD")
	f.StringVar(&r.bundles, "bundles", "", "`folder` of the counter's evidence bundles of that day, to be compared")
	f.StringVar(&r.sign, "sign", "", "the auditor's private key, a `file`; made when missing")
	f.StringVar(&r.out, "out", "", "`folder` for the report and its pages; made when missing")
	if err := f.Parse(args); err != nil {
		return err
	}
	if r.hall == "" || r.counter == "" || len(r.day) != 8 || r.sign == "" || r.out == "" || f.NArg() > 0 {
		return errors.New("reconcile takes --nodes, --trust, --hall, --counter, --day YYYYMMDD, --sign FILE and --out DIR")
	}
	client, err := r.client()
	if err != nil {
		return err
	}
	own, err := r.own()
	if err != nil {
		return err
	}
	d, err := audit.Reconcile(ctx, client, casework.HallID(r.hall), casework.CounterID(r.counter), r.day, own)
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

// own reads what the counter has itself of that day: of each bundle in the folder
// the case and its entries. Whether a bundle holds is counterfoil-verify's
// question; bundles of other days and counters are left aside.
func (r reconciling) own() (map[casework.CaseID][]casework.Digest, error) {
	if r.bundles == "" {
		return nil, nil
	}
	names, err := filepath.Glob(filepath.Join(r.bundles, "*.zip"))
	if err != nil {
		return nil, err
	}
	own := map[casework.CaseID][]casework.Digest{}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		m, _, err := bundle.Read(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		first, _, err := protocol.OpenEntry(m.Entries[0])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if string(first.Hall) != r.hall || string(first.Counter) != r.counter || protocol.DayOf(first.Time) != r.day {
			continue
		}
		for _, entry := range m.Entries {
			own[first.Case] = append(own[first.Case], protocol.DigestOf(entry))
		}
	}
	return own, nil
}

// write signs the report and writes it with its pages.
func (r reconciling) write(d audit.Day, out io.Writer) error {
	seed, err := keyfile.Seed(r.sign)
	if err != nil {
		return err
	}
	key := ed25519.NewKeyFromSeed(seed)
	raw, err := audit.Sign(key, d)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	base := filepath.Join(r.out, strings.Join([]string{r.hall, r.counter, r.day}, "-"))
	public := base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	if err := os.WriteFile(base+".cose", raw, 0o644); err != nil {
		return err
	}
	for language, name := range map[string]string{"zh-CN": base + ".html", "en": base + ".en.html"} {
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Page(f, language, public), f.Close()); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "%s counter %s, %s: %d cases, %d entries brought late, %d findings, %d need a person\nreport %s.cose, pages %s.html and %s.en.html, signed by %s\n",
		r.hall, r.counter, r.day, d.Cases, d.Late, len(d.Findings), d.Serious(), base, base, base, public)
	return nil
}

// report checks a report.
func report(args []string, out io.Writer) error {
	f := flag.NewFlagSet("report check", flag.ContinueOnError)
	key := f.String("key", "", "the auditor's public key, 32 bytes in `base64`")
	if len(args) == 0 || args[0] != "check" {
		return errors.New("report takes: check --key BASE64 FILE")
	}
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(*key)
	public := protocol.PublicKey{Suite: protocol.Suite1, Bytes: raw}
	if err != nil || public.Check() != nil || f.NArg() != 1 {
		return errors.New("report check takes --key, 32 bytes in base64, and one file")
	}
	signed, err := os.ReadFile(f.Arg(0))
	if err != nil {
		return err
	}
	d, err := audit.Open(signed, public)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "HOLDS  %s counter %s, %s: %d cases, %d findings, %d need a person; ledger %s at height %d, state %s\n",
		d.Hall, d.Counter, d.Day, d.Cases, len(d.Findings), d.Serious(), d.Chain, d.Height, d.State)
	return err
}
