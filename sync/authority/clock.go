package authority

import (
	"net/http"
	"sync"
	"time"

	"counterfoil/app/casework"
)

// clock is what the centre's answers say of this counter's clock. Only an answer
// over the pinned line counts: nobody in between can move it.
type clock struct {
	mu     sync.Mutex
	at     time.Time // of the counter's clock, when the last answer came
	offset time.Duration
	known  bool
}

// Limits of what an answer's Date header says (RFC 9110, 6.6.1): it has whole
// seconds, and is stale when nobody has answered for long.
const (
	clockStale = 10 * time.Minute
	mostBack   = time.Second // of a round trip: a poll's answer was not on its way meanwhile
)

// note keeps what the header of an answer says, which was asked for at asked and
// came at came. The far end's second is on average half over.
func (c *clock) note(h http.Header, asked, came time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	sent := came.Add(-min(max(came.Sub(asked), 0)/2, mostBack)).Round(0)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.offset, c.known = came.Round(0), sent.Sub(date.Add(time.Second/2)), true
}

// Clock says how this counter's clock stands to the centre's, to a second or two. It
// is not known before the first answer, nor ten minutes after the last: a clock
// that was set meanwhile must not be judged by what was.
func (c *Client) Clock() casework.Clock {
	k := &c.clock
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.known || c.o.Now().Round(0).Sub(k.at).Abs() > clockStale {
		return casework.Clock{}
	}
	return casework.Clock{Known: true, Offset: k.offset}
}
