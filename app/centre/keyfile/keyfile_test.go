package keyfile_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"counterfoil/app/centre/keyfile"
)

func TestAKeyIsMadeOnceAndIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "one.key")
	first, err := keyfile.Key(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := keyfile.Key(path)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("another key the second time, %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestAFileThatHoldsNoKeyIsRefusedAndLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "one.key")
	for _, text := range []string{"", "c2hvcnQ=\n", "no base64 !\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := keyfile.Seed(path); err == nil {
			t.Errorf("%q was taken for a key", text)
		}
		if left, err := os.ReadFile(path); err != nil || string(left) != text {
			t.Errorf("%q was altered to %q, %v", text, left, err)
		}
	}
}
