//go:build !linux || !(amd64 || arm64 || loong64 || riscv64)

package evdev

import "context"

// Find finds nothing: input nodes are Linux's.
func Find() ([]Node, error) { return nil, ErrUnsupported }

// Device is never there on this system.
type Device struct{}

// Open opens nothing here.
func Open(Node) (*Device, error) { return nil, ErrUnsupported }

// Grab takes nothing here.
func (*Device) Grab() error { return ErrUnsupported }

// Axis has none here.
func (*Device) Axis(uint16) (Axis, error) { return Axis{}, ErrUnsupported }

// Held has nothing here.
func (*Device) Held(...uint16) ([]bool, error) { return nil, ErrUnsupported }

// Read reads nothing here.
func (*Device) Read(context.Context) (Frame, error) { return Frame{}, ErrUnsupported }

// Close has nothing to close.
func (*Device) Close() error { return nil }
