//go:build vm

package devicevm_test

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"counterfoil/app/casework"
	"counterfoil/devices/evdev"
	"counterfoil/devices/hid"
	"counterfoil/devices/scanner"
)

// Requests of linux/uinput.h, and the size of struct uinput_setup.
const (
	uiCreate    = 0x5501
	uiDestroy   = 0x5502
	uiSetup     = 0x405c5503
	uiSetEvents = 0x40045564
	uiSetKeys   = 0x40045565

	setupLen = 92
)

// gun is a scanner that types, as the kernel's input device.
type gun struct {
	t    *testing.T
	file *os.File
	once sync.Once
}

const gunName = "Test scanner"

// plugGun plugs a scanner in and waits until it is found.
func plugGun(t *testing.T) *gun {
	t.Helper()
	changed, err := hid.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile("/dev/uinput", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	g := &gun{t: t, file: file}
	set := func(request uint, v int) {
		if err := unix.IoctlSetInt(int(file.Fd()), request, v); err != nil {
			t.Fatal(err)
		}
	}
	set(uiSetEvents, int(evdev.TypeKey))
	for key := 1; key < 120; key++ {
		set(uiSetKeys, key)
	}
	setup := make([]byte, setupLen)
	for i, v := range []uint16{busUSB, 0x0c2e, 0x0b61, 1} {
		binary.NativeEndian.PutUint16(setup[2*i:], v)
	}
	copy(setup[8:], gunName)
	if err := ioctl(file, uiSetup, setup); err != nil {
		t.Fatal(err)
	}
	set(uiCreate, 0)
	t.Cleanup(g.unplug)
	found(t, changed, func(n evdev.Node) bool { return n.Name == gunName && n.Kind == evdev.Keyboard })
	return g
}

// found waits for an event after which an input device is there.
func found(t *testing.T, changed <-chan struct{}, wanted func(evdev.Node) bool) evdev.Node {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case <-changed:
		case <-late:
			t.Fatal("the input device is not found within the time")
		}
		list, err := evdev.Find()
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range list {
			if wanted(n) {
				return n
			}
		}
	}
}

func (g *gun) unplug() {
	g.once.Do(func() {
		_ = unix.IoctlSetInt(int(g.file.Fd()), uiDestroy, 0)
		g.file.Close()
	})
}

// press writes keys as the device, each code down and up, all at once.
func (g *gun) press(codes ...uint16) {
	var all []byte
	for _, code := range codes {
		for _, v := range []uint32{1, 0} {
			for _, e := range [][2]uint16{{evdev.TypeKey, code}, {evdev.TypeSync, 0}} {
				b := make([]byte, 24)
				binary.NativeEndian.PutUint16(b[16:], e[0])
				binary.NativeEndian.PutUint16(b[18:], e[1])
				if e[0] == evdev.TypeKey {
					binary.NativeEndian.PutUint32(b[20:], v)
				}
				all = append(all, b...)
			}
		}
	}
	if _, err := g.file.Write(all); err != nil {
		g.t.Error(err)
	}
}

// types presses a number's keys and Enter as fast as a scanner on the USB can: a
// report a millisecond.
func (g *gun) types(text string) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for _, code := range digits(text) {
		g.press(code)
		<-tick.C
	}
}

// digits are the keys of a number and Enter.
func digits(text string) []uint16 {
	codes := make([]uint16, 0, len(text)+1)
	for _, c := range text {
		code := uint16(c-'0') + 1
		if c == '0' {
			code = 11
		}
		codes = append(codes, code)
	}
	return append(codes, 28)
}

func TestAScannerThatTypesIsReadFromItsNodeAndNobodyElseHearsIt(t *testing.T) {
	g := plugGun(t)
	k, err := scanner.OpenKeyboard("0c2e:0b61")
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if _, err := scanner.OpenKeyboard(gunName); !errors.Is(err, scanner.ErrBusy) {
		t.Errorf("a second program: %v", err)
	}
	for _, text := range []string{"12345678", "110105194912310021"} {
		go g.types(text)
		if got, err := k.Read(t.Context()); got != text || err != nil {
			t.Fatalf("%d characters, %v", len(got), err)
		}
	}
}

func TestABurstThatOverrunsTheKernelIsSpoiltAndTheNextIsWhole(t *testing.T) {
	g := plugGun(t)
	k, err := scanner.OpenKeyboard(gunName)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	g.press(digits(strings.Repeat("1234567890", 40))...) // before anybody reads
	if _, err := k.Read(t.Context()); !errors.Is(err, scanner.ErrSpoilt) {
		t.Fatalf("a scan with a hole: %v", err)
	}
	g.types("87654321")
	got, err := k.Read(t.Context())
	for errors.Is(err, scanner.ErrSpoilt) { // the flood may have been several holes
		got, err = k.Read(t.Context())
	}
	if got != "87654321" || err != nil {
		t.Fatalf("%d characters, %v", len(got), err)
	}
}

func TestControlCharactersOfAScannerAreRefusedAsACode(t *testing.T) {
	g := plugGun(t)
	k, err := scanner.OpenKeyboard(gunName)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	g.press(2, 3, 1, 4, 5, 6, 7, 8, 28) // an Escape among the digits
	text, err := k.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scanner.Classify(text, ""); casework.KindOf(err) != casework.CodeMalformed {
		t.Errorf("%v", err)
	}
}

func TestAScannerThatIsUnpluggedEndsItsRead(t *testing.T) {
	g := plugGun(t)
	k, err := scanner.OpenKeyboard(gunName)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	ended := make(chan error, 1)
	go func() { _, err := k.Read(context.Background()); ended <- err }()
	g.press(2, 3) // half a scan, too
	g.unplug()
	if err := <-ended; !errors.Is(err, scanner.ErrUnplugged) {
		t.Errorf("%v", err)
	}
}

func TestAStrangerMayNotReadAScannerAndIsToldTheRule(t *testing.T) {
	plugGun(t)
	runtime.LockOSThread() // this thread is nobody, meanwhile
	defer runtime.UnlockOSThread()
	unix.Setfsuid(65534)
	defer unix.Setfsuid(0)
	_, err := scanner.OpenKeyboard(gunName)
	if !errors.Is(err, scanner.ErrNoAccess) || !strings.Contains(err.Error(), `ATTRS{id/vendor}=="0c2e"`) {
		t.Errorf("%v", err)
	}
}

func ioctl(file *os.File, request uintptr, b []byte) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, file.Fd(), request, uintptr(unsafe.Pointer(&b[0])))
	if errno != 0 {
		return errno
	}
	return nil
}
