//go:build !linux

package hid

import "context"

// Find finds nothing: kernel nodes are reached on Linux alone so far.
func Find(vendor uint16, products []uint16) ([]Node, error) { return nil, nil }

// Open opens nothing here.
func Open(n Node) (Device, error) { return nil, ErrUnsupported }

// Watch cannot tell here when devices come or go: ErrUnsupported.
func Watch(ctx context.Context) (<-chan struct{}, error) { return nil, ErrUnsupported }
