package counter_test

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
)

// line waits for a line of a log.
type line struct {
	with  string
	once  sync.Once
	there chan struct{}
}

// Write looks at a line.
func (l *line) Write(p []byte) (int, error) {
	if strings.Contains(string(p), l.with) {
		l.once.Do(func() { close(l.there) })
	}
	return len(p), nil
}

// TestADamagedCaseIsFoundWithoutBeingAskedForAndTheCounterGoesOn: a bit of a case's
// key is flipped while the counter is closed. It says so by itself, the other case
// has its content, and the next citizen is served.
func TestADamagedCaseIsFoundWithoutBeingAskedForAndTheCounterGoesOn(t *testing.T) {
	h := newHall(t)
	hurt := h.served()
	h.desk.Clear()
	whole := h.served()
	h.desk.Clear()
	h.must(h.counter.Close())
	key := filepath.Join(h.near.Dir, "journal", "keys", string(hurt)+".key")
	raw, err := os.ReadFile(key)
	h.must(err)
	raw[len(raw)/2] ^= 4
	h.must(os.WriteFile(key, raw, 0o600))

	said := &line{with: "a case is damaged\" case=" + string(hurt), there: make(chan struct{})}
	h.near.Log = slog.New(slog.NewTextHandler(io.MultiWriter(h.log, said), nil))
	h.near.Pace.Check = time.Nanosecond
	h.start()
	select {
	case <-said.there:
	case <-h.ctx.Done():
		t.Fatalf("the log does not name the case\n%s", h.log)
	}
	if strings.Contains(h.log.String(), "a case is damaged\" case="+string(whole)) {
		t.Error("the log names the whole case, too")
	}
	if _, err := h.counter.Journal.Content(h.ctx, hurt, 1); casework.KindOf(err) != casework.JournalDamaged {
		t.Errorf("the content: %v", err)
	}
	if _, err := h.counter.Journal.Content(h.ctx, whole, 1); err != nil {
		t.Error(err)
	}
	h.proved(h.served(), wholeCase()...)
}
