package main

import (
	"bytes"
	"fmt"
	"path"
)

// archive is an initramfs: cpio in the "newc" format, as the kernel's
// Documentation/driver-api/early-userspace/buffer-format.rst has it.
type archive struct {
	b     bytes.Buffer
	inode int
	dirs  map[string]bool
}

func (a *archive) entry(name string, mode int, data []byte) {
	a.inode++
	fmt.Fprintf(&a.b, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
		a.inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0)
	a.b.WriteString(name + "\x00")
	a.pad()
	a.b.Write(data)
	a.pad()
}

func (a *archive) pad() {
	for a.b.Len()%4 != 0 {
		a.b.WriteByte(0)
	}
}

func (a *archive) dir(name string) {
	if name == "." || a.dirs[name] {
		return
	}
	a.dir(path.Dir(name))
	a.dirs[name] = true
	a.entry(name, 0o040755, nil)
}

func (a *archive) file(name string, data []byte, mode int) {
	a.dir(path.Dir(name))
	a.entry(name, 0o100000|mode, data)
}

func (a *archive) end() []byte {
	a.entry("TRAILER!!!", 0, nil)
	return a.b.Bytes()
}
