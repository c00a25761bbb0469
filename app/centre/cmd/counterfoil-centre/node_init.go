package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"

	"counterfoil/app/casework"
	"counterfoil/app/centre/hall"
)

// nodeInit makes a hall's home and says what to do next.
func nodeInit(args []string, out io.Writer) error {
	var home string
	s := hall.Default("")
	f := flag.NewFlagSet("node init", flag.ContinueOnError)
	name := f.String("hall", "", "the `hall`, as the catalogue names it")
	f.StringVar(&s.P2P, "p2p", s.P2P, "listen `address` for the other halls' nodes")
	f.StringVar(&s.External, "external", "", "`host:port` by which the others reach it; the listen address when empty")
	f.StringVar(&s.RPC, "rpc", s.RPC, "listen `address` for counters and readers; there is no password: loopback, or TLS in front")
	power := f.Int64("power", 0, "voting power that the card asks for (10 when it is not said)")
	if err := words(f, &home, args); err != nil {
		return err
	}
	if *name == "" || f.NArg() > 0 {
		return fmt.Errorf("node init takes --home DIR, --hall H and no other words")
	}
	s.Hall = casework.HallID(*name)
	h, err := hall.Init(home, s, *power)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, `hall       %s
others     %s
counters   %s
key        %s
card       %s

Give the card to the other halls' administrators, and get theirs and that of the
authorization service. Compare each card's key with the one that its hall reads
out. Then, in every hall with the same words,

  counterfoil-centre node join --home %s --chain NAME --time 2006-01-02T15:04:05Z --authority FILE CARD...

or, where a ledger is there already, once its halls have approved the card,

  counterfoil-centre node join --home %s --genesis FILE

and at last

  counterfoil-centre node run --home %s
`, h.Settings.Hall, cmp.Or(h.Settings.External, h.Settings.P2P), h.Settings.URL(), h.AdminKey().ID(), h.CardPath(), home, home, home)
	return err
}
