// Package audit follows a case on the ledger and reconciles a counter's day, for
// somebody who trusts the validators and nobody else.
//
// Every record of the ledger's state comes with a proof against a signed header,
// every entry and statement with a receipt; a list is whole when its length and
// its running digest are what the state says. All of a report stands on one
// header: no record in it is older than the state which that header proves. What
// a counter or the centre tells is compared with that, never believed. The
// package writes down what it finds and mends nothing; it sees commitments, and
// no content of a case.
//
// What no reader of a ledger can find out: that a node, or all nodes together,
// show a state that was right and is old. A report says how old its header is.
package audit

import (
	"context"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
)

// LateAfter is how much later than its own time an entry may stand on the ledger
// and still count as brought at once.
const LateAfter = 5 * time.Minute

// aheadAfter is how much earlier than its own time an entry may stand on the
// ledger: validators refuse more than a minute and the difference of their clocks.
const aheadAfter = 2 * time.Minute

// auditor reads the ledger for one piece of work.
type auditor struct {
	from  *ledger.Client
	least int64 // no record of an older state is taken

	mu        sync.Mutex
	keys      map[protocol.KeyID]keyView
	authority *protocol.PublicKey // nil: not asked for yet
}

// keyView is a counter's key as the ledger has it.
type keyView struct {
	state protocol.KeyState
	there bool
}

func newAuditor(ctx context.Context, from *ledger.Client) *auditor {
	from.Health(ctx) // how new the nodes are
	return &auditor{from: from, keys: map[protocol.KeyID]keyView{}}
}

// late reports whether an entry was queued for long.
func late(own, onChain time.Time) bool { return onChain.Sub(own) > LateAfter }

// The nodes get a block some milliseconds apart, and index its entries a little
// later: what one lacks is asked for again for a while.
const (
	patience = 5 * time.Second
	again    = 50 * time.Millisecond
)

// record reads a record of a state that is not older than the work's, or than
// least. Where the answer's value is nil it is proved that there is none.
func record[T any](ctx context.Context, a *auditor, path string, least int64) (v T, answer ledger.Answer, err error) {
	answer, err = a.read(ctx, path, max(a.least, least))
	if err != nil || answer.Value == nil {
		return v, answer, err
	}
	if err := protocol.Unmarshal(answer.Value, &v); err != nil {
		return v, answer, casework.Refuse(casework.UnsupportedVersion, "a record of the ledger is of another version than this program's")
	}
	return v, answer, nil
}

func (a *auditor) read(ctx context.Context, path string, least int64) (ledger.Answer, error) {
	limit, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		answer, err := a.from.Read(ctx, path)
		if err != nil || answer.Height >= least {
			return answer, err
		}
		if !pause(limit) {
			return answer, &ledger.Failure{Trouble: ledger.Behind, Detail: "no node shows the newest state that was proved already", Height: answer.Height}
		}
	}
}

// signed returns the signed bytes of an entry or a statement with their verified
// receipt; nil bytes when no node has its block any more. fresh says that it has
// just come, and that a node may not find it by its digest yet.
func (a *auditor) signed(ctx context.Context, digest casework.Digest, fresh bool) ([]byte, casework.Receipt, error) {
	limit, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		raw, r, err := a.from.Entry(ctx, digest)
		if err != nil || raw != nil || !fresh || !pause(limit) {
			return raw, r, err
		}
	}
}

// pause waits a moment; it is false when ctx has ended.
func pause(ctx context.Context) bool {
	t := time.NewTimer(again)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// key returns a counter's key as the ledger has it now.
func (a *auditor) key(ctx context.Context, id protocol.KeyID, least int64) (keyView, error) {
	a.mu.Lock()
	k, ok := a.keys[id]
	a.mu.Unlock()
	if ok && k.there {
		return k, nil
	}
	state, answer, err := record[protocol.KeyState](ctx, a, protocol.LedgerKey+string(id), least)
	if err != nil {
		return k, err
	}
	k = keyView{state, answer.Value != nil}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keys[id] = k
	return k, nil
}

// service returns the key of the authorization service, which the ledger was
// founded with.
func (a *auditor) service(ctx context.Context) (protocol.PublicKey, error) {
	a.mu.Lock()
	known := a.authority
	a.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	key, _, err := record[protocol.PublicKey](ctx, a, protocol.LedgerAuthority, 0)
	if err != nil {
		return key, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.authority = &key
	return key, nil
}

// unknown says that the ledger has nothing of that name.
func unknown(what string) error { return casework.Refuse(casework.WrongCase, what) }
