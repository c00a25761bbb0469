package hid

import (
	"context"
	"errors"
	"os"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

// pipe returns a collection over one end of a named pipe of the system, and its
// other end: it takes the same requests to read, to cancel and to close.
func pipe(t *testing.T, s shape) (*collection, windows.Handle) {
	t.Helper()
	name, err := windows.UTF16PtrFromString(`\\.\pipe\counterfoil-` + strconv.FormatInt(time.Now().UnixNano(), 36))
	if err != nil {
		t.Fatal(err)
	}
	far, err := windows.CreateNamedPipe(name, windows.PIPE_ACCESS_DUPLEX, windows.PIPE_TYPE_MESSAGE|windows.PIPE_READMODE_MESSAGE, 1, 4096, 4096, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	near, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil, windows.OPEN_EXISTING, windows.FILE_FLAG_OVERLAPPED, 0)
	if err != nil {
		t.Fatal(err)
	}
	c, err := over(near, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, far
}

func send(t *testing.T, to windows.Handle, record []byte) {
	t.Helper()
	var n uint32
	if err := windows.WriteFile(to, record, &n, nil); err != nil {
		t.Error(err)
	}
}

func TestRecordsAreReadAsTheyCome(t *testing.T) {
	c, far := pipe(t, shape{input: 17})
	defer windows.CloseHandle(far)
	record := make([]byte, 17)
	record[0], record[10] = 0x34, 7
	go send(t, far, record)
	got, err := c.ReadInput(t.Context())
	if err != nil || len(got) != 17 || got[10] != 7 {
		t.Fatalf("% x %v", got, err)
	}
}

func TestAReadEndsWithItsContextWithCloseAndWithTheDevice(t *testing.T) {
	c, far := pipe(t, shape{input: 17})
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	if _, err := c.ReadInput(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("with its context: %v", err)
	}
	send(t, far, []byte{1, 2, 3})
	if got, err := c.ReadInput(t.Context()); err != nil || len(got) != 3 {
		t.Errorf("after a context that ended: % x %v", got, err)
	}
	windows.CloseHandle(far)
	if _, err := c.ReadInput(t.Context()); !errors.Is(err, ErrUnplugged) {
		t.Errorf("with the device: %v", err)
	}
	c, far = pipe(t, shape{input: 17})
	defer windows.CloseHandle(far)
	ended := make(chan error, 1)
	go func() { _, err := c.ReadInput(context.Background()); ended <- err }()
	c.Close()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("with Close: %v", err)
	}
	if _, err := c.GetFeature(3, 5); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestARequestThatThePipeDoesNotKnowIsRefusedAndTheReadingGoesOn(t *testing.T) {
	c, far := pipe(t, shape{input: 17})
	defer windows.CloseHandle(far)
	if err := c.SetFeature([]byte{0x20, 0}); err == nil {
		t.Error("a pipe took a feature report")
	}
	if _, err := c.GetFeature(3, 0); !errors.Is(err, ErrRefused) {
		t.Errorf("a report of no length: %v", err)
	}
	go send(t, far, []byte{1, 2})
	if got, err := c.ReadInput(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("% x %v", got, err)
	}
}

func TestANodeThatIsNotThereAndOneThatAnotherProgramHas(t *testing.T) {
	file, err := os.CreateTemp("", "node-*")
	if err != nil {
		t.Fatal(err)
	}
	path := file.Name()
	file.Close()
	defer os.Remove(path)
	if _, err := Open(Node{Path: path + "-that-nobody-has"}); !errors.Is(err, ErrUnplugged) {
		t.Errorf("not there: %v", err)
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, 0, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer windows.CloseHandle(h)
	if _, err := Open(Node{Path: path}); !errors.Is(err, ErrBusy) {
		t.Errorf("another program has it: %v", err)
	}
}

func TestAMachineWithoutPadsHasNone(t *testing.T) {
	found, err := Find(0x056A, []uint16{0x00A8})
	if err != nil || len(found) != 0 {
		t.Errorf("%v %v", found, err)
	}
}

// TestAWatchEndsWithItsContextOrSaysThatThereIsNone: Wine 8 has no notifications,
// and then it must say so.
func TestAWatchEndsWithItsContextOrSaysThatThereIsNone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	changed, err := Watch(ctx)
	cancel()
	if errors.Is(err, ErrUnsupported) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for range changed { // until it is closed
	}
}

func TestErrorsOfTheSystemAreTold(t *testing.T) {
	for err, want := range map[error]error{
		windows.ERROR_DEVICE_NOT_CONNECTED: ErrUnplugged, windows.ERROR_BAD_COMMAND: ErrUnplugged, windows.ERROR_NO_SUCH_DEVICE: ErrUnplugged,
	} {
		if got := translate(err); !errors.Is(got, want) {
			t.Errorf("%v: %v", err, got)
		}
	}
	if got := featureError(windows.ERROR_GEN_FAILURE); !errors.Is(got, ErrRefused) {
		t.Errorf("a report that a device refuses: %v", got)
	}
	if got := featureError(windows.ERROR_DISK_FULL); !errors.Is(got, windows.ERROR_DISK_FULL) {
		t.Errorf("another error is another: %v", got)
	}
}
