//go:build window

package main_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"counterfoil/devices/token/softtoken"
)

// asking is a counter whose key somebody must open, and the file with the secret.
func asking(t *testing.T, secret string) (*counter, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return &counter{t: t, ctx: ctx, dir: t.TempDir(), log: make(chan string, 1000)}, file
}

// kept makes the counter's key.
func (c *counter) kept(way, file string, more ...string) {
	c.t.Helper()
	c.tool(filepath.Join(*programs, "counterfoil"), append([]string{"key", "--dir", c.dir, "--kept", way, "--passphrase-file", file}, more...)...)
}

// TestWindowAPassphraseOpensTheCounter: who clicks an icon is asked for the passphrase
// of the counter's key in a window, told of a wrong one, and then at work.
func TestWindowAPassphraseOpensTheCounter(t *testing.T) {
	c, file := asking(t, "correct horse battery")
	c.kept("passphrase", file)
	c.begin()

	c.await(`msg=passphrase fresh=false problem=""`)
	c.desk = c.window("存根 Counterfoil")
	c.pressed("wrong horse battery")
	c.keys("Return")
	c.await(`msg=passphrase fresh=false problem=passphrase-wrong`)
	c.pressed("correct horse battery")
	c.keys("Return")
	c.await(`msg=shown stage=idle`)
}

// TestWindowAPINOpensTheCounter: the same where the key is on a UKey.
func TestWindowAPINOpensTheCounter(t *testing.T) {
	home := t.TempDir()
	conf, module, err := softtoken.Card{Label: "counter", PIN: "482913"}.Alone(home)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	c, file := asking(t, "482913")
	c.kept("token", file, "--module", module, "--label", "counter 12")
	c.begin()

	c.await(`msg=pin problem=""`)
	c.desk = c.window("存根 Counterfoil")
	c.pressed("482914")
	c.keys("Return")
	c.await(`msg=pin problem=token-pin-wrong`)
	c.picture("pin-wrong")
	c.pressed("482913")
	c.keys("Return")
	c.await(`msg=shown stage=idle`)
}
