package scanner

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.bug.st/serial"
)

// SerialOpts are the options of a Serial. Start from DefaultSerialOpts.
type SerialOpts struct {
	Port string // "/dev/ttyACM0", "COM3"
	Baud int
}

// DefaultSerialOpts are what scanners leave the factory with: 9600 8N1. One on
// USB takes any rate.
func DefaultSerialOpts() SerialOpts { return SerialOpts{Baud: 9600} }

// look is how long a read waits before it looks whether it is to end.
const look = 50 * time.Millisecond

// Serial is a scanner on a serial line.
type Serial struct {
	port    serial.Port
	began   time.Time
	reading sync.Mutex
	lines   lines
}

// Open opens the scanner at a port: ErrUnplugged where there is none,
// ErrNoAccess where this user may not (on Linux: who is not in the group of the
// node, dialout as a rule).
func Open(opts SerialOpts) (*Serial, error) {
	port, err := serial.Open(opts.Port, &serial.Mode{BaudRate: opts.Baud})
	if err != nil {
		return nil, cause(err)
	}
	if err := port.SetReadTimeout(look); err != nil {
		port.Close()
		return nil, cause(err)
	}
	return &Serial{port: port, began: time.Now()}, nil
}

func cause(err error) error {
	var e *serial.PortError
	if errors.As(err, &e) && e.Code() == serial.PermissionDenied {
		return ErrNoAccess
	}
	return ErrUnplugged
}

// Read waits for the next scan, without its end of line; Classify tells what it
// is. ErrSpoilt says that one was no good and the next may be; after ErrUnplugged
// nothing comes any more. It returns ctx's error within 50 ms of its end; no
// byte is lost by that.
func (s *Serial) Read(ctx context.Context) (string, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	b := make([]byte, 256)
	for {
		if text, ok, err := s.lines.next(); ok {
			return text, err
		}
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := s.port.Read(b)
		if err != nil {
			return "", ErrUnplugged
		}
		if now := time.Since(s.began); n > 0 {
			s.lines.take(b[:n], now)
		} else {
			s.lines.pass(now)
		}
	}
}

// Close ends a Read under way and gives the line back.
func (s *Serial) Close() error { return s.port.Close() }
