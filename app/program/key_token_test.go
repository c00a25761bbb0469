package program

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/app/config"
	"counterfoil/app/counter/keep"
	"counterfoil/devices/token/softtoken"
)

// TestACounterIsEnrolledOnATokenAndTakesItsNextKeys, step by step, as an administrator
// types it: from the token to another label there, and from there to a passphrase.
func TestACounterIsEnrolledOnATokenAndTakesItsNextKeys(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("AppData", filepath.Join(home, "config"))
	conf, module, err := softtoken.Card{Label: "counter", PIN: "482913"}.Alone(home)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	written := func(name, line string) string {
		file := filepath.Join(home, name)
		if err := os.WriteFile(file, []byte(line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	pin, wrong, phrase := written("pin", "482913"), written("wrong", "000000"), written("phrase", "correct horse battery")
	dir, request := filepath.Join(home, "counter"), filepath.Join(home, "request")
	look := func() keep.Way {
		way, _, err := keep.Look(filepath.Join(dir, "device.key"))
		if err != nil {
			t.Fatal(err)
		}
		return way
	}

	first := []string{"key", "--kept", "token", "--request", request, "--hall", "dongcheng", "--counter", "12", "--dir", dir, "--passphrase-file", pin}
	if said := called(t, 1, first...); !strings.Contains(said, "--module FILE --label LABEL") {
		t.Errorf("without a place: %s", said)
	}
	if said := called(t, 0, append(first, "--module", module, "--label", "counter 12", "--language", "en")...); look() != keep.Token || !strings.Contains(said, "Fingerprint of the key: ") {
		t.Fatalf("%s", said)
	}
	called(t, 0, "enrol", "--approved", approval(t, request), "--dir", dir, "--passphrase-file", pin)
	installed := config.Paths()[0]
	if s, err := config.Load(installed); err != nil || s.Key.Kept != config.Token || s.Key.Module != module || s.Key.Label != "counter 12" {
		t.Fatalf("%+v, %v", s.Key, err)
	}
	if said := called(t, 1, "key", "--passphrase-file", wrong); !strings.Contains(said, "The PIN of the UKey is wrong") {
		t.Errorf("a wrong PIN: %s", said)
	}
	if said := called(t, 1, "key"); !strings.Contains(said, "nobody to ask for its PIN") {
		t.Errorf("without a PIN: %s", said)
	}
	for _, way := range []string{"file", "auto"} {
		if said := called(t, 1, "key", "keep", way, "--passphrase-file", pin); !strings.Contains(said, "neither onto a UKey or HSM nor off it") {
			t.Errorf("keep %s: %s", way, said)
		}
	}
	called(t, 0, "key", "keep", "token", "--passphrase-file", pin)

	if said := called(t, 1, "key", "rotate", "--request", request+"2", "--passphrase-file", pin); !strings.Contains(said, "another label than the key of now") {
		t.Errorf("the same label: %s", said)
	}
	called(t, 0, "key", "rotate", "--request", request+"2", "--label", "counter 12, second", "--passphrase-file", pin)
	called(t, 0, "enrol", "--approved", approval(t, request+"2"), "--passphrase-file", pin)
	if s, err := config.Load(installed); err != nil || s.Key.Kept != config.Token || s.Key.Label != "counter 12, second" {
		t.Fatalf("%+v, %v", s.Key, err)
	}
	called(t, 0, "key", "--passphrase-file", pin)

	called(t, 0, "key", "rotate", "--request", request+"3", "--kept", "passphrase", "--passphrase-file", pin)
	off := approval(t, request+"3")
	if said := called(t, 1, "enrol", "--approved", off, "--passphrase-file", pin); look() != keep.Token || !strings.Contains(said, "lies under a passphrase, and there is nobody to ask") {
		t.Errorf("the PIN as the next passphrase: %s", said)
	}
	called(t, 0, "enrol", "--approved", off, "--passphrase-file", pin, "--next-passphrase-file", phrase)
	if s, err := config.Load(installed); err != nil || s.Key.Kept != "passphrase" || s.Key.Label != "" || look() != keep.Passphrase {
		t.Fatalf("%+v, %v", s.Key, err)
	}
	called(t, 0, "key", "--passphrase-file", phrase)
	if said := called(t, 1, "key", "keep", "token", "--module", module, "--label", "third", "--passphrase-file", phrase); !strings.Contains(said, "neither onto a UKey or HSM nor off it") {
		t.Errorf("keep token: %s", said)
	}
	called(t, 1, "key", "rotate", "--request", request+"4", "--kept", "elsewhere", "--passphrase-file", phrase)
}
