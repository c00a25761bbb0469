// Command counterfoil-verify checks the evidence bundle of a case offline. It
// needs no node, no network and no part of the counter.
//
//	counterfoil-verify [-trust FILE] BUNDLE...
//
// Without -trust it believes the validator set that the bundle itself carries,
// prints its fingerprint, and says so: compare the fingerprint with the one that
// the halls publish, or give the halls' own trust document.
//
// It exits 0 when everything holds, 1 at the first thing that does not, naming
// it, and 2 when it was called wrongly or a file can't be read.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("counterfoil-verify", flag.ContinueOnError)
	flags.SetOutput(errs)
	trustFile := flags.String("trust", "", "the halls' trust document (chain id and validators); otherwise the bundle's own")
	flags.Usage = func() {
		fmt.Fprintln(errs, "usage: counterfoil-verify [-trust FILE] BUNDLE...")
		flags.PrintDefaults()
	}
	if flags.Parse(args) != nil || flags.NArg() == 0 {
		flags.Usage()
		return 2
	}
	var trusted []byte
	if *trustFile != "" {
		var err error
		if trusted, err = os.ReadFile(*trustFile); err != nil {
			fmt.Fprintln(errs, "the trust document can't be read:", err)
			return 2
		}
	}
	for _, name := range flags.Args() {
		raw, err := os.ReadFile(name)
		if err != nil {
			fmt.Fprintln(errs, "the bundle can't be read:", err)
			return 2
		}
		if err := verify(raw, trusted, name, out); err != nil {
			fmt.Fprintf(out, "DOES NOT HOLD  %s: %v\n", name, err)
			return 1
		}
	}
	return 0
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
	fmt.Fprintf(out, "%s\nvalidators sha256 %x (%s)\n", name, sha256.Sum256(trusted), whose)
	standing, err := bundle.Check(raw, trust, func(l bundle.Line) { fmt.Fprintln(out, describe(l)) })
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "HOLDS  case %s, %s, %d entries\n", standing.Case, standing.State, standing.Seq)
	return nil
}

func describe(l bundle.Line) string {
	kept := fmt.Sprintf("commitments %d", l.Commitments)
	if l.Destroyed {
		kept = "content destroyed"
	}
	s := fmt.Sprintf("%3d %-13s chain %s  signature %s  %-18s receipt %s", l.Seq, l.Kind, mark(l.Chain), mark(l.Signature), kept, mark(l.Receipt))
	if l.Receipt {
		s += fmt.Sprintf("  height %d  %s", l.Height, l.OnChain.Format(time.RFC3339Nano))
		if late := l.OnChain.Sub(l.Time); late > lateAfter {
			s += fmt.Sprintf("  late by %s", late.Round(time.Second))
		}
	}
	if l.Kind == casework.Abandoned {
		s += "  (ended without submission)"
	}
	return s
}

// lateAfter is from when on an entry counts as queued through an outage.
const lateAfter = time.Minute

func mark(ok bool) string {
	if ok {
		return "✓"
	}
	return "✗"
}
