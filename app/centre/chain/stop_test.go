package chain

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
)

func TestANodeMayBeStoppedWhileOthersHandOver(t *testing.T) {
	c := newCity(time.Now())
	o := c.options(t.TempDir())
	n := startNode(t, o)
	for _, raw := range c.founding(t) {
		submit(t, n, raw)
	}
	heights := map[string]int64{}
	for range 3 {
		var wait sync.WaitGroup
		var mu sync.Mutex
		first := make(chan struct{}, 8)
		for range 4 {
			wait.Go(func() {
				for {
					raw := c.history(t).write(casework.Opened)
					_, height, err := n.Submit(context.Background(), raw)
					if err != nil {
						if !errors.Is(err, ErrStopped) {
							t.Errorf("submit: %v", err)
						}
						return
					}
					mu.Lock()
					heights[string(raw)] = height
					mu.Unlock()
					select {
					case first <- struct{}{}:
					default:
					}
				}
			})
		}
		for range cap(first) {
			<-first
		}
		if err := n.Stop(); err != nil {
			t.Fatalf("stop: %v", err)
		}
		wait.Wait()
		n = startNode(t, o)
		for raw, height := range heights {
			if got := submit(t, n, []byte(raw)); got != height {
				t.Fatalf("what stood at %d stands at %d", height, got)
			}
		}
	}
}
