//go:build !linux || !(amd64 || arm64 || loong64 || riscv64)

package v4l2

import (
	"context"
	"time"
)

// Device is an open camera. On this system there is none.
type Device struct{}

// Find finds nothing: this system has no way to attached cameras yet.
func Find() ([]Node, error) { return nil, ErrUnsupported }

// Open refuses with ErrUnsupported.
func Open(string) (*Device, error) { return nil, ErrUnsupported }

// Name is empty.
func (*Device) Name() string { return "" }

// Bus is empty.
func (*Device) Bus() string { return "" }

// Modes refuses with ErrUnsupported.
func (*Device) Modes() ([]Mode, error) { return nil, ErrUnsupported }

// Agree refuses with ErrUnsupported.
func (*Device) Agree(Mode) (Layout, error) { return Layout{}, ErrUnsupported }

// Start refuses with ErrUnsupported.
func (*Device) Start(int) error { return ErrUnsupported }

// Stop refuses with ErrUnsupported.
func (*Device) Stop() error { return ErrUnsupported }

// Skip refuses with ErrUnsupported.
func (*Device) Skip() error { return ErrUnsupported }

// Next refuses with ErrUnsupported.
func (*Device) Next(context.Context, time.Duration, []byte) (Frame, error) {
	return Frame{}, ErrUnsupported
}

// Controls refuses with ErrUnsupported.
func (*Device) Controls() ([]Control, error) { return nil, ErrUnsupported }

// Value refuses with ErrUnsupported.
func (*Device) Value(ControlID) (int32, error) { return 0, ErrUnsupported }

// Set refuses with ErrUnsupported.
func (*Device) Set(ControlID, int32) error { return ErrUnsupported }

// Close does nothing.
func (*Device) Close() error { return nil }
