// Command counterfoil-verify checks the evidence bundle of a case offline. It
// needs no node, no network and no part of the counter.
//
//	counterfoil-verify [-trust FILE] BUNDLE...
//
// Without -trust it believes the validator set that the bundle itself carries,
// prints its fingerprint, and says so: compare the fingerprint with the one that
// the halls publish, or give the halls' own trust document.
//
// It exits 0 when every bundle holds; 1 when one does not, naming the entry and
// the first thing of it that fails; and 2 when it was called wrongly or a file
// can't be read.
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("counterfoil-verify", flag.ContinueOnError)
	flags.SetOutput(errs)
	trustFile := flags.String("trust", "", "the halls' trust document (chain id and validators); otherwise each bundle's own")
	flags.Usage = func() {
		fmt.Fprintln(errs, "usage: counterfoil-verify [-trust FILE] BUNDLE...")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() == 0:
		flags.Usage()
		return 2
	}
	var trusted []byte
	if *trustFile != "" {
		var err error
		if trusted, err = readTrust(*trustFile); err != nil {
			fmt.Fprintln(errs, "the trust document can't be read:", err)
			return 2
		}
	}
	worst := 0
	for _, name := range flags.Args() {
		raw, err := readFile(name)
		if err != nil {
			fmt.Fprintln(errs, "the bundle can't be read:", err)
			worst = 2
			continue
		}
		if err := verify(raw, trusted, name, out); err != nil {
			fmt.Fprintf(out, "DOES NOT HOLD  %s: %v\n", name, err)
			worst = max(worst, 1)
		}
	}
	return worst
}

// readFile reads no more than a bundle may have, and one byte to see that it
// has more.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, bundle.MaxBytes+1))
}

func readTrust(name string) ([]byte, error) {
	raw, err := readFile(name)
	if err != nil {
		return nil, err
	}
	raw = bytes.TrimSpace(raw) // an editor's last line break is no other document
	_, err = receipt.ParseTrust(raw)
	return raw, err
}

func verify(raw, trusted []byte, name string, out io.Writer) error {
	whose := "given"
	if trusted == nil {
		m, _, err := bundle.Read(raw)
		if err != nil {
			return err
		}
		trusted, whose = m.Trust, "the bundle's own: compare it with the one that the halls publish"
	}
	trust, err := receipt.ParseTrust(trusted)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\nchain %s, validators sha256 %x (%s)\n", name, trust.ChainID, sha256.Sum256(trusted), whose)
	standing, err := bundle.Check(raw, trust, func(l bundle.Line) { fmt.Fprintln(out, describe(l)) })
	if err != nil {
		return err
	}
	ended := ""
	if !standing.State.Ended() {
		ended = "; the case had not ended: ask the ledger what followed"
	}
	fmt.Fprintf(out, "HOLDS  case %s, %s, %d entries%s\n", standing.Case, standing.State, standing.Seq, ended)
	return nil
}
