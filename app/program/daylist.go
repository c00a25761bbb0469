package program

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/app/protocol"
)

// list writes the counter's signed list of a day, for an auditor. It needs the
// journal for itself: beside a running program it is refused, and says so.
func (p *program) list(ctx context.Context, s config.Settings) error {
	if p.file == "" || p.day == "" {
		return errors.New("day takes --day YYYYMMDD and --out FILE, and --settings FILE or --dir DIR")
	}
	of := counter.Listed{Chain: s.Chain, Hall: s.Hall, Counter: s.Counter, Day: p.day, Means: p.means(s)}
	if p.before != "" {
		var err error
		if of.Before, err = os.ReadFile(p.before); err != nil {
			return err
		}
	}
	raw, l, err := counter.DayList(ctx, s.Journal, of, time.Now())
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.file, raw, 0o644); err != nil {
		return err
	}
	p.tellList(l)
	_, err = fmt.Fprintln(p.out, operators(l.Operators))
	return err
}

// tellList says what the list has, and each case of which the ledger refused
// something: a person must look at it.
func (p *program) tellList(l protocol.DayList) {
	entries, waiting, refused := 0, 0, 0
	var cases []string
	for _, c := range l.Cases {
		why := ""
		for _, e := range c.Entries {
			entries++
			switch {
			case e.Refusal != "":
				refused++
				why = cmp.Or(why, e.Refusal)
			case e.Height == 0:
				waiting++
			}
		}
		if why != "" {
			cases = append(cases, fmt.Sprintf("refused by the ledger: case %x, %s", c.Case, why))
		}
	}
	fmt.Fprintf(p.out, "%s counter %s, %s: %d cases, %d entries, %d of them not on the ledger yet, %d refused; written to %s\n", l.Hall, l.Counter, l.Day, len(l.Cases), entries, waiting, refused, p.file)
	for _, c := range cases {
		fmt.Fprintln(p.out, c)
	}
}

// operators says how far the operator log goes, and whether it is whole.
func operators(log *protocol.ListedLog) string {
	switch {
	case log == nil:
		return "operator log: empty"
	case !log.Whole:
		return fmt.Sprintf("operator log: %d acts, and its chain is BROKEN: an act was changed, moved or taken out", log.Acts)
	}
	return fmt.Sprintf("operator log: %d acts, whole, head %x", log.Acts, log.Head)
}
