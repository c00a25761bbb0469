package hid

import (
	"context"
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// wire returns a hidraw over one end of a kernel socket that keeps the borders
// of messages, as a hidraw node does: poll, read, hang-up and interrupts are
// the kernel's. Feature requests need a real node.
func wire(t *testing.T) (*hidraw, int) {
	t.Helper()
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	d, err := newHidraw(ends[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d, ends[1]
}

func TestInputReportsArriveWholeAndInOrder(t *testing.T) {
	d, far := wire(t)
	defer unix.Close(far)
	for i := range 5 {
		unix.Write(far, []byte{0x34, byte(i), 7})
	}
	for i := range 5 {
		r, err := d.ReadInput(t.Context())
		if err != nil || len(r) != 3 || r[1] != byte(i) {
			t.Fatalf("report %d: %x, %v", i, r, err)
		}
	}
}

func TestACancelledReadReturnsAndTheNextOneStillReads(t *testing.T) {
	d, far := wire(t)
	defer unix.Close(far)
	for range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { _, err := d.ReadInput(ctx); done <- err }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		unix.Write(far, []byte{1, 2})
		if r, err := d.ReadInput(t.Context()); err != nil || len(r) != 2 {
			t.Fatalf("after a cancelled read: %x, %v", r, err)
		}
	}
}

func TestAnUnplugEndsAWaitingRead(t *testing.T) {
	d, far := wire(t)
	done := make(chan error, 1)
	go func() { _, err := d.ReadInput(t.Context()); done <- err }()
	unix.Close(far)
	if err := <-done; !errors.Is(err, ErrUnplugged) {
		t.Fatalf("got %v", err)
	}
}

func TestCloseEndsAWaitingReadAndMayBeRepeated(t *testing.T) {
	d, far := wire(t)
	defer unix.Close(far)
	done := make(chan error, 1)
	go func() { _, err := d.ReadInput(t.Context()); done <- err }()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, ErrClosed) {
		t.Fatalf("got %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.SetFeature([]byte{3}); !errors.Is(err, ErrClosed) {
		t.Fatalf("a closed device took a report: %v", err)
	}
}

func TestAReportThatTheNodeDoesNotTakeIsRefused(t *testing.T) {
	d, far := wire(t)
	defer unix.Close(far)
	if _, err := d.GetFeature(3, 5); !errors.Is(err, ErrRefused) {
		t.Fatalf("got %v", err)
	}
	if err := d.SetFeature(nil); !errors.Is(err, ErrRefused) {
		t.Fatalf("got %v", err)
	}
}

func TestANodeThatIsNotThereCannotBeOpened(t *testing.T) {
	if _, err := Open(Node{Path: "/dev/hidraw-none"}); !errors.Is(err, ErrUnplugged) {
		t.Fatalf("got %v", err)
	}
}
