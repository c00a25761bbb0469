package counter

import (
	"context"
	"path/filepath"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
)

// journalOf says where a counter's journal lies and what it is sealed with: the
// suite is that of the counter's own key.
func journalOf(dir string, id Identity, now func() time.Time) (journal.Options, error) {
	key, err := protocol.PublicOf(id.Device)
	return journal.Options{Dir: filepath.Join(dir, "journal"), Master: id.Master, Suite: key.Suite, Now: now}, err
}

// checkJournal reads the whole journal a while after the start and once a day, so
// that damage is known before somebody asks for the case that it hurts. What it
// finds stands in the log, by case, and in the records wherever such a case is
// listed.
func (c *Counter) checkJournal(ctx context.Context) error {
	for pause := c.options.Pace.Check; ctx.Err() == nil; pause = checkEvery {
		wait(ctx, pause)
		hurt, err := c.Journal.Check(ctx)
		if ctx.Err() != nil {
			return nil
		}
		for _, id := range hurt {
			c.options.Log.Error("the journal: a case is damaged", "case", id)
		}
		if err != nil && len(hurt) == 0 {
			c.options.Log.Error("the journal could not be checked", "reason", casework.KindOf(err))
		}
	}
	return nil
}

// checkEvery is how long after one look at the journal comes the next.
const checkEvery = 24 * time.Hour
