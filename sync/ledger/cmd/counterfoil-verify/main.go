// Command counterfoil-verify checks the evidence bundles of cases offline. It
// needs no node, no network and no part of the counter.
//
//	counterfoil-verify [-trust FILE] [-open DIR] BUNDLE|PROOF|FOLDER...
//
// A bundle is told entry by entry. A folder is a day's bundles of a counter, every
// .zip in it: one line each, and then a summary of what was found (whose cases, of
// which day, how many entries of which kind), with what somebody should look at
// though it proves nothing wrong: a case that had not ended, or that is there
// twice. That no case is missing the folder can't prove; the ledger can.
//
// Without -trust it believes the validators that each bundle itself carries,
// prints their fingerprint, and says so: compare the fingerprint with the one that
// the halls publish, or give the halls' own trust document. The fingerprint is of
// what is pinned; where validators changed since, links that prove themselves lead
// on from there, the document's own or the bundle's.
//
// A proof that a citizen downloaded from the phone's page is one entry, or one
// statement, with its receipt: it is told in a line, and -trust is for it as for
// bundles.
//
// With -open it writes what each bundle that holds contains into a folder below
// DIR, named by the case: what was signed, the licences, the photo, and the
// signature also as a picture and as an exchange record (ISO/IEC 19794-7). These
// are a person's papers, and nothing seals them any more.
//
// It exits 0 when every bundle holds; 1 when one does not, naming the entry and
// the first thing of it that fails; and 2 when it was called wrongly, a file can't
// be read or written or there is no bundle in a folder.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// What a program of this kind exits with.
const (
	holds   = 0
	doesNot = 1
	useless = 2
)

func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("counterfoil-verify", flag.ContinueOnError)
	flags.SetOutput(errs)
	trustFile := flags.String("trust", "", "the halls' trust document (chain id, validators, links); otherwise each bundle's own")
	into := flags.String("open", "", "a folder to write the contents of the bundles that hold into")
	flags.Usage = func() {
		fmt.Fprintln(errs, "usage: counterfoil-verify [-trust FILE] [-open DIR] BUNDLE|PROOF|FOLDER...")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return holds
	case err != nil:
		return useless
	case flags.NArg() == 0:
		flags.Usage()
		return useless
	}
	j := &judge{open: opener{*into}}
	if *trustFile != "" {
		if err := j.given(*trustFile); err != nil {
			fmt.Fprintln(errs, "the trust document can't be read:", err)
			return useless
		}
	}
	worst := holds
	for _, name := range flags.Args() {
		check := j.bundle
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			check = j.folder
		}
		code, err := check(name, out)
		if err != nil {
			fmt.Fprintln(errs, err)
		}
		worst = max(worst, code)
	}
	return worst
}
