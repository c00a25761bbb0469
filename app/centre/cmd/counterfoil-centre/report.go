package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"counterfoil/app/centre/keyfile"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/audit"
)

// write signs the report and writes it with its pages.
func (r reconciling) write(d audit.Day, out io.Writer) error {
	key, err := keyfile.Key(r.sign)
	if err != nil {
		return err
	}
	raw, err := audit.Sign(key, d)
	if err != nil {
		return err
	}
	if d, err = audit.Read(raw); err != nil { // the pages show what was signed
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	base := filepath.Join(r.out, strings.Join([]string{r.hall, r.counter, r.day}, "-"))
	if err := os.WriteFile(base+".cose", raw, 0o644); err != nil {
		return err
	}
	for language, name := range map[string]string{"zh-CN": base + ".html", "en": base + ".en.html"} {
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Page(f, language), f.Close()); err != nil {
			return err
		}
	}
	for _, found := range d.Findings {
		if found.Severity == audit.Person {
			fmt.Fprintf(out, "LOOK  %s %s\n", found.Case, found.En)
		}
	}
	_, err = fmt.Fprintf(out, "%s counter %s, %s: %d cases, %d entries brought late, %d findings, %d need a person\nreport %s.cose, pages %s.html and %s.en.html, signed by %s\n",
		r.hall, r.counter, r.day, d.Cases, d.Late, len(d.Findings), d.Serious(), base, base, base, base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)))
	return err
}

// report checks a report: its signature, and with the halls' trust document also
// what it stands on.
func report(args []string, out io.Writer) error {
	f := flag.NewFlagSet("report check", flag.ContinueOnError)
	key := f.String("key", "", "the auditor's public key, 32 bytes in `base64`; when empty, the key that the report names is printed, for you to compare")
	trust := f.String("trust", "", "the halls' trust document, a `file`: checks the header and the list of cases, too")
	if len(args) == 0 || args[0] != "check" {
		return errors.New("report takes: check FILE [--key BASE64] [--trust FILE]")
	}
	words, err := parse(f, args[1:])
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return errors.New("report check takes one file")
	}
	open := audit.Read
	if *key != "" {
		if open, err = by(*key); err != nil {
			return err
		}
	}
	signed, err := os.ReadFile(words[0])
	if err != nil {
		return err
	}
	d, err := open(signed)
	if err != nil {
		return err
	}
	ground := "not checked, say --trust FILE"
	if *trust != "" {
		t, err := trustIn(*trust)
		if err == nil {
			err = d.Check(t)
		}
		if err != nil {
			return err
		}
		ground = "signed by the trusted validators, the list of cases whole"
	}
	_, err = fmt.Fprintf(out, "HOLDS  %s counter %s, %s: %d cases, %d findings, %d need a person; ledger %s at height %d, state %s: %s\nsigned by %s\n",
		d.Hall, d.Counter, d.Day, d.Cases, len(d.Findings), d.Serious(), d.Chain, d.Ground.Height, d.Ground.State, ground, base64.StdEncoding.EncodeToString(d.Auditor.Bytes))
	return err
}

// by returns what reads a report that must be signed by a key.
func by(key string) (func([]byte) (audit.Day, error), error) {
	raw, err := base64.StdEncoding.DecodeString(key)
	public := protocol.PublicKey{Suite: protocol.Suite1, Bytes: raw}
	if err != nil || public.Check() != nil {
		return nil, errors.New("report check takes --key, 32 bytes in base64")
	}
	return func(signed []byte) (audit.Day, error) { return audit.Open(signed, public) }, nil
}
