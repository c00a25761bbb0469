package authorization

import (
	"context"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
)

// Service is the authorization service. Its methods may be called from any
// goroutine; those that change something return once it is on disk.
type Service struct {
	o      Options
	secret secret
	bell   bell

	mu     sync.Mutex
	budget *Budget
	digits map[string]liveDigits // of live codes, by holder: shown to their citizen, never stored
	retry  chan struct{}         // something is not on the ledger yet
}

type liveDigits struct {
	digits string
	until  time.Time
}

// New returns a service over what the store holds, with today's wrong entries
// counted. Run must be started beside it.
func New(ctx context.Context, o Options) (*Service, error) {
	if o.GrantLife == 0 {
		o.GrantLife = GrantLife
	}
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits()
	}
	s := &Service{o: o, secret: newSecret(o.Key), budget: NewBudget(o.Limits), digits: map[string]liveDigits{}, retry: make(chan struct{}, 1)}
	s.poke()
	return s, o.Store.Do(ctx, func(tx *store.Tx) error {
		tries, err := tx.TriesSince(dayStart(o.Now()))
		for _, y := range tries {
			s.budget.Charge(y)
		}
		return err
	})
}

// now is whole milliseconds in UTC, as everything is kept.
func (s *Service) now() time.Time { return s.o.Now().UTC().Truncate(time.Millisecond) }

func (s *Service) poke() {
	select {
	case s.retry <- struct{}{}:
	default:
	}
}

func (s *Service) item(code casework.ItemCode) (casework.ServiceItem, error) {
	item, ok := s.o.Catalogue.Item(code)
	if !ok {
		return item, casework.Refuse(casework.WrongItem, "the centre does not know the item")
	}
	return item, nil
}

// bell wakes the long polls: everybody looks again whenever something changed.
// A few hundred counters looking at an indexed row cost less than keeping who
// waits for what.
type bell struct {
	mu sync.Mutex
	ch chan struct{}
}

func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}

// poll calls look until it is content, the wait is over, or ctx ends.
func (s *Service) poll(ctx context.Context, wait time.Duration, look func() (bool, error)) error {
	over := time.NewTimer(wait)
	defer over.Stop()
	for {
		rang := s.bell.wait()
		if content, err := look(); content || err != nil || wait <= 0 {
			return err
		}
		select {
		case <-rang:
		case <-over.C:
			wait = 0 // one last look
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
