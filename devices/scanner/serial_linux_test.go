package scanner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// line returns the far end of a terminal pair of the kernel, and a Serial at the
// near one.
func line(t *testing.T) (*os.File, *Serial) {
	t.Helper()
	far, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal("no terminal pairs here: ", err)
	}
	t.Cleanup(func() { far.Close() })
	fd := int(far.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	opts := DefaultSerialOpts()
	opts.Port = fmt.Sprintf("/dev/pts/%d", n)
	s, err := Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return far, s
}

func TestScansComeOverASerialLine(t *testing.T) {
	far, s := line(t)
	far.WriteString("12345678\r\n\x02ABC\x03]Q1x\n")
	for _, want := range []string{"12345678", "\x02ABC", "]Q1x"} {
		if got, err := s.Read(t.Context()); got != want || err != nil {
			t.Fatalf("got %q %v, want %q", got, err, want)
		}
	}
	far.WriteString("1234") // and the rest never comes
	if _, err := s.Read(t.Context()); !errors.Is(err, ErrSpoilt) {
		t.Fatalf("half a scan: %v", err)
	}
	far.WriteString("87654321\r")
	if got, err := s.Read(t.Context()); got != "87654321" || err != nil {
		t.Fatalf("after it: %q %v", got, err)
	}
}

func TestAReadEndsWithItsContextAndWithTheDevice(t *testing.T) {
	far, s := line(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := s.Read(context.Background())
		ended <- err
	}()
	far.Close()
	if err := <-ended; !errors.Is(err, ErrUnplugged) {
		t.Fatalf("unplugged: %v", err)
	}
	if _, err := Open(SerialOpts{Port: "/dev/pts/nothing", Baud: 9600}); !errors.Is(err, ErrUnplugged) {
		t.Fatalf("no such port: %v", err)
	}
}

func TestACloseEndsARead(t *testing.T) {
	_, s := line(t)
	ended := make(chan error, 1)
	go func() {
		_, err := s.Read(context.Background())
		ended <- err
	}()
	s.Close()
	if err := <-ended; !errors.Is(err, ErrUnplugged) {
		t.Fatalf("got %v", err)
	}
}

func TestAFloodIsBoundedAndSpoilt(t *testing.T) {
	var l lines
	for i := range 1000 {
		l.take(make([]byte, 100), time.Duration(i)*time.Millisecond)
	}
	if len(l.held) > longestText {
		t.Fatalf("%d bytes held", len(l.held))
	}
	l.take([]byte("\r12345678\r"), time.Second)
	if _, ok, err := l.next(); !ok || !errors.Is(err, ErrSpoilt) {
		t.Fatalf("the flood: %v %v", ok, err)
	}
	if text, ok, err := l.next(); text != "12345678" || !ok || err != nil {
		t.Fatalf("after it: %q %v %v", text, ok, err)
	}
}
