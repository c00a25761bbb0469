//go:build vm

package devicevm_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"counterfoil/devices/hid"
	"counterfoil/devices/signpad/softpad"
)

// Events of linux/uhid.h that pass here, and the size of the struct, packed.
const (
	uhidDestroy   = 1
	uhidGetReport = 9
	uhidGetReply  = 10
	uhidCreate2   = 11
	uhidInput2    = 12
	uhidSetReport = 13
	uhidSetReply  = 14

	uhidEvent  = 4380
	uhidMaxLen = 4096
	busUSB     = 3
)

// uhidPad is a software pad as the kernel's HID device.
type uhidPad struct {
	file *os.File
	link hid.Device
	once sync.Once
	done sync.WaitGroup
}

func plugUhid(t *testing.T, pad *softpad.Pad) *uhidPad {
	t.Helper()
	file, err := os.OpenFile("/dev/uhid", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	u := &uhidPad{file: file, link: pad.Link()}
	if _, err := file.Write(create("Software pad", vendor, product, reportDescriptor())); err != nil {
		t.Fatal(err)
	}
	u.done.Add(2)
	go func() { defer u.done.Done(); u.serve() }()
	go func() { defer u.done.Done(); paced(u.link, u.input) }()
	t.Cleanup(u.unplug)
	return u
}

func (u *uhidPad) unplug() {
	u.once.Do(func() {
		u.file.Write([]byte{uhidDestroy, 0, 0, 0})
		u.link.Close()
		u.file.Close()
	})
	u.done.Wait()
}

func (u *uhidPad) input(report []byte) error {
	e := make([]byte, 6, 6+len(report))
	binary.LittleEndian.PutUint32(e, uhidInput2)
	binary.LittleEndian.PutUint16(e[4:], uint16(len(report)))
	_, err := u.file.Write(append(e, report...))
	return err
}

// serve answers the kernel until the device is gone. A pad that goes in the
// middle of a request takes the device away without an answer.
func (u *uhidPad) serve() {
	buf := make([]byte, uhidEvent)
	for {
		if n, err := u.file.Read(buf); err != nil || n < 12 {
			return
		}
		var err error
		switch le := binary.LittleEndian; le.Uint32(buf) {
		case uhidGetReport: // id u32, report u8, type u8
			var r []byte
			if r, err = u.link.GetFeature(buf[8], uhidMaxLen); !errors.Is(err, hid.ErrUnplugged) {
				reply := make([]byte, 12+uhidMaxLen)
				le.PutUint32(reply, uhidGetReply)
				copy(reply[4:8], buf[4:8])
				le.PutUint16(reply[8:], refusedAs(err, unix.EIO))
				le.PutUint16(reply[10:], uint16(len(r)))
				copy(reply[12:], r)
				u.file.Write(reply)
			}
		case uhidSetReport: // id u32, report u8, type u8, size u16, data
			size := le.Uint16(buf[10:])
			if err = u.link.SetFeature(bytes.Clone(buf[12 : 12+size])); !errors.Is(err, hid.ErrUnplugged) {
				reply := make([]byte, 12)
				le.PutUint32(reply, uhidSetReply)
				copy(reply[4:8], buf[4:8])
				le.PutUint16(reply[8:], refusedAs(err, unix.EIO))
				u.file.Write(reply)
			}
		}
		if errors.Is(err, hid.ErrUnplugged) {
			go u.unplug() // it waits for this goroutine
			return
		}
	}
}

func refusedAs(err error, errno unix.Errno) uint16 {
	if err != nil {
		return uint16(errno)
	}
	return 0
}
