//go:build vm

package devicevm_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"counterfoil/devices/hid"
)

// silent plugs in a pad that answers nothing any more once it is open.
func silent(t *testing.T) (*usbPad, hid.Device) {
	t.Helper()
	m := watched(t)
	far := plugUSB(t, newPad(true), true)
	n := m.one("hidraw")
	d, err := hid.Open(hid.Node{Path: usbPath(t), Transport: "usbfs", Vendor: n.Vendor, Product: n.Product})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	far.silence()
	return far, d
}

func TestARequestThatIsNeverAnsweredEndsByItself(t *testing.T) {
	_, d := silent(t)
	if _, err := d.GetFeature(0x03, 5); !errors.Is(err, hid.ErrRefused) {
		t.Fatalf("got %v", err)
	}
}

func TestCloseEndsARequestUnderWay(t *testing.T) {
	far, d := silent(t)
	done := make(chan error, 1)
	go func() { _, err := d.GetFeature(0x03, 5); done <- err }()
	<-far.asked
	began := time.Now()
	d.Close()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if err := <-done; !errors.Is(err, hid.ErrClosed) {
		t.Fatalf("got %v", err)
	}
}

func TestAnUnplugEndsARequestUnderWay(t *testing.T) {
	far, d := silent(t)
	done := make(chan error, 1)
	go func() { done <- d.SetFeature([]byte{0x20, 0}) }()
	<-far.asked
	far.unplug()
	if err := <-done; !errors.Is(err, hid.ErrUnplugged) {
		t.Fatalf("got %v", err)
	}
}

func TestAContextEndsABulkWriteUnderWay(t *testing.T) {
	far, d := silent(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.(hid.BulkWriter).WriteBulk(ctx, make([]byte, 100_000)) }()
	<-far.asked
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

// silence makes the pad leave transfers unanswered, but for its input reports.
func (u *usbPad) silence() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.silent = true
}

// ignores leaves a transfer unanswered where the pad is silent, and tells asked.
func (u *usbPad) ignores(seq uint32) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.silent {
		u.left = append(u.left, seq)
		select {
		case u.asked <- struct{}{}:
		default:
		}
	}
	return u.silent
}
