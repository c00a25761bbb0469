package outbox

import (
	"context"
	"sync"
	"time"

	"counterfoil/app/casework"
)

// Store is the queue on disk: the journal. A method that writes returns when
// the change is durable.
type Store interface {
	// Ready returns, oldest first, the pending entries that are their case's
	// first not committed one; none of a case that has a refused entry.
	Ready(ctx context.Context, limit int) ([]casework.Outgoing, error)
	// Recent returns the same of the few cases that were worked on last.
	Recent(ctx context.Context) ([]casework.Outgoing, error)
	// Next returns, in their order, the pending entries that can be sent behind
	// those of one case that are under way.
	Next(ctx context.Context, id casework.CaseID, limit int) ([]casework.Outgoing, error)
	// Sending marks pending entries of one case as under way; those before them are
	// committed or under way. NotNow says that none was marked.
	Sending(ctx context.Context, entries ...casework.Digest) error
	// Committed keeps receipts; the same again change nothing.
	Committed(ctx context.Context, receipts ...casework.Receipt) error
	// Retry returns an entry that was under way to pending and counts the attempt.
	Retry(ctx context.Context, entry casework.Digest) error
	// Refuse ends the sending of an entry and of its case.
	Refuse(ctx context.Context, entry casework.Digest, why casework.RefusalKind) error
	// Changed receives after every change, at most one value waiting.
	Changed(ctx context.Context) <-chan struct{}
}

// Committer brings one entry to the ledger.
type Committer interface {
	// CommitAhead returns the verified receipt of an entry. The same bytes again
	// get an answer as good as the first. casework.LedgerUnreachable means that no
	// node could be talked to, whatever the entry. queued is called at most once,
	// from any goroutine, when the next of its case may follow and stays behind it.
	CommitAhead(ctx context.Context, raw []byte, queued func()) (casework.Receipt, error)
	// Permanent reports whether an error is the rules' refusal, which sending again
	// can't change, if the entries before it are recorded.
	Permanent(err error) bool
}

// Options set the pace. Zero values take the defaults in brackets.
type Options struct {
	Now      func() time.Time // [time.Now]
	Parallel int              // cases under way at once, besides places reserved for those worked on last [192]
	First    time.Duration    // wait after a first failure, before jitter [250 ms]
	Most     time.Duration    // longest wait [30 s]
}

func (o Options) filled() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Parallel < 1 {
		o.Parallel = 192
	}
	if o.First <= 0 {
		o.First = 250 * time.Millisecond
	}
	if o.Most <= 0 {
		o.Most = 30 * time.Second
	}
	return o
}

// Outbox sends what a store holds.
type Outbox struct {
	store  Store
	to     Committer
	o      Options
	nudged chan struct{}

	mu    sync.Mutex
	state State
}

// New returns an outbox that sends nothing yet: Run does.
func New(store Store, to Committer, o Options) *Outbox {
	return &Outbox{store: store, to: to, o: o.filled(), nudged: make(chan struct{}, 1)}
}

// Nudge ends every wait: someone knows that the ledger is back, or wants to see
// it tried.
func (b *Outbox) Nudge() {
	select {
	case b.nudged <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends, waits for what is under way, and returns ctx's
// error. Entries that it could not finish are pending again. One Run at a time.
func (b *Outbox) Run(ctx context.Context) error {
	s := newSchedule(b.o)
	changed := b.store.Changed(ctx)
	done := make(chan outcome)
	for {
		b.launch(ctx, s, done)
		b.show(s)
		wake, stop := s.alarm()
		select {
		case <-ctx.Done():
			for range s.busy {
				<-done
			}
			stop()
			return ctx.Err()
		case _, open := <-changed:
			if !open {
				changed = nil // closed with ctx, which the next turn sees
			}
		case <-b.nudged:
			s.nudge()
		case r := <-done:
			s.settle(r)
		case <-wake:
		}
		stop()
	}
}

// launch starts as many sendings as the schedule allows. The cases that were
// worked on last come first: there a person waits, whatever else is queued.
func (b *Outbox) launch(ctx context.Context, s *schedule, done chan<- outcome) {
	if s.quiet() || ctx.Err() != nil {
		return
	}
	if s.outage == nil {
		recent, err := b.store.Recent(ctx)
		if s.stored(err); err != nil {
			return
		}
		b.start(ctx, s.pick(recent, s.o.Parallel+reserved), b.carry, done)
	}
	if s.full() {
		return
	}
	if len(s.spare) == 0 {
		rows, err := b.store.Ready(ctx, s.wanted())
		if s.stored(err); err != nil {
			return
		}
		s.found(rows)
	}
	if s.outage != nil {
		b.start(ctx, s.pick(s.spare, 1), b.send, done)
		s.spare = nil
		return
	}
	b.start(ctx, s.pick(s.spare, s.o.Parallel), b.carry, done)
}

func (b *Outbox) start(ctx context.Context, rows []casework.Outgoing, send func(context.Context, casework.Outgoing) outcome, done chan<- outcome) {
	for _, row := range rows {
		go func() { done <- send(ctx, row) }()
	}
}
