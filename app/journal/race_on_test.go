//go:build race

package journal

// The race detector makes a power cut five times as dear and, there being one
// goroutine, finds nothing in it: fewer are tried, and so it is with flipped bits.
const (
	defaultCuts  = 500
	defaultFlips = 300
)
