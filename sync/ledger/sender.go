package ledger

import (
	"context"
	"encoding/base64"
	"sync"

	"counterfoil/app/casework"
)

// A request holds at most so many bytes of transactions, written as base64; our
// node takes a body of twice that.
const maxBatch = 64 << 10

// maxFlights bounds the requests with transactions that are under way to a node.
// The first entries leave at once and alone; those that come while so many are
// under way go together in the next one.
const maxFlights = 4

// sender hands the transactions of many callers to one node in few requests. Those
// of one case keep their order: they go in one request, or the later ones wait
// until the request with the earlier ones is answered.
type sender struct {
	mu      sync.Mutex
	waiting []letter
	flights int
	flying  map[casework.CaseID]bool
}

// letter is one transaction on its way. Nobody waits for it once gone is closed.
type letter struct {
	raw    []byte
	id     casework.CaseID // empty: in no order
	queued func()          // told when it stands in the line
	gone   <-chan struct{}
	answer chan answered
}

type answered struct {
	answer answer
	err    error
}

// send returns the node's answer to one broadcast. An error is a *Failure, or
// ctx's.
func (n *node) send(ctx context.Context, l letter) (answer, error) {
	l.gone, l.answer = ctx.Done(), make(chan answered, 1)
	n.sender.mu.Lock()
	n.sender.waiting = append(n.sender.waiting, l)
	if n.sender.flights < maxFlights {
		n.sender.flights++
		go n.fly()
	}
	n.sender.mu.Unlock()
	l.queued()
	select {
	case a := <-l.answer:
		return a.answer, a.err
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
}

// fly sends what waits until nothing does. It ends with no caller's context:
// what one caller gives up others may still want.
func (n *node) fly() {
	var letters []letter
	for {
		if letters = n.sender.take(letters); letters == nil {
			return
		}
		answers, err := n.deliver(letters)
		for i, l := range letters {
			a := answered{err: err}
			if err == nil {
				a.answer = answers[i]
			}
			l.answer <- a
		}
	}
}

func (n *node) deliver(letters []letter) ([]answer, error) {
	const method = "broadcast_tx_sync"
	ctx := context.Background() // bounded by Options.Request
	params := make([]map[string]any, len(letters))
	for i, l := range letters {
		params[i] = map[string]any{"tx": l.raw}
	}
	if len(params) > 1 {
		return n.rpc.batch(ctx, method, params)
	}
	var a answer
	err := n.rpc.post(ctx, newRequest(1, method, params[0]), &a, func() bool { return a.Error != nil })
	return []answer{a}, err
}

// take returns the letters of the next request, or nil and ends the flight. done
// are those of the flight's last one.
func (s *sender) take(done []letter) []letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range done {
		delete(s.flying, l.id)
	}
	var letters, later []letter
	room := maxBatch
	for _, l := range s.waiting {
		select {
		case <-l.gone:
			continue
		default:
		}
		size := base64.StdEncoding.EncodedLen(len(l.raw)) + 100 // the call around it
		switch {
		case s.flying[l.id]:
			later = append(later, l)
		case len(letters) > 0 && size > room:
			later, room = append(later, l), 0 // nor those behind it, which may be of its case
		default:
			letters, room = append(letters, l), room-size
		}
	}
	s.waiting = later
	for _, l := range letters {
		if l.id != "" {
			s.flying[l.id] = true
		}
	}
	if letters == nil {
		s.flights--
	}
	return letters
}
