package journal

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// lockFile takes the whole file for this program, without waiting. taken is
// true when another program has it.
func lockFile(path string) (file *os.File, taken bool, err error) {
	file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, err
	}
	const whole = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	if err := windows.LockFileEx(windows.Handle(file.Fd()), whole, 0, 1, 0, &windows.Overlapped{}); err != nil {
		file.Close()
		return nil, errors.Is(err, windows.ERROR_LOCK_VIOLATION), err
	}
	return file, false, nil
}

// syncFolder has nothing to do: NTFS keeps names in its own log, and a folder
// cannot be flushed through an ordinary handle.
func syncFolder(string) error { return nil }

// outOfSpace reports whether the system refused a write for want of room.
func outOfSpace(errno syscall.Errno) bool {
	return errno == windows.ERROR_DISK_FULL || errno == windows.ERROR_HANDLE_DISK_FULL || errno == windows.ERROR_DISK_QUOTA_EXCEEDED
}
