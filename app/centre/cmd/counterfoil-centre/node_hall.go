package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"counterfoil/app/casework"
	"counterfoil/app/centre/hall"
	"counterfoil/app/protocol"
)

// nodeHall shows the halls of the ledger, or changes one.
func nodeHall(ctx context.Context, args []string, out io.Writer) error {
	var home string
	f := flag.NewFlagSet("node hall", flag.ContinueOnError)
	if err := words(f, &home, args); err != nil {
		return err
	}
	h, err := hall.Open(home)
	if err != nil {
		return err
	}
	what, rest := f.Arg(0), f.Args()
	if len(rest) > 0 {
		rest = rest[1:]
	}
	if what == "approve" {
		return approve(ctx, h, rest, out)
	}
	if len(rest) > 0 {
		return fmt.Errorf("node hall %s takes no more words", what)
	}
	switch what {
	case "show":
		return showHalls(ctx, h, out)
	case "leave":
		return leave(ctx, h, out)
	case "rekey":
		return rekey(ctx, h, out)
	case "check":
		return check(ctx, h, out)
	case "admin":
		return handOver(ctx, h, out)
	}
	return errors.New("node hall takes one of: show, approve, leave, rekey, check, admin")
}

// showHalls prints the halls, and what is proposed and not agreed to yet.
func showHalls(ctx context.Context, h *hall.Home, out io.Writer) error {
	r := rpc{h.Settings.URL()}
	list, err := membersOf(ctx, r)
	if err != nil {
		return err
	}
	for _, m := range list {
		fmt.Fprintf(out, "%-16s power %4d  key %s  node %s\n", m.name, m.state.Power, m.state.Admin.ID(), m.node())
		if err := showProposal(ctx, r, list, casework.HallID(m.name), out); err != nil {
			return err
		}
	}
	return nil
}

// showProposal prints the newest proposal about a hall, if it still waits.
func showProposal(ctx context.Context, r rpc, list members, about casework.HallID, out io.Writer) error {
	p, there, err := record[protocol.Proposal](ctx, r, protocol.LedgerProposal+string(about))
	m, _ := list.of(about)
	if err != nil || !there || p.To.Changes != m.state.Changes+1 {
		return err
	}
	_, err = fmt.Fprintf(out, "%-16s proposed: power %d, key %s: %s\n", "", p.To.Power, p.To.Admin.ID(), list.agreement(p.Agreed))
	return err
}

// approve says that this hall agrees to what another hall's card asks for.
func approve(ctx context.Context, h *hall.Home, args []string, out io.Writer) error {
	f := flag.NewFlagSet("node hall approve", flag.ContinueOnError)
	name := f.String("hall", "", "the `hall` that is to join or to change")
	file := f.String("card", "", "its card, a `file`")
	power := f.Int64("power", 0, "voting power to give it; what its card asks for when it is not said")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *name == "" || *file == "" || f.NArg() > 0 {
		return errors.New("node hall approve takes --hall H --card FILE and, if it is to be another, --power N")
	}
	c, err := readCard(*file)
	if err != nil {
		return err
	}
	if string(c.Hall) != *name {
		return fmt.Errorf("the card is of the hall %s", c.Hall)
	}
	r := rpc{h.Settings.URL()}
	list, err := membersOf(ctx, r)
	if err != nil {
		return err
	}
	is, _ := list.of(c.Hall)
	to := c.State()
	if *power != 0 {
		to.Power = *power
	}
	_, err = say(ctx, h, protocol.SetHall(h.Settings.Chain, c.Hall, to, is.state.Changes, now()))
	if already(err) {
		fmt.Fprintln(out, "this hall has agreed to it already, or it is so already")
	} else if err != nil {
		return err
	}
	return agreed(ctx, r, c.Hall, to.Power, is.state.Changes, out)
}

// agreed says how a change stands that this hall has agreed to.
func agreed(ctx context.Context, r rpc, about casework.HallID, power int64, changes int, out io.Writer) error {
	list, err := membersOf(ctx, r)
	if err != nil {
		return err
	}
	if m, there := list.of(about); there && (m.state.Changes > changes || m.state.Power == power) {
		_, err := fmt.Fprintf(out, "%s is a hall of this ledger with the power %d\n", about, m.state.Power)
		return err
	}
	p, _, err := record[protocol.Proposal](ctx, r, protocol.LedgerProposal+string(about))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s; the others say the same words with the same card\n", about, list.agreement(p.Agreed))
	return err
}

// leave takes the hall's validator out. Its node may go on as a reader, and its
// administrator still answers for its counters.
func leave(ctx context.Context, h *hall.Home, out io.Writer) error {
	is, err := ownRecord(ctx, h)
	if err != nil {
		return err
	}
	to := is
	to.Power, to.Validator = 0, nil
	height, err := say(ctx, h, protocol.SetHall(h.Settings.Chain, h.Settings.Hall, to, is.Changes, now()))
	if already(err) {
		_, err = fmt.Fprintln(out, "the hall keeps no validator already")
		return err
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s keeps no validator from the block after next, recorded at height %d; keep the node running for a minute, so that the others see the change\n", h.Settings.Hall, height)
	return err
}

// ownRecord reads what the ledger says of the home's hall.
func ownRecord(ctx context.Context, h *hall.Home) (protocol.HallState, error) {
	s, there, err := record[protocol.HallState](ctx, rpc{h.Settings.URL()}, protocol.LedgerHall+string(h.Settings.Hall))
	if err == nil && !there {
		err = fmt.Errorf("%s has no part in the ledger", h.Settings.Hall)
	}
	return s, err
}

// handOver gives the hall another administrator's key. The new one is on disk
// before the ledger hears of it; said again after a power cut, it goes on where
// it was.
func handOver(ctx context.Context, h *hall.Home, out io.Writer) error {
	is, err := ownRecord(ctx, h)
	if err != nil {
		return err
	}
	next, err := h.NextAdmin()
	if err != nil {
		return err
	}
	if is.Admin.ID() != next.ID() {
		to := is
		to.Admin = next
		if _, err := say(ctx, h, protocol.SetHall(h.Settings.Chain, h.Settings.Hall, to, is.Changes, now())); err != nil {
			return err
		}
	}
	if err := h.TakeOffice(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the key of %s's administrator is %s now; the old one lies beside it as *.old and is worth nothing any more\n", h.Settings.Hall, next.ID())
	return err
}
