package desk_test

import (
	"sync/atomic"
	"time"
)

// clock is a wall clock that a test sets while the desk reads it.
type clock struct{ ahead atomic.Int64 }

// set sets it so much ahead of the right time, or back.
func (c *clock) set(by time.Duration) { c.ahead.Store(int64(by)) }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }
