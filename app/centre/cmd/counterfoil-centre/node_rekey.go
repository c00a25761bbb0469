package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
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
	known, err := asked(ctx, h)
	if err != nil || !known {
		return h, err
	}
	if _, err := chain.NewValidatorKey(h.Dir); err != nil {
		return nil, err
	}
	fmt.Fprintln(out, "another validator's key is made; the node tells the ledger")
	return hall.Open(h.Dir)
}

// What node hall check says.
const (
	keyKnown = "the ledger knows this hall's validator by the key that is here"
	keyOther = "the ledger knows this hall's validator by another key than the one here"
)

// asked runs node hall check in a process of its own. CometBFT leaves a connection
// open that another node opens while it stops; for more than a minute that node
// would take this one to be connected, and let the next one in this process not in.
func asked(ctx context.Context, h *hall.Home) (known bool, err error) {
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	var said, why bytes.Buffer
	check := exec.CommandContext(ctx, self, "node", "hall", "--home", h.Dir, "check")
	check.Stdout, check.Stderr = &said, &why
	if err := check.Run(); err != nil {
		return false, fmt.Errorf("whether the other halls can change the key was not found out: %w\n%s", err, bytes.TrimSpace(why.Bytes()))
	}
	switch text := strings.TrimSpace(said.String()); text {
	case keyKnown, keyOther:
		return text == keyKnown, nil
	default:
		return false, fmt.Errorf("node hall check says %q", text)
	}
}

// check says, with the node not running, whether the ledger knows the validator's
// key that is here, once the other halls are connected that could change it.
func check(ctx context.Context, h *hall.Home, out io.Writer) error {
	return while(ctx, h, func() error {
		is, err := ownRecord(ctx, h)
		if err != nil {
			return err
		}
		text := keyOther
		if bytes.Equal(is.Validator, h.Keys.Validator) {
			text = keyKnown
		}
		_, err = fmt.Fprintln(out, text)
		return err
	})
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
