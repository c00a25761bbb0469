package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"counterfoil/app/centre/hall"
)

// Limits beyond which somebody has to look.
const (
	leastFree  = 2 << 30         // bytes: some days of a busy city
	mostOff    = 5 * time.Second // of the clock
	lastBlocks = 10              // in which every validator should have voted now and then
)

// look asks the home's own node, and gathers what has to be done.
func look(ctx context.Context, h *hall.Home) *standing {
	s := &standing{Hall: string(h.Settings.Hall), Chain: h.Settings.Chain, Needs: []string{}}
	var err error
	if s.Free, err = free(h.Dir); err != nil {
		s.need("the free disk space can't be read: %v", err)
	} else if s.Free < leastFree {
		s.need("the disk is nearly full: make room where %s lies; a node with a full disk stops", h.Dir)
	}
	if _, err := h.Genesis(); err != nil {
		s.need("%v", err)
		return s
	}
	if err := s.ask(ctx, h, rpc{h.Settings.URL()}); err != nil {
		s.need("%v: start it with counterfoil-centre node run --home %s, and read what it writes", err, h.Dir)
	}
	return s
}

func (s *standing) need(format string, args ...any) {
	s.Needs = append(s.Needs, fmt.Sprintf(format, args...))
}

func (s *standing) ask(ctx context.Context, h *hall.Home, r rpc) error {
	now, err := r.status(ctx)
	if err != nil {
		return err
	}
	if now.Node.ID != h.Keys.NodeID {
		return fmt.Errorf("what answers at %s is another node than this home's", r.url)
	}
	s.Answers, s.Height, s.Newest, s.CatchingUp = true, now.Sync.Height, now.Sync.Time, now.Sync.CatchingUp
	s.age = time.Since(s.Newest)
	list, err := membersOf(ctx, r)
	if err != nil {
		return err
	}
	if err := s.connected(ctx, r, list, h); err != nil {
		return err
	}
	if s.Height > 0 {
		if err := s.signed(ctx, r, list); err != nil {
			return err
		}
	}
	s.judge(list, h)
	return nil
}

func (s *standing) connected(ctx context.Context, r rpc, list members, h *hall.Home) error {
	ids, err := r.peers(ctx)
	if err != nil {
		return err
	}
	for _, m := range list {
		own := m.name == string(h.Settings.Hall)
		s.Halls = append(s.Halls, hallStand{Hall: m.name, Power: m.state.Power, Own: own, Connected: own || ids[m.node()]})
	}
	return nil
}

// signed counts who voted on the newest blocks, and compares the clocks in the
// newest one that this hall's validator voted on.
func (s *standing) signed(ctx context.Context, r rpc, list members) error {
	for height := s.Height; height > max(0, s.Height-lastBlocks); height-- {
		keys, err := r.validators(ctx, height)
		if err != nil {
			return nil // older blocks than this node keeps
		}
		votes, err := r.votes(ctx, height)
		if err != nil || len(votes) != len(keys) {
			return err
		}
		var times []time.Time
		var own time.Time
		for i, v := range votes {
			at := slices.IndexFunc(list, func(m member) bool { return string(m.state.Validator) == keys[i] })
			if at < 0 {
				continue
			}
			s.Halls[at].Of++
			if v.Flag != 2 {
				continue
			}
			s.Halls[at].Recently++
			s.Halls[at].Signed = s.Halls[at].Signed || height == s.Height
			if s.Halls[at].Own {
				own = v.Time
			} else {
				times = append(times, v.Time)
			}
		}
		if s.Clock == nil && !own.IsZero() && len(times) > 0 {
			slices.SortFunc(times, time.Time.Compare)
			off := own.Sub(times[len(times)/2]).Seconds()
			s.Clock = &off
		}
	}
	return nil
}

// judge says what a person has to do.
func (s *standing) judge(list members, h *hall.Home) {
	own, there := list.of(h.Settings.Hall)
	switch {
	case !there && !s.CatchingUp:
		s.need("this hall has no part in the ledger yet: the other halls say node hall approve with its card")
	case there && own.state.Power > 0 && string(own.state.Validator) != string(h.Keys.Validator):
		s.need("the ledger knows another validator's key of this hall than this node has: node hall rekey brings it there")
	}
	voting, all := list.power(func(m member) bool {
		return slices.ContainsFunc(s.Halls, func(o hallStand) bool { return o.Hall == m.name && o.Connected })
	})
	if !enough(voting, all) {
		s.need("the ledger stands still: nodes with %d of %d votes are connected, more than %d are needed; counters keep their entries until then", voting, all, 2*all/3)
	}
	for _, o := range s.Halls {
		switch {
		case o.Power == 0:
		case !o.Connected:
			s.need("the node of %s is not connected: ask its administrator whether it runs and can be reached", o.Hall)
		case o.Recently == 0 && o.Of == lastBlocks && !s.CatchingUp:
			s.need("%s voted on none of the last %d blocks: its validator does not run, or has another key than the ledger knows", o.Hall, o.Of)
		}
	}
	if s.Clock != nil && (*s.Clock > mostOff.Seconds() || *s.Clock < -mostOff.Seconds()) {
		s.need("this machine's clock is %.1f s off the other halls': set it by NTP", *s.Clock)
	}
}
