// Package bell waits on a kernel node in a way that can be ended: by a context,
// or by whoever closes the node. It is below every driver that reads one.
//
// It uses poll and not the runtime's own poller, because poll reports an unplug
// as POLLHUP without POLLIN, which is how HID, video and input nodes say it. It
// knows no node and reads none.
package bell

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// Bell ends a wait from another goroutine. Its own methods are safe for that;
// Close is not, and comes when no wait is under way.
type Bell struct{ fd int }

// New returns a bell that is silent.
func New() (*Bell, error) {
	fd, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	return &Bell{fd: fd}, err
}

// Ring ends the wait under way, or the next one.
func (b *Bell) Ring() { unix.Write(b.fd, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

// calm takes a ring back.
func (b *Bell) calm() {
	var one [8]byte
	unix.Read(b.fd, one[:])
}

// During rings when ctx ends, until the function that it returns is called: that
// one takes the ring back, so that the next wait is undisturbed. Who rings for
// another reason leaves a flag first that every wait looks at, so that nothing is
// lost by that.
func (b *Bell) During(ctx context.Context) (over func()) {
	rung := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { b.Ring(); close(rung) })
	return func() {
		if !stop() {
			<-rung // or it would write to a descriptor that Close has given back
			b.calm()
		}
	}
}

// Forever is the longest wait.
const Forever time.Duration = -1

// Wait returns when fd has one of the events (POLLHUP, POLLERR and POLLNVAL are
// always among them), when the bell rings, or when the time has passed: with
// what fd has, 0 in the latter two cases.
func (b *Bell) Wait(fd int, events int16, most time.Duration) (got int16, rung bool, err error) {
	wait := -1
	if most >= 0 {
		wait = int((most + time.Millisecond - 1) / time.Millisecond)
	}
	set := []unix.PollFd{{Fd: int32(fd), Events: events}, {Fd: int32(b.fd), Events: unix.POLLIN}}
	_, err = Again(func() (int, error) { return unix.Poll(set, wait) })
	return set[0].Revents, set[1].Revents != 0, err
}

// Close gives the bell back.
func (b *Bell) Close() error { return unix.Close(b.fd) }

// Gone is what poll says of a node whose device is not there any more.
func Gone(got int16) bool {
	return got&unix.POLLIN == 0 && got&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0
}

// Again repeats a call that a signal interrupted: the runtime's preemption
// signal does so all the time.
func Again[T any](call func() (T, error)) (T, error) {
	for {
		v, err := call()
		if !errors.Is(err, unix.EINTR) {
			return v, err
		}
	}
}
