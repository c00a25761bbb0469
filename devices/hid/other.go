//go:build !linux

package hid

// Find finds nothing: kernel nodes are reached on Linux alone so far.
func Find(vendor uint16, products []uint16) ([]Node, error) { return nil, nil }

// Open opens nothing here.
func Open(n Node) (Device, error) { return nil, ErrUnsupported }
