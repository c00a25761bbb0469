package journal

import (
	"context"
	"database/sql"
	"slices"
	"sync"

	"counterfoil/app/casework"
)

// change is one thing to write. do may run more than once and must decide by
// what the transaction shows; after runs once it is on disk; undo runs when it
// was not kept. All three run with j.writing held.
type change struct {
	do    func(tx *sql.Tx) error
	after func()
	undo  func()
	err   error
	done  bool
}

// line is where changes wait while a transaction is under way. Those that wait
// together are written together: one sync of the disk then serves many cases,
// which is what lets a backlog drain as fast as the ledger takes it.
type line struct {
	mu      sync.Mutex
	waiting []*change
}

// maxTogether bounds one transaction.
const maxTogether = 128

func (l *line) join(c *change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, c)
}

func (l *line) next() []*change {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := min(len(l.waiting), maxTogether)
	batch := slices.Clone(l.waiting[:n])
	clear(l.waiting[:n]) // a change holds a form in clear: it must not wait in memory for the next one
	l.waiting = l.waiting[n:]
	return batch
}

// write returns when c is on disk, or why it is not. ctx is asked before c
// joins the line and not again: a step that was begun is kept.
func (j *Journal) write(ctx context.Context, c *change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.line.join(c)
	j.writing.Lock()
	defer j.writing.Unlock()
	for !c.done {
		j.together(j.line.next())
	}
	return fault(c.err)
}

// together writes a batch in one transaction. When anything in it fails, each
// change gets a transaction of its own, so that none suffers for another.
func (j *Journal) together(batch []*change) {
	err := j.transact(batch)
	if err != nil && len(batch) > 1 {
		for _, c := range batch {
			j.together([]*change{c})
		}
		return
	}
	for _, c := range batch {
		c.err, c.done = err, true
		if err == nil && c.after != nil {
			c.after()
		}
	}
	if err == nil {
		j.news.Tell()
		j.settle()
	}
}

func (j *Journal) transact(batch []*change) (err error) {
	if j.closed {
		return casework.Refuse(casework.NotNow, "the journal is closed")
	}
	tx, err := j.writer.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	begun := 0
	defer func() {
		for _, c := range batch[:begun] {
			if err != nil && c.undo != nil {
				c.undo()
			}
		}
	}()
	for _, c := range batch {
		begun++
		if err = c.do(tx); err != nil {
			_ = tx.Rollback() // err is the reason; SQLite may have rolled back by itself
			return err
		}
	}
	err = tx.Commit()
	j.marker.written(err)
	return err
}
