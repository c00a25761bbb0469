package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"counterfoil/app/centre/chain"
	"counterfoil/app/centre/hall"
	"counterfoil/app/protocol"
)

// rekey gives the hall's validator another key. The key changes only while the
// node does not run as a validator; the ledger hears of it from a node that
// already has the new one. So the other halls alone must be able to decide, and
// until they have, this hall does not vote. Said again after a power cut, it goes
// on where it was.
func rekey(ctx context.Context, h *hall.Home, out io.Writer) error {
	r := rpc{h.Settings.URL()}
	if s, err := r.status(ctx); err == nil && s.Node.ID == h.Keys.NodeID {
		is, err := ownRecord(ctx, h)
		if err != nil {
			return err
		}
		if bytes.Equal(is.Validator, h.Keys.Validator) {
			return errors.New("stop the node first: its validator's key changes only while it does not run; then say this again")
		}
		return announce(ctx, h, is, out)
	}
	h, err := changed(ctx, h, out)
	if err != nil {
		return err
	}
	return while(ctx, h, func() error {
		is, err := ownRecord(ctx, h)
		if err != nil {
			return err
		}
		return announce(ctx, h, is, out)
	})
}

// changed makes another key, unless a rekey before did so and was interrupted.
func changed(ctx context.Context, h *hall.Home, out io.Writer) (*hall.Home, error) {
	again := false
	err := while(ctx, h, func() error {
		is, err := ownRecord(ctx, h)
		again = !bytes.Equal(is.Validator, h.Keys.Validator)
		return err
	})
	if err != nil || again {
		return h, err
	}
	if _, err := chain.NewValidatorKey(h.Dir); err != nil {
		return nil, err
	}
	fmt.Fprintln(out, "another validator's key is made; the node tells the ledger")
	return hall.Open(h.Dir)
}

// while runs the home's node in this process, connected and caught up, and f with
// it.
func while(ctx context.Context, h *hall.Home, f func() error) error {
	n, err := startNode(ctx, h)
	if err != nil {
		return err
	}
	defer func() { _ = n.Stop() }()
	if err := withoutUs(ctx, h); err != nil {
		return err
	}
	return f()
}

// meetTime is how long the other halls' nodes may take to be found.
const meetTime = time.Minute

// withoutUs waits until the node has caught up and is connected to halls that
// decide without this one.
func withoutUs(ctx context.Context, h *hall.Home) error {
	r := rpc{h.Settings.URL()}
	ctx, cancel := context.WithTimeout(ctx, meetTime)
	defer cancel()
	why := "it did not catch up"
	for {
		s, err := r.status(ctx)
		if err == nil && !s.Sync.CatchingUp {
			list, err := membersOf(ctx, r)
			if err != nil {
				return err
			}
			ids, err := r.peers(ctx)
			if err != nil {
				return err
			}
			var missing []string
			others, all := list.power(func(m member) bool {
				if m.name == string(h.Settings.Hall) {
					return false
				}
				if m.state.Power > 0 && !ids[m.node()] {
					missing = append(missing, m.name)
				}
				return ids[m.node()]
			})
			if enough(others, all) {
				return nil
			}
			why = "not connected: " + strings.Join(missing, ", ")
		}
		if !pause(ctx) {
			return fmt.Errorf("within %s the other halls that can be reached do not decide alone (%s): a new key takes more than two thirds of the votes without this hall's; nothing is changed on the ledger, say it again when they are there", meetTime, why)
		}
	}
}

// announce puts the validator's key that the home has on the ledger.
func announce(ctx context.Context, h *hall.Home, is protocol.HallState, out io.Writer) error {
	to := is
	to.Validator = h.Keys.Validator
	height, err := say(ctx, h, protocol.SetHall(h.Settings.Chain, h.Settings.Hall, to, is.Changes, now()))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the ledger knows the new key of %s's validator, recorded at height %d; run the node, and destroy the old key (*.old in %s/node)\n", h.Settings.Hall, height, h.Dir)
	return err
}
