//go:build vm

package devicevm_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/softpad"
)

const vhci = "/sys/devices/platform/vhci_hcd.0/"

// Commands of USB/IP, Documentation/usb/usbip_protocol.rst; headers are 48 bytes,
// big endian.
const (
	cmdUnlink = 2
	retSubmit = 3
	retUnlink = 4
	headerLen = 48
)

// usbPad is a software pad as a USB device behind the kernel's virtual host
// controller.
type usbPad struct {
	port  string
	wire  *os.File
	link  hid.Device
	bulk  bool
	once  sync.Once
	done  sync.WaitGroup
	write sync.Mutex

	mu      sync.Mutex
	waiting []uint32 // interrupt transfers without a report
	reports [][]byte // without a transfer
	silent  bool     // to control and bulk transfers
	left    []uint32 // those that were not answered
	asked   chan struct{}
}

func plugUSB(t *testing.T, pad *softpad.Pad, bulk bool) *usbPad {
	t.Helper()
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	unix.SetNonblock(ends[0], true) // ours alone
	u := &usbPad{port: freePort(t), wire: os.NewFile(uintptr(ends[0]), "usbip"), link: pad.Link(), bulk: bulk, asked: make(chan struct{}, 1)}
	const device, highSpeed = 1<<16 | 2, 3
	attach := fmt.Sprintf("%s %d %d %d", u.port, ends[1], device, highSpeed)
	if err := os.WriteFile(vhci+"attach", []byte(attach), 0); err != nil {
		t.Fatal(err)
	}
	unix.Close(ends[1])
	u.done.Add(2)
	go func() { defer u.done.Done(); u.serve() }()
	go func() { defer u.done.Done(); paced(u.link, u.input) }()
	t.Cleanup(u.unplug)
	return u
}

// freePort finds a high-speed port that is not used; one that was detached takes
// a while to be free again.
func freePort(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(vhci + "status")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		const free = "004"
		if f := strings.Fields(line); len(f) > 2 && f[0] == "hs" && f[2] == free {
			return strings.TrimLeft(f[1][:3], "0") + f[1][3:]
		}
	}
	t.Fatalf("no free port:\n%s", text)
	return ""
}

func (u *usbPad) unplug() {
	u.once.Do(func() {
		os.WriteFile(vhci+"detach", []byte(u.port), 0)
		u.link.Close()
		u.wire.Close()
	})
	u.done.Wait()
}

func (u *usbPad) input(report []byte) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.reports = append(u.reports, report)
	return u.pump()
}

func (u *usbPad) pump() error {
	for len(u.waiting) > 0 && len(u.reports) > 0 {
		seq, r := u.waiting[0], u.reports[0]
		u.waiting, u.reports = u.waiting[1:], u.reports[1:]
		if err := u.answer(retSubmit, seq, 0, len(r), r); err != nil {
			return err
		}
	}
	return nil
}

func (u *usbPad) answer(command, seq uint32, errno unix.Errno, moved int, data []byte) error {
	h := make([]byte, headerLen, headerLen+len(data))
	be := binary.BigEndian
	be.PutUint32(h[0:], command)
	be.PutUint32(h[4:], seq)
	be.PutUint32(h[20:], uint32(-int32(errno)))
	be.PutUint32(h[24:], uint32(moved))
	u.write.Lock()
	defer u.write.Unlock()
	_, err := u.wire.Write(append(h, data...))
	return err
}

// serve answers the host controller until the device is gone. A pad that goes in
// the middle of a transfer is detached without an answer to it.
func (u *usbPad) serve() {
	be := binary.BigEndian
	h := make([]byte, headerLen)
	for {
		if _, err := io.ReadFull(u.wire, h); err != nil {
			return
		}
		seq, toHost, endpoint := be.Uint32(h[4:]), be.Uint32(h[12:]) == 1, be.Uint32(h[16:])
		if be.Uint32(h) == cmdUnlink {
			u.unlink(seq, be.Uint32(h[20:]))
			continue
		}
		data := make([]byte, be.Uint32(h[24:]))
		if !toHost {
			if _, err := io.ReadFull(u.wire, data); err != nil {
				return
			}
		}
		if endpoint != inEndpoint && u.ignores(seq) {
			continue
		}
		var err error
		switch endpoint {
		case 0:
			data, err = u.control([8]byte(h[40:48]), data)
		case inEndpoint:
			u.mu.Lock()
			u.waiting = append(u.waiting, seq)
			u.pump()
			u.mu.Unlock()
			continue
		default:
			err = u.link.(hid.BulkWriter).WriteBulk(context.Background(), data)
		}
		switch {
		case errors.Is(err, hid.ErrUnplugged), errors.Is(err, hid.ErrClosed):
			go u.unplug() // it waits for this goroutine
			return
		case err != nil:
			u.answer(retSubmit, seq, unix.EPIPE, 0, nil)
		case toHost:
			u.answer(retSubmit, seq, 0, len(data), data)
		default:
			u.answer(retSubmit, seq, 0, len(data), nil)
		}
	}
}

// unlink answers the request to forget a transfer that may wait here; all others
// were answered when they came.
func (u *usbPad) unlink(seq, forget uint32) {
	u.mu.Lock()
	found := false
	for _, list := range []*[]uint32{&u.waiting, &u.left} {
		if i := slices.Index(*list, forget); i >= 0 {
			*list, found = slices.Delete(*list, i, i+1), true
		}
	}
	u.mu.Unlock()
	if found {
		u.answer(retUnlink, seq, unix.ECONNRESET, 0, nil)
		return
	}
	u.answer(retUnlink, seq, 0, 0, nil)
}
