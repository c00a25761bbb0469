package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
	"counterfoil/sync/ledger/audit"
	"counterfoil/sync/ledger/receipt"
)

// errFound says that something was found that a person must look into; what it
// is has been printed.
var errFound = errors.New("something was found that a person must look into")

// auditing adds the words by which an auditor names the ledger.
type auditing struct{ nodes, trust string }

func (a *auditing) flags(f *flag.FlagSet) {
	f.StringVar(&a.nodes, "nodes", "", "`URLs` of ledger nodes, two or more, with commas between")
	f.StringVar(&a.trust, "trust", "", "the halls' trust document, a `file`")
}

// client reads the ledger and believes the trusted validators alone.
func (a auditing) client() (*ledger.Client, error) {
	if a.nodes == "" || a.trust == "" {
		return nil, errors.New("say --nodes URL,... and --trust FILE: whom to ask, and whom to believe")
	}
	t, err := trustIn(a.trust)
	if err != nil {
		return nil, err
	}
	nodes := slices.DeleteFunc(strings.Split(a.nodes, ","), func(s string) bool { return strings.TrimSpace(s) == "" })
	return ledger.New(ledger.Options{Nodes: nodes, Trust: t}), nil
}

// trustIn reads a trust document.
func trustIn(file string) (receipt.Trust, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return receipt.Trust{}, err
	}
	t, err := receipt.ParseTrust(bytes.TrimSpace(raw))
	if err != nil {
		return t, fmt.Errorf("%s: %w", file, err)
	}
	return t, nil
}

// parse reads flags before, between and after the words of a command, and returns
// the words.
func parse(f *flag.FlagSet, args []string) ([]string, error) {
	var words []string
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			return words, nil
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
}

// trace prints a case's history, with proofs.
func trace(ctx context.Context, args []string, out io.Writer) error {
	var a auditing
	f := flag.NewFlagSet("trace", flag.ContinueOnError)
	a.flags(f)
	asJSON := f.Bool("json", false, "for a script, with the signed entries and their receipts")
	words, err := parse(f, args)
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return errors.New("trace takes the id of one case, 32 hex digits")
	}
	client, err := a.client()
	if err != nil {
		return err
	}
	t, err := audit.Case(ctx, client, casework.CaseID(words[0]))
	if err != nil {
		return err
	}
	if *asJSON {
		err = json.NewEncoder(out).Encode(t)
	} else {
		printTrace(out, t)
	}
	if err == nil && len(t.Faults) > 0 {
		err = errFound
	}
	return err
}

func printTrace(out io.Writer, t audit.Trace) {
	by := ""
	if t.Paper {
		by = ", by paper original"
	}
	fmt.Fprintf(out, "case %s, %s counter %s, %s%s\n", t.Case, t.Hall, t.Counter, t.State, by)
	fmt.Fprintf(out, "proved by the ledger's state at height %d, %s: nothing followed\n", t.Height, stamp(t.Time))
	for _, g := range t.Grants {
		fmt.Fprintf(out, "grant %s  registered at %d%s, good from %s until %s, used at %d", g.ID, g.Registered, on(g.RegisteredOn), stamp(g.From), stamp(g.Until), g.Used)
		if g.RevokedAt > 0 {
			fmt.Fprintf(out, ", unbound %s at %d%s", stamp(g.Revoked), g.RevokedAt, on(g.RevokedOn))
		}
		fmt.Fprintln(out)
	}
	for _, e := range t.Entries {
		proved, marks := "receipt ✓ "+stamp(e.OnChain), ""
		if !e.Proved {
			proved = "state ✓, its block is kept by no node that answers"
		}
		if e.Late {
			marks += "  LATE"
		}
		if e.After {
			marks += "  AFTER UNBINDING"
		}
		fmt.Fprintf(out, "  %2d %-13s %s  height %-8d %s  key %s… %s%s\n", e.Seq, e.Kind, stamp(e.Time), e.Height, proved, e.Key[:min(8, len(e.Key))], e.KeyState, marks)
	}
	for _, fault := range t.Faults {
		fmt.Fprintln(out, "DOES NOT FIT ", fault.En)
	}
	if len(t.Faults) == 0 {
		fmt.Fprintln(out, "HOLDS")
	}
}

// on writes the ledger's time of a statement, where its block is kept.
func on(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return " (" + stamp(t) + ")"
}

// stamp writes a time in the halls' own zone.
func stamp(t time.Time) string {
	return t.In(protocol.Zone()).Format("2006-01-02 15:04:05")
}
