package ledger

import (
	"context"
	"encoding/base64"
	"sync"
)

// A request holds at most so many bytes of transactions, written as base64; our
// node takes a body of twice that.
const maxBatch = 64 << 10

// maxFlights bounds the requests with transactions that are under way to a node.
// The first entries leave at once and alone; those that come while so many are
// under way go together in the next one.
const maxFlights = 4

// sender hands the transactions of many callers to one node in few requests.
type sender struct {
	mu      sync.Mutex
	waiting []letter
	flights int
}

// letter is one transaction on its way. Nobody waits for it once gone is closed.
type letter struct {
	raw    []byte
	gone   <-chan struct{}
	answer chan answered
}

type answered struct {
	answer answer
	err    error
}

// send returns the node's answer to one broadcast. An error is a *Failure, or
// ctx's.
func (n *node) send(ctx context.Context, raw []byte) (answer, error) {
	l := letter{raw, ctx.Done(), make(chan answered, 1)}
	n.sender.mu.Lock()
	n.sender.waiting = append(n.sender.waiting, l)
	if n.sender.flights < maxFlights {
		n.sender.flights++
		go n.fly()
	}
	n.sender.mu.Unlock()
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
	for {
		letters := n.sender.take()
		if letters == nil {
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

// take returns the letters of the next request, or nil and ends the flight.
func (s *sender) take() []letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	var letters []letter
	size := 0
	for len(s.waiting) > 0 {
		l := s.waiting[0]
		size += base64.StdEncoding.EncodedLen(len(l.raw)) + 100 // the call around it
		if len(letters) > 0 && size > maxBatch {
			break
		}
		s.waiting = s.waiting[1:]
		select {
		case <-l.gone:
		default:
			letters = append(letters, l)
		}
	}
	if letters == nil {
		s.flights--
	}
	return letters
}
