//go:build race

package journal

// The race detector makes a power cut five times as dear and, there being one
// goroutine, finds nothing in it: fewer are tried.
const defaultCuts = 500
