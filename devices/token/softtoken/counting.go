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

// Counting builds a module in dir that is SoftHSM's, but locks after three wrong PINs
// in a process, and returns its path. It takes a C compiler.
func Counting(dir string) (string, error) {
	source, module := filepath.Join(dir, "counting.c"), filepath.Join(dir, "counting.so")
	if err := os.WriteFile(source, counting, 0o600); err != nil {
		return "", err
	}
	cmd := exec.Command("cc", "-shared", "-fPIC", "-Wall", "-Werror", `-DSOFTHSM="`+Module+`"`, "-o", module, source, "-ldl")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cc: %w: %s", err, out)
	}
	return module, nil
}
