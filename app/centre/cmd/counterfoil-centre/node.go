package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"counterfoil/app/centre/hall"
)

const nodeUsage = `counterfoil-centre node keeps one hall's node of the ledger that the halls share.

  node init --home DIR --hall H         make keys, settings and the hall's card
  node join --home DIR ...              found a ledger with other halls' cards, or
                                        join one that is there
  node run --home DIR                   run until interrupted
  node status --home DIR                how it stands; exit 1: a person is needed
  node enrol --home DIR --counter C --key BASE64
                                        let a counter of the hall write entries
  node enrol --home DIR --request FILE  the same by the counter's own request, when
                                        its fingerprint was compared
  node suspend | resume | withdraw --home DIR --key-id ID
                                        stop a counter's key for a time, let it go
                                        on, or end it for good
  node hall --home DIR show | approve --hall H --card FILE | leave | rekey | check | admin
                                        the halls of the ledger, and changes of them
  node trust --home DIR                 print whom counters and auditors trust

Each takes --help.
`

// node runs one of the commands of a hall's node.
func node(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("say what the node is to do: init, join, run, status, enrol, suspend, resume, withdraw, hall or trust; node help explains")
	}
	rest := args[1:]
	switch args[0] {
	case "init":
		return nodeInit(rest, out)
	case "join":
		return nodeJoin(rest, out)
	case "run":
		return nodeRun(ctx, rest, out)
	case "status":
		return nodeStatusOf(ctx, rest, out)
	case "enrol":
		return nodeEnrol(ctx, rest, in, out)
	case "suspend", "resume", "withdraw":
		return nodeKey(ctx, args[0], rest, out)
	case "hall":
		return nodeHall(ctx, rest, out)
	case "trust":
		return nodeTrust(ctx, rest, out)
	case "help", "-h", "-help", "--help":
		_, err := fmt.Fprint(out, nodeUsage)
		return err
	}
	return fmt.Errorf("%q is nothing that a node does; node help explains", args[0])
}

// words parses the words of a command; what is left of them is for the caller.
func words(f *flag.FlagSet, home *string, args []string) error {
	f.StringVar(home, "home", "", "`folder` of the hall's keys, settings and node")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *home == "" {
		return fmt.Errorf("%s takes --home DIR", f.Name())
	}
	return nil
}

// opened parses the words of a command that takes no others, and opens its home.
func opened(f *flag.FlagSet, args []string) (*hall.Home, error) {
	var home string
	if err := words(f, &home, args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("%s does not know the word %q", f.Name(), f.Arg(0))
	}
	return hall.Open(home)
}
