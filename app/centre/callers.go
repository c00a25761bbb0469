package centre

import (
	"context"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// caller returns the counter whose key it is: on a ledger that halls keep, as
// its hall's administrator enrolled it there; else as the socket did here.
func (c *Centre) caller(ctx context.Context, key protocol.PublicKey) (who authorization.Caller, err error) {
	if c.o.Outside != nil {
		return c.known.caller(ctx, c.ledger, key.ID(), c.o.Now())
	}
	err = c.store.Do(ctx, func(tx *store.Tx) error {
		n, ok, err := tx.CounterAt(key.ID())
		if err == nil && (!ok || n.State != store.CounterLive) {
			err = casework.Refuse(casework.CounterNotEnrolled, "the key is not enrolled")
		}
		who = authorization.Caller{Hall: n.Hall, Counter: n.Counter, Suite: n.Key.Suite}
		return err
	})
	return who, err
}

// How long the centre believes what the ledger said of a key, and of how many
// keys it remembers that. A counter that was suspended is served that much
// longer; its entries the ledger refuses at once.
const (
	keyTime = 3 * time.Second
	maxKeys = 8192
)

// callers remembers what the ledger said of keys a moment ago: a counter calls
// several times a minute, and strangers must not make the ledger work.
type callers struct {
	mu   sync.Mutex
	keys map[protocol.KeyID]heard
}

type heard struct {
	state protocol.KeyState
	there bool
	until time.Time
}

func (k *callers) caller(ctx context.Context, l Ledger, id protocol.KeyID, now time.Time) (authorization.Caller, error) {
	h, fresh := k.get(id, now)
	if !fresh {
		var err error
		if h.state, h.there, err = keyAt(ctx, l, id); err != nil {
			return authorization.Caller{}, err
		}
		h.until = now.Add(keyTime)
		k.put(id, h)
	}
	switch {
	case !h.there, h.state.Withdrawn:
		return authorization.Caller{}, casework.Refuse(casework.CounterNotEnrolled, "the key is not enrolled")
	case h.state.Suspended:
		return authorization.Caller{}, casework.Refuse(casework.KeySuspended, "the counter's key is suspended by its hall")
	}
	return authorization.Caller{Hall: casework.HallID(h.state.Hall), Counter: casework.CounterID(h.state.Counter), Suite: h.state.Key.Suite}, nil
}

// keyAt finds the counter's key behind the one that was shown in TLS: in suite 1
// that very key, in suite 2 the one that it belongs to. A key of suite 2 itself
// can't be shown in TLS, nor one of suite 1 that belongs to another.
func keyAt(ctx context.Context, l Ledger, shown protocol.KeyID) (protocol.KeyState, bool, error) {
	own, there, err := state[protocol.KeyState](ctx, l, protocol.LedgerKey+string(shown))
	if there || err != nil {
		return own, there, err
	}
	id, there, err := state[protocol.KeyID](ctx, l, protocol.LedgerConnection+string(shown))
	if !there || err != nil {
		return own, false, err
	}
	return state[protocol.KeyState](ctx, l, protocol.LedgerKey+string(id))
}

func (k *callers) get(id protocol.KeyID, now time.Time) (heard, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	h, ok := k.keys[id]
	return h, ok && now.Before(h.until)
}

func (k *callers) put(id protocol.KeyID, h heard) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys == nil || len(k.keys) >= maxKeys {
		k.keys = map[protocol.KeyID]heard{}
	}
	k.keys[id] = h
}
