// Command init is the first process of the machine that tests devices: it mounts
// what a program expects, loads the modules of /modules/boot, runs every line of
// /run, and tells the emulator how that went: its exit status is 33 when all
// passed and 35 otherwise.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"
)

func main() {
	code := byte(passed)
	if err := run(); err != nil {
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

func end(code byte) {
	unix.Sync()
	if port, err := os.OpenFile("/dev/port", os.O_WRONLY, 0); err == nil {
		port.WriteAt([]byte{code}, exitPort)
	}
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF) // no such port: another exit status
}
