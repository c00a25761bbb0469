//go:build amd64 || arm64 || loong64 || riscv64

package evdev

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// node is the near end of a kernel socket whose far end plays an input node.
type node struct {
	*Device
	far    int
	grabs  atomic.Int32
	taken  atomic.Bool // by another program
	answer func(request uintptr, b []byte) error
}

func newNode(t *testing.T) *node {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{far: fds[1]}
	n.answer = func(uintptr, []byte) error { return nil }
	n.Device, err = Over(fds[0], Calls{
		Ioctl: func(_ int, request uintptr, b []byte) error { return n.answer(request, b) },
		Set: func(int, uintptr, int) error {
			if n.taken.Load() {
				return unix.EBUSY
			}
			n.grabs.Add(1)
			return nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

func TestFramesAreReadAsTheyCome(t *testing.T) {
	n := newNode(t)
	go unix.Write(n.far, slices.Concat(raw(time.Second, TypeKey, 30, 1), raw(time.Second, TypeSync, syncReport, 0), raw(2*time.Second, TypeKey, 30, 0), raw(2*time.Second, TypeSync, syncReport, 0)))
	for _, want := range []time.Duration{time.Second, 2 * time.Second} {
		f, err := n.Read(t.Context())
		if err != nil || f.At != want || len(f.Events) != 1 {
			t.Fatalf("%+v %v", f, err)
		}
	}
}

func TestAReadEndsWithItsContextWithCloseAndWithTheDevice(t *testing.T) {
	n := newNode(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := n.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("with its context: %v", err)
	}
	unix.Close(n.far)
	if _, err := n.Read(t.Context()); !errors.Is(err, ErrUnplugged) {
		t.Errorf("with the device: %v", err)
	}
	n = newNode(t)
	ended := make(chan error, 1)
	go func() { _, err := n.Read(context.Background()); ended <- err }()
	n.Close()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("with Close: %v", err)
	}
	if err := n.Grab(); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	n.Close()
}

func TestADeviceIsTakenForOneProgram(t *testing.T) {
	n := newNode(t)
	if err := n.Grab(); err != nil || n.grabs.Load() != 1 {
		t.Errorf("%v", err)
	}
	n.taken.Store(true)
	if err := n.Grab(); !errors.Is(err, ErrBusy) {
		t.Errorf("another program has it: %v", err)
	}
}

func TestRangesAndHeldKeysAreAsked(t *testing.T) {
	n := newNode(t)
	n.answer = func(request uintptr, b []byte) error {
		switch request & 0xFF {
		case 0x40 + 24:
			for i, v := range []uint32{7, 0, 2047, 0, 0, 100} {
				binary.NativeEndian.PutUint32(b[4*i:], v)
			}
		case 0x18:
			b[0x14a/8] |= 1 << (0x14a % 8)
		default:
			return unix.EINVAL
		}
		return nil
	}
	a, err := n.Axis(24)
	if err != nil || a != (Axis{Value: 7, Min: 0, Max: 2047, Resolution: 100}) {
		t.Errorf("%+v %v", a, err)
	}
	if _, err := n.Axis(5); !errors.Is(err, unix.EINVAL) {
		t.Errorf("an axis that it does not have: %v", err)
	}
	held, err := n.Held(0x14a, 30, 0xFFFF)
	if err != nil || !slices.Equal(held, []bool{true, false, false}) {
		t.Errorf("%v %v", held, err)
	}
}

func TestANodeThatIsNotThereAndOneThatIsNotOurs(t *testing.T) {
	if _, err := Open(Node{Path: filepath.Join(t.TempDir(), "event0")}); !errors.Is(err, ErrUnplugged) {
		t.Errorf("%v", err)
	}
	denied := &AccessError{Path: "/dev/input/event3", Rule: rule(Node{Vendor: 0xc2e, Product: 0xb61, Kind: Keyboard})}
	if !errors.Is(denied, ErrNoAccess) {
		t.Error("it is no ErrNoAccess")
	}
	text, err := os.ReadFile("../../packaging/60-counterfoil.rules")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []Kind{Pen, Touch} {
		if line := rule(Node{Kind: kind}); !slices.Contains(strings.Split(string(text), "\n"), line) {
			t.Errorf("the rules that come along lack %s", line)
		}
	}
}
