package program

import (
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
	raw, l, err := counter.DayList(ctx, s.Journal, counter.Listed{Chain: s.Chain, Hall: s.Hall, Counter: s.Counter, Day: p.day}, time.Now())
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.file, raw, 0o644); err != nil {
		return err
	}
	entries, waiting := 0, 0
	for _, c := range l.Cases {
		for _, e := range c.Entries {
			entries++
			if e.Height == 0 {
				waiting++
			}
		}
	}
	fmt.Fprintf(p.out, "%s counter %s, %s: %d cases, %d entries, %d of them not on the ledger yet; written to %s\n", l.Hall, l.Counter, l.Day, len(l.Cases), entries, waiting, p.file)
	_, err = fmt.Fprintln(p.out, operators(l.Operators))
	return err
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
