//go:build !linux

package journal

func setLimit() {}
