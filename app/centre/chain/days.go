package chain

import (
	"encoding/hex"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// count adds an entry to its counter's day, the one on which its case was
// opened. The lists of cases and of counters are not kept as one record, which
// every opening would write anew: each item stands by itself, and the day keeps
// their number and their running digest, by which a list is proved to be whole.
func count(l *layer, e casework.Entry, day string) error {
	var d protocol.Day
	if _, err := load(l, protocol.LedgerDay+day, &d); err != nil {
		return err
	}
	path := protocol.CounterDayPath(day, e.Hall, e.Counter)
	c := protocol.CounterDay{Entries: map[string]int{}}
	known, err := load(l, path, &c)
	if err != nil {
		return err
	}
	if !known {
		d.Counters++
		d.Head = protocol.ChainOf(d.Head, []byte(string(e.Hall)+"/"+string(e.Counter)))
		if err := l.save(protocol.DayCounterPath(day, d.Counters), []string{string(e.Hall), string(e.Counter)}); err != nil {
			return err
		}
	}
	if e.Kind == casework.Opened {
		id, err := hex.DecodeString(string(e.Case))
		if err != nil {
			return err
		}
		d.Cases++
		c.Cases++
		c.Head = protocol.ChainOf(c.Head, id)
		if err := l.save(protocol.CounterCasePath(day, e.Hall, e.Counter, c.Cases), id); err != nil {
			return err
		}
	}
	d.Entries++
	c.Entries[string(e.Kind)]++
	if err := l.save(protocol.LedgerDay+day, d); err != nil {
		return err
	}
	return l.save(path, c)
}
