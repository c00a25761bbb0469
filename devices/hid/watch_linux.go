package hid

import (
	"bytes"
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"counterfoil/devices/bell"
)

// Watch tells when devices came or went: a value on the channel means that what
// Find and its like return may have changed. It listens to the kernel and not
// to udev, so it needs no daemon; because udev sets permissions after the kernel
// speaks, the value arrives settleTime after the event. Many events are one
// value. The channel is closed when ctx ends, or when the kernel ends it.
//
// Subsystems that count: hidraw, usb (devices, not interfaces), video4linux and
// input.
func Watch(ctx context.Context) (<-chan struct{}, error) {
	const kernelGroup = 1 // 2 is udev's, in a format of its own
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: kernelGroup}); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return watch(ctx, fd, settleTime)
}

// settleTime is how long udev is given to set a node's permissions.
const settleTime = 300 * time.Millisecond

// watch reads uevents from fd, which it owns.
func watch(ctx context.Context, fd int, settle time.Duration) (<-chan struct{}, error) {
	b, err := bell.New()
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	events, changed := make(chan struct{}, 1), make(chan struct{}, 1)
	over := b.During(ctx)
	go func() {
		uevents(fd, b, events)
		close(events)
		unix.Close(fd)
		over()
		b.Close()
	}()
	go settled(ctx, events, changed, settle)
	return changed, nil
}

// uevents puts a value into events, at most one waiting, for each message that
// counts, until the bell rings or the socket fails.
func uevents(fd int, b *bell.Bell, events chan<- struct{}) {
	buf := make([]byte, 16<<10) // the kernel's are at most 2 KiB and some
	for {
		n, from, err := receive(fd, buf)
		switch {
		case errors.Is(err, unix.EAGAIN):
			if _, rung, err := b.Wait(fd, unix.POLLIN, bell.Forever); err != nil || rung {
				return
			}
			continue
		case errors.Is(err, unix.ENOBUFS): // events were lost: anything may have changed
		case err != nil || n == 0:
			return
		case !kernels(from) || !counts(buf[:n]):
			continue
		}
		select {
		case events <- struct{}{}:
		default:
		}
	}
}

func receive(fd int, buf []byte) (int, unix.Sockaddr, error) {
	var from unix.Sockaddr
	n, err := bell.Again(func() (n int, err error) {
		n, from, err = unix.Recvfrom(fd, buf, 0)
		return n, err
	})
	return n, from, err
}

// kernels reports whether the kernel sent a message: any program may send to
// the group, but not from port 0.
func kernels(from unix.Sockaddr) bool {
	netlink, ok := from.(*unix.SockaddrNetlink)
	return !ok || netlink.Pid == 0
}

// counts reads a uevent, "ACTION@DEVPATH" and KEY=VALUE lines that end in NUL:
// whether it is a device that came or went and that somebody here looks for.
func counts(message []byte) bool {
	var came, ours, part bool
	for _, line := range bytes.Split(message, []byte{0}) {
		switch string(line) {
		case "ACTION=add", "ACTION=remove":
			came = true
		case "SUBSYSTEM=hidraw", "SUBSYSTEM=usb", "SUBSYSTEM=video4linux", "SUBSYSTEM=input":
			ours = true
		case "DEVTYPE=usb_interface":
			part = true
		}
	}
	return came && ours && !part
}

// settled hands each event on after the time that it needs to settle. An event
// during that time gets its own after it, so none is told too early and a storm
// of them does not put the news off.
func settled(ctx context.Context, events <-chan struct{}, changed chan<- struct{}, settle time.Duration) {
	defer close(changed)
	for range events {
		timer := time.NewTimer(settle)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		select {
		case changed <- struct{}{}:
		default: // it is still to be looked at, and will find this too
		}
	}
}
