package bell_test

import (
	"context"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"counterfoil/devices/bell"
)

// pair returns two ends of a kernel socket and a bell.
func pair(t *testing.T) (near, far int, b *bell.Bell) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = bell.New(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fds[0]); b.Close() })
	return fds[0], fds[1], b
}

func TestAWaitEndsByWhatComesFirst(t *testing.T) {
	near, far, b := pair(t)
	defer unix.Close(far)
	if got, rung, err := b.Wait(near, unix.POLLIN, 0); got != 0 || rung || err != nil {
		t.Errorf("nothing came, and yet: %d %v %v", got, rung, err)
	}
	b.Ring()
	if got, rung, err := b.Wait(near, unix.POLLIN, bell.Forever); got != 0 || !rung || err != nil {
		t.Errorf("a ring: %d %v %v", got, rung, err)
	}
	unix.Write(far, []byte{1})
	if got, _, err := b.Wait(near, unix.POLLIN, bell.Forever); got != unix.POLLIN || err != nil {
		t.Errorf("a byte: %d %v", got, err)
	}
}

func TestTheEndOfAContextRingsOnceAndIsTakenBack(t *testing.T) {
	near, far, b := pair(t)
	defer unix.Close(far)
	ctx, cancel := context.WithCancel(t.Context())
	over := b.During(ctx)
	cancel()
	if _, rung, err := b.Wait(near, unix.POLLIN, bell.Forever); !rung || err != nil {
		t.Fatalf("%v %v", rung, err)
	}
	over()
	if _, rung, _ := b.Wait(near, unix.POLLIN, 0); rung {
		t.Error("it rings on")
	}
	over = b.During(t.Context())
	over()
	if _, rung, _ := b.Wait(near, unix.POLLIN, time.Millisecond); rung {
		t.Error("a context that goes on rang")
	}
}

func TestAFarEndThatIsGoneIsToldFromOneThatLeftSomething(t *testing.T) {
	near, far, b := pair(t)
	unix.Write(far, []byte{1})
	unix.Close(far)
	got, _, err := b.Wait(near, unix.POLLIN, bell.Forever)
	if err != nil || bell.Gone(got) {
		t.Fatalf("what it left is lost: %d %v", got, err)
	}
	if !bell.Gone(unix.POLLHUP) || !bell.Gone(unix.POLLERR) || !bell.Gone(unix.POLLNVAL) || bell.Gone(0) {
		t.Error("the end is not told")
	}
}
