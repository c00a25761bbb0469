package phone

import (
	"net/http"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// troubles keeps a phone, or somebody who plays one, from filling the log.
type troubles struct {
	mu    sync.Mutex
	last  time.Time
	quiet int // since then, not logged
}

const (
	troublePace = 10 * time.Second // at least between two lines of the log
	troubleLine = 10_000           // no file of the page is longer
)

// trouble takes in that the page's script failed on a phone. What is logged is a
// name of our own files and a number, never a word of the caller's.
func (h *handler) trouble(_ http.ResponseWriter, r *http.Request) (any, error) {
	var at protocol.PageTrouble
	if err := read(r, &at); err != nil {
		return nil, err
	}
	if _, ours := h.assets[at.File]; at.File != "" && !ours || at.Line < 0 || at.Line > troubleLine {
		return nil, casework.Refuse(casework.Malformed, "no place of the page")
	}
	t := &h.troubles
	t.mu.Lock()
	defer t.mu.Unlock()
	if now := h.Now(); now.Sub(t.last) >= troublePace {
		h.Log.Error("the page's script failed on a phone", "file", at.File, "line", at.Line, "others", t.quiet)
		t.last, t.quiet = now, 0
		return nil, nil
	}
	t.quiet++
	return nil, nil
}
