// Command init is the first process of the machine that tests devices: it mounts
// what a program expects, loads the modules of /modules/boot, runs every line of
// /run, and tells the emulator how that went: its exit status is 33 when all
// passed and 35 otherwise. What programs left in /tmp/pictures it hands out over
// the second serial port, as a tar archive.
package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"
)

func main() {
	code := byte(passed)
	if err := errors.Join(run(), handOut("/tmp/pictures")); err != nil {
		fmt.Println("init:", err)
		code = failed
	}
	end(code)
}

// The emulator exits with twice the value and one.
const (
	passed   = 0x10
	failed   = 0x11
	exitPort = 0xF4
)

func run() error {
	for dir, kind := range map[string]string{"/proc": "proc", "/sys": "sysfs", "/dev": "devtmpfs", "/tmp": "tmpfs"} {
		if err := unix.Mount(kind, dir, kind, 0, ""); err != nil {
			return fmt.Errorf("mount %s: %w", dir, err)
		}
	}
	if err := loopback(); err != nil {
		return fmt.Errorf("loopback: %w", err)
	}
	version, err := os.ReadFile("/proc/version")
	if err != nil {
		return err
	}
	fmt.Printf("init: %s", version)
	order, err := os.ReadFile("/modules/boot")
	if err != nil {
		return err
	}
	for _, name := range strings.Fields(string(order)) {
		if err := load(name); err != nil {
			return fmt.Errorf("module %s: %w", name, err)
		}
	}
	fmt.Println("init: modules", strings.Join(strings.Fields(string(order)), " "))
	return programs()
}

// loopback brings up the network that a whole case needs: none but the machine's
// own, which has a name, because the citizen's page is reached by one.
func loopback() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	req, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	req.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, req); err != nil {
		return err
	}
	if err := os.MkdirAll("/etc", 0o755); err != nil {
		return err
	}
	return os.WriteFile("/etc/hosts", []byte("127.0.0.1 localhost\n"), 0o644)
}

func load(name string) error {
	f, err := os.Open("/modules/" + name + ".ko")
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.FinitModule(int(f.Fd()), "", 0)
}

func programs() error {
	text, err := os.ReadFile("/run")
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if lines[0] == "" {
		return fmt.Errorf("nothing to run")
	}
	var first error
	for _, line := range lines {
		words := strings.Fields(line)
		fmt.Println("init:", line)
		c := exec.Command(words[0], words[1:]...)
		c.Stdout, c.Stderr, c.Dir = os.Stdout, os.Stdout, "/tmp"
		// More threads than processors: a request that sleeps in the kernel must
		// not keep the other end of the device from answering it.
		c.Env = append(os.Environ(), "GOMAXPROCS=4")
		if err := c.Run(); err != nil && first == nil {
			first = fmt.Errorf("%s: %w", line, err)
		}
	}
	return first
}

// handOut writes the files of a folder to the second serial port. A folder that
// is not there is nobody's fault.
func handOut(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	port, err := os.OpenFile("/dev/ttyS1", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer port.Close()
	plain, err := unix.IoctlGetTermios(int(port.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	plain.Oflag = 0 // a line's end stays what it is
	if err := unix.IoctlSetTermios(int(port.Fd()), unix.TCSETS, plain); err != nil {
		return err
	}
	out := tar.NewWriter(port)
	for _, f := range list {
		b, err := os.ReadFile(dir + "/" + f.Name())
		if err != nil {
			return err
		}
		if err := out.WriteHeader(&tar.Header{Name: f.Name(), Mode: 0o600, Size: int64(len(b))}); err != nil {
			return err
		}
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return unix.IoctlSetInt(int(port.Fd()), unix.TCSBRK, 1) // all is out
}

func end(code byte) {
	unix.Sync()
	if port, err := os.OpenFile("/dev/port", os.O_WRONLY, 0); err == nil {
		port.WriteAt([]byte{code}, exitPort)
	}
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF) // no such port: another exit status
}
