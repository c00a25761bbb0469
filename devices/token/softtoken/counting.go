package softtoken

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed counting/counting.c
var counting []byte

// Own copies SoftHSM's module into dir and returns its path. A module reads its settings
// once in a process; the copy is another module, with settings and readers of its own.
func Own(dir string) (string, error) {
	raw, err := os.ReadFile(Module)
	if err != nil {
		return "", err
	}
	module := filepath.Join(dir, "softhsm.so")
	return module, os.WriteFile(module, raw, 0o700)
}

// Counting builds a module in dir that is as Own's, but locks after three wrong PINs
// in a process, and returns its path. It takes a C compiler.
func Counting(dir string) (string, error) {
	own, err := Own(dir)
	if err != nil {
		return "", err
	}
	source, module := filepath.Join(dir, "counting.c"), filepath.Join(dir, "counting.so")
	if err := os.WriteFile(source, counting, 0o600); err != nil {
		return "", err
	}
	cmd := exec.Command("cc", "-shared", "-fPIC", "-Wall", "-Werror", `-DSOFTHSM="`+own+`"`, "-o", module, source, "-ldl")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cc: %w: %s", err, out)
	}
	return module, nil
}
