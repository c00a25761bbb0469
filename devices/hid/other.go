//go:build !linux && !windows

package hid

import "context"

// Find finds nothing: devices are reached on Linux and Windows so far.
func Find(vendor uint16, products []uint16) ([]Node, error) { return nil, nil }

// Open opens nothing here.
func Open(n Node) (Device, error) { return nil, ErrUnsupported }

// Watch cannot tell here when devices come or go: ErrUnsupported.
func Watch(ctx context.Context) (<-chan struct{}, error) { return nil, ErrUnsupported }
