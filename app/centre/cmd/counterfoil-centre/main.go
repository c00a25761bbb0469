// Command counterfoil-centre serves the far end of Counterfoil: on one machine,
// with a ledger of its own, or beside the ledger that several halls keep, each
// with a node of its own.
//
//	counterfoil-centre serve --home DIR [--phone ADDR] [--phone-cert FILE --phone-key FILE] [--counters ADDR] [--ledger ADDR | --nodes URL,URL --trust FILE] [--catalogue FILE] [--register FILE]
//	counterfoil-centre register reload --home DIR
//	counterfoil-centre enrol --home DIR --hall H --counter C --key BASE64 [--out FILE]
//	counterfoil-centre enrol --home DIR --request FILE [--fingerprint DIGITS] [--out FILE]
//	counterfoil-centre withdraw --home DIR --key-id ID
//	counterfoil-centre holder --home DIR [--holder ID]
//	counterfoil-centre clerk add|list|suspend|resume|reset|role|card|days --home DIR --hall H ...
//	counterfoil-centre odd --home DIR [--all] [answer ID "TEXT"]
//	counterfoil-centre authority --home DIR [--out FILE]
//	counterfoil-centre trace --nodes URL,URL --trust FILE [--json] CASE
//	counterfoil-centre reconcile --nodes URL,URL --trust FILE --hall H --counter C --day D [--list FILE] [--bundles DIR] [--home DIR] --sign FILE --out DIR
//	counterfoil-centre report check FILE [--key BASE64] [--trust FILE]
//	counterfoil-centre check --key FILE --settings FILE [--item CODE] [--citizen] [--json] [URL]
//	counterfoil-centre node init|join|run|status|enrol|suspend|resume|withdraw|hall|trust --home DIR ...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `counterfoil-centre serves the authorization service, the citizen's page, the
licence repository, the evidence store and a ledger node.

  counterfoil-centre serve --home DIR   start, and run until interrupted
  counterfoil-centre enrol --home DIR --hall H --counter C --key BASE64
                                        enrol a counter's key with the running
                                        centre, and write the counter's settings
                                        --request FILE in place of the last three:
                                        by the counter's own request
  counterfoil-centre withdraw --home DIR --key-id ID
                                        end a counter's key for good
  counterfoil-centre holder --home DIR  let a citizen begin whose paper original was
                                        seen: a one-time code for the phone
  counterfoil-centre clerk ...          who may work at a hall's counters; clerk help
                                        says more
  counterfoil-centre odd --home DIR     list what citizens reported as odd in their
                                        records; answer ID "TEXT" answers one
  counterfoil-centre register reload --home DIR
                                        have the register of licences read again that
                                        serve --register named
  counterfoil-centre authority --home DIR
                                        write the card by which halls found a
                                        ledger for this centre
  counterfoil-centre node ...           a hall's node of the ledger that several
                                        halls keep; node help says more
  counterfoil-centre trace CASE         a case's history on the ledger, proved
  counterfoil-centre reconcile          a counter's day, proved case by case, as a
                                        signed report with pages
  counterfoil-centre report check FILE  check such a report
  counterfoil-centre check URL          whether a city's own service keeps the
                                        interface for counters, rule by rule

Each takes --help.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "counterfoil-centre:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("say serve, enrol, withdraw, clerk, holder, odd, register, authority, node, trace, reconcile, report or check; --help explains")
	}
	switch args[0] {
	case "serve":
		return serve(ctx, args[1:], os.Stdout)
	case "enrol":
		return enrol(ctx, args[1:], os.Stdin, os.Stdout)
	case "withdraw":
		return withdraw(ctx, args[1:], os.Stdout)
	case "holder":
		return holder(ctx, args[1:], os.Stdin, os.Stdout)
	case "clerk":
		return clerk(ctx, args[1:], os.Stdout)
	case "odd":
		return odd(ctx, args[1:], os.Stdout)
	case "register":
		return register(ctx, args[1:], os.Stdout)
	case "authority":
		return authorityCard(args[1:], os.Stdout)
	case "node":
		return node(ctx, args[1:], os.Stdin, os.Stdout)
	case "trace":
		return trace(ctx, args[1:], os.Stdout)
	case "reconcile":
		return reconcile(ctx, args[1:], os.Stdout)
	case "report":
		return report(args[1:], os.Stdout)
	case "check":
		return checkService(ctx, args[1:], os.Stdin, os.Stdout)
	case "help", "-h", "-help", "--help":
		fmt.Print(usage)
		return nil
	}
	return fmt.Errorf("%q is none of serve, enrol, withdraw, clerk, holder, odd, register, authority, node, trace, reconcile, report and check", args[0])
}
