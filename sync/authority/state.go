package authority

import (
	"sync"
	"time"

	"counterfoil/app/casework"
)

// State says how the centre answered last, for the status line.
type State struct {
	Asked  bool                 // false: nobody called yet
	Good   bool                 // it answers; also a refusal is an answer
	Reason casework.RefusalKind // why it is not good
	Since  time.Time            // since when it has been so
}

type state struct {
	mu  sync.Mutex
	now State
}

// State returns how the centre answered last.
func (c *Client) State() State {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.state.now
}

func (s *state) note(at time.Time, err error) {
	next := State{Asked: true, Good: true, Since: at}
	switch kind := casework.KindOf(err); kind {
	case casework.CentreUnreachable, casework.CentreFailing, casework.CentreGarbled, casework.CounterNotEnrolled, casework.KeyUnknown, casework.TokenGone:
		next.Good, next.Reason = false, kind
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now.Asked && s.now.Good == next.Good && s.now.Reason == next.Reason {
		return
	}
	s.now = next
}
