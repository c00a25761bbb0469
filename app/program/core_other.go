//go:build !linux

package program

// leaveNoCore has nothing to do: Go itself tells Windows to show and keep no report
// of a crash (SetErrorMode), unless an administrator asked for dumps of programs.
func leaveNoCore() error { return nil }
