package desk_test

import (
	"context"
	"errors"
	"strings"
	"sync"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/devices/scanner"
)

// gun is a scanner on a line of its own.
type gun struct {
	mu      sync.Mutex
	plugged bool
	gone    chan struct{} // closed when it is unplugged
	scans   chan string
}

func newGun() *gun {
	return &gun{plugged: true, gone: make(chan struct{}), scans: make(chan string, 8)}
}

// pull scans; "half" is a scan that came in only partly.
func (g *gun) pull(text string) { g.scans <- text }

func (g *gun) plug(in bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.plugged = in; in {
		g.gone = make(chan struct{})
	} else {
		close(g.gone)
	}
}

func (g *gun) open(context.Context) (desk.Scanner, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.plugged {
		return nil, casework.Refuse(casework.ScannerMissing, "no scanner")
	}
	return barrel{g, g.gone}, nil
}

// barrel is a gun from its plugging in to its unplugging.
type barrel struct {
	gun  *gun
	gone chan struct{}
}

func (b barrel) Name() string { return "gun" }
func (b barrel) Close() error { return nil }

func (b barrel) Read(ctx context.Context) (string, error) {
	select {
	case text := <-b.gun.scans:
		if text == "half" {
			return "", casework.Refuse(casework.ScanSpoilt, "")
		}
		return text, nil
	case <-b.gone:
		return "", errors.New("it is gone")
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// ours takes the code from what was scanned, as the counter does.
func ours(text string) (string, error) {
	return scanner.CodeIn(strings.ReplaceAll(text, "^", "\x1d"), "https://phone.example/")
}
