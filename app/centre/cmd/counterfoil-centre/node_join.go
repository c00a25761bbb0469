package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"counterfoil/app/centre/chain"
	"counterfoil/app/centre/hall"
)

// joining is what the words of node join say.
type joining struct {
	chain, time, authority string
	genesis, from, hash    string
	height                 int64
	peers                  []string
}

// nodeJoin founds a ledger together with other halls, or makes the home one of a
// ledger that is there.
func nodeJoin(args []string, out io.Writer) error {
	var home string
	var j joining
	f := flag.NewFlagSet("node join", flag.ContinueOnError)
	f.StringVar(&j.chain, "chain", "", "founding: `name` of the ledger")
	f.StringVar(&j.time, "time", "", "founding: its beginning, as `RFC 3339` has it")
	f.StringVar(&j.authority, "authority", "", "founding: `card` of the authorization service")
	f.StringVar(&j.genesis, "genesis", "", "joining: the founding of the ledger, a hall's genesis.json")
	f.Func("peer", "joining: `id@host:port` of a node; may be said again", func(s string) error { j.peers = append(j.peers, s); return nil })
	f.StringVar(&j.from, "from", "", "joining by a snapshot: `URLs` of two nodes or more, with commas between")
	f.Int64Var(&j.height, "height", 0, "joining by a snapshot: `height` of a header that a hall vouches for")
	f.StringVar(&j.hash, "hash", "", "joining by a snapshot: `hash` of that header")
	if err := words(f, &home, args); err != nil {
		return err
	}
	h, err := hall.Open(home)
	if err != nil {
		return err
	}
	if j.genesis != "" {
		err = j.enter(h, f.Args())
	} else {
		err = j.found(h, f.Args())
	}
	if err != nil {
		return err
	}
	return founded(h, out)
}

func (j joining) found(h *hall.Home, files []string) error {
	if j.chain == "" || j.time == "" || j.authority == "" || len(files) == 0 {
		return errors.New("node join takes --chain, --time, --authority and the halls' cards, or --genesis")
	}
	at, err := time.Parse(time.RFC3339, j.time)
	if err != nil {
		return fmt.Errorf("%q is no time as RFC 3339 has it, for example 2026-11-25T01:00:00Z", j.time)
	}
	raw, err := os.ReadFile(j.authority)
	if err != nil {
		return err
	}
	authority, err := hall.ReadAuthority(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", j.authority, err)
	}
	var cards []hall.Card
	for _, name := range files {
		c, err := readCard(name)
		if err != nil {
			return err
		}
		cards = append(cards, c)
	}
	_, err = h.Found(j.chain, at, authority, cards)
	return err
}

func readCard(name string) (hall.Card, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return hall.Card{}, err
	}
	c, err := hall.ReadCard(raw)
	if err != nil {
		return c, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

func (j joining) enter(h *hall.Home, rest []string) error {
	if j.chain != "" || len(rest) > 0 {
		return errors.New("node join takes --genesis for a ledger that is there, or --chain and cards to found one: not both")
	}
	raw, err := os.ReadFile(j.genesis)
	if err != nil {
		return err
	}
	var from *chain.Join
	if j.from != "" || j.height != 0 || j.hash != "" {
		hash, err := hex.DecodeString(j.hash)
		if err != nil || len(hash) != 32 || j.height < 1 || !strings.Contains(j.from, ",") {
			return errors.New("joining by a snapshot takes --from with two URLs, --height and --hash with 64 hex digits")
		}
		from = &chain.Join{RPC: strings.Split(j.from, ","), Height: j.height, Hash: hash}
	}
	return h.Enter(raw, j.peers, from)
}

// founded prints what the halls compare with each other.
func founded(h *hall.Home, out io.Writer) error {
	raw, err := h.Genesis()
	if err != nil {
		return err
	}
	f, err := chain.ReadFounding(raw)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "ledger    %s, from %s\nauthority %s\n", f.Chain, f.Time.Format(time.RFC3339), f.Authority.ID())
	for _, one := range f.Halls {
		fmt.Fprintf(out, "hall      %-16s power %4d  key %s\n", one.Hall, one.Power, one.Admin.ID())
	}
	_, err = fmt.Fprintf(out, `founding  %x

The founding's digest must be the same in every hall: compare it by another way
than the cards came. Then: counterfoil-centre node run --home %s
`, sha256.Sum256(raw), h.Dir)
	return err
}
