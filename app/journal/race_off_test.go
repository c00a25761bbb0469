//go:build !race

package journal

const (
	defaultCuts  = 1500
	defaultFlips = 1500
)
