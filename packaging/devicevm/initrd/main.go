// Command initrd writes the initial file system of the machine that tests
// devices: kernel modules with what they depend on, and programs. Usage:
//
//	initrd -kernel DIR -boot NAME,… -later NAME,… -out FILE PATH=FILE …
//
// DIR holds lib/modules of an unpacked kernel package. The modules of -boot are
// listed in /modules/boot, further ones of -later in /modules/later, both in the
// order in which they can be loaded.
package main

import (
	"debug/elf"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	kernel := flag.String("kernel", "", "directory of the unpacked kernel package")
	boot := flag.String("boot", "", "modules to load at start")
	later := flag.String("later", "", "modules that a test loads")
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := run(*kernel, *boot, *later, *out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "initrd:", err)
		os.Exit(1)
	}
}

func run(kernel, boot, later, out string, programs []string) error {
	m, err := index(kernel + "/lib/modules")
	if err != nil {
		return err
	}
	a := &archive{dirs: map[string]bool{}}
	for _, dir := range []string{"dev", "proc", "sys", "tmp"} {
		a.dir(dir)
	}
	for _, list := range []struct{ name, modules string }{{"boot", boot}, {"later", later}} {
		order, err := m.order(strings.Split(list.modules, ","))
		if err != nil {
			return err
		}
		a.file("modules/"+list.name, []byte(strings.Join(order, "\n")), 0o644)
		for _, name := range order {
			b, err := os.ReadFile(m.files[name])
			if err != nil {
				return err
			}
			a.file("modules/"+name+".ko", b, 0o644)
		}
	}
	for _, p := range programs {
		path, file, _ := strings.Cut(p, "=")
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		a.file(path, b, 0o755)
	}
	return os.WriteFile(out, a.end(), 0o644)
}

// modules are the files of a kernel, by name as the kernel spells it.
type modules struct {
	files map[string]string
	done  map[string]bool
}

func index(root string) (*modules, error) {
	m := &modules{files: map[string]string{}, done: map[string]bool{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(filepath.Base(path), ".ko"); err == nil && ok {
			m.files[spelled(name)] = path
		}
		return err
	})
	return m, err
}

func spelled(name string) string { return strings.ReplaceAll(name, "-", "_") }

// order returns names and what they depend on, dependencies first, without what
// it returned before.
func (m *modules) order(names []string) ([]string, error) {
	var out []string
	for _, name := range names {
		if name = spelled(name); name == "" || m.done[name] {
			continue
		}
		m.done[name] = true
		needs, err := depends(m.files[name])
		if err != nil {
			return nil, fmt.Errorf("module %s: %w", name, err)
		}
		first, err := m.order(needs)
		if err != nil {
			return nil, err
		}
		out = append(append(out, first...), name)
	}
	return out, nil
}

// depends reads a module's own word, because the package has no modules.dep:
// depmod makes that on the machine where it is installed.
func depends(file string) ([]string, error) {
	f, err := elf.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info := f.Section(".modinfo")
	if info == nil {
		return nil, fmt.Errorf("%s says nothing of itself", file)
	}
	text, err := info.Data()
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(text), "\x00") {
		if list, ok := strings.CutPrefix(line, "depends="); ok {
			return strings.Split(list, ","), nil
		}
	}
	return nil, nil
}
