//go:build window

package main_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWindowAPassphraseOpensTheCounter: who clicks an icon is asked for the passphrase
// of the counter's key in a window, told of a wrong one, and then at work.
func TestWindowAPassphraseOpensTheCounter(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	c := &counter{t: t, ctx: ctx, dir: t.TempDir(), log: make(chan string, 1000)}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("correct horse battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.tool(filepath.Join(*programs, "counterfoil"), "key", "--dir", c.dir, "--kept", "passphrase", "--passphrase-file", secret)
	c.begin()

	c.await(`msg=passphrase fresh=false problem=""`)
	c.desk = c.window("存根 Counterfoil")
	c.types("wrong horse battery")
	c.keys("Return")
	c.await(`msg=passphrase fresh=false problem=passphrase-wrong`)
	c.types("correct horse battery")
	c.keys("Return")
	c.await(`msg=shown stage=idle`)
}
