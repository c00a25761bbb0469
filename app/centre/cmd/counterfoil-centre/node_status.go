package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strconv"
	"time"
)

// standing is what node status tells of a node.
type standing struct {
	Hall       string        `json:"hall"`
	Chain      string        `json:"chain"`
	Answers    bool          `json:"answers"`
	Height     int64         `json:"height"`
	Newest     time.Time     `json:"newest"` // time of the newest block; it is made when there is something to record
	CatchingUp bool          `json:"catching_up"`
	Halls      []hallStand   `json:"halls"`
	Clock      *float64      `json:"clock_seconds,omitempty"` // this node's clock minus the other validators', at the newest block that it voted on
	Free       int64         `json:"free_bytes"`
	Needs      []string      `json:"needs"` // what a person has to do
	age        time.Duration // of the newest block
}

// hallStand is one hall as the node sees it.
type hallStand struct {
	Hall      string `json:"hall"`
	Power     int64  `json:"power"`
	Own       bool   `json:"own"`
	Connected bool   `json:"connected"`
	Signed    bool   `json:"signed"`   // the newest block
	Recently  int    `json:"recently"` // how many of the newest blocks
	Of        int    `json:"of"`       // that its validator, with the key of today, could vote on; ten at most
}

// nodeStatusOf prints how the home's node stands. The error says that a person
// is needed; what for, stands in the lines.
func nodeStatusOf(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("node status", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "one JSON object instead of lines")
	h, err := opened(f, args)
	if err != nil {
		return err
	}
	s := look(ctx, h)
	if *asJSON {
		err = json.NewEncoder(out).Encode(s)
	} else {
		err = s.print(out)
	}
	if err == nil && len(s.Needs) > 0 {
		err = fmt.Errorf("a person is needed: %s", plural(len(s.Needs), "thing", "things"))
	}
	return err
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + more
}

func (s *standing) print(out io.Writer) error {
	fmt.Fprintf(out, "hall      %s\nledger    %s\n", s.Hall, cmp.Or(s.Chain, "none yet"))
	if s.Answers {
		catching := ""
		if s.CatchingUp {
			catching = ", catching up with the others"
		}
		fmt.Fprintf(out, "height    %d, newest block %s old%s\n", s.Height, s.age.Round(time.Second), catching)
	}
	expected, connected := 0, 0
	for _, o := range s.Halls {
		if !o.Own && o.Power > 0 {
			expected++
			if o.Connected {
				connected++
			}
		}
	}
	if s.Answers {
		fmt.Fprintf(out, "peers     %d of %d halls connected\n", connected, expected)
	}
	for _, o := range s.Halls {
		fmt.Fprintf(out, "          %-16s power %4d  %-13s %s\n", o.Hall, o.Power, o.way(), o.voted())
	}
	if s.Clock != nil {
		fmt.Fprintf(out, "clock     %+.3f s to the other halls, at the newest block voted on\n", *s.Clock)
	}
	fmt.Fprintf(out, "disk      %.1f GB free\n", float64(s.Free)/1e9)
	for _, n := range s.Needs {
		fmt.Fprintf(out, "NEEDED    %s\n", n)
	}
	if len(s.Needs) > 0 {
		return nil
	}
	_, err := fmt.Fprintln(out, "all well")
	return err
}

func (o hallStand) way() string {
	switch {
	case o.Own:
		return "this node"
	case o.Connected:
		return "connected"
	}
	return "not connected"
}

func (o hallStand) voted() string {
	if o.Power == 0 {
		return "no validator"
	}
	if o.Of == 0 {
		return "no block to vote on yet"
	}
	newest := "did not vote on the newest block"
	if o.Signed {
		newest = "voted on the newest block"
	}
	return fmt.Sprintf("%s, on %d of the last %d", newest, o.Recently, o.Of)
}
