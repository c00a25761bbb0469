package program

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/counter"
	"counterfoil/app/counter/keep"
	"counterfoil/app/protocol"
)

// called runs the command and returns what it said.
func called(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Main(t.Context(), args, &out, &errs); code != want {
		t.Fatalf("%v: %d\n%s%s", args, code, &out, &errs)
	}
	return out.String() + errs.String()
}

// approval is what an administrator gives back for a key.
func approval(t *testing.T, request string) string {
	t.Helper()
	raw, err := os.ReadFile(request)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := protocol.OpenKeyRequest(raw)
	if err != nil {
		t.Fatal(err)
	}
	s := config.Default()
	s.Hall, s.Counter, s.Clerk, s.Chain, s.Journal = casework.HallID(r.Hall), casework.CounterID(r.Counter), "7", "chain", ""
	s.Centre = config.Centre{Address: "https://centre.example", Key: make([]byte, 32)}
	s.Ledger = config.Ledger{Nodes: []string{"https://a.example"}, Trust: []byte("{}")}
	s.Key.Enrolled = string(r.Key.ID())
	file := request + ".toml"
	if err := s.Save(file); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestACounterIsEnrolledAndTakesItsNextKey, step by step, as an administrator types
// it, with the key under a passphrase.
func TestACounterIsEnrolledAndTakesItsNextKey(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("AppData", filepath.Join(home, "config"))
	dir, request, secret := filepath.Join(home, "counter"), filepath.Join(home, "request"), filepath.Join(home, "secret")
	if err := os.WriteFile(secret, []byte("correct horse battery\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	with := func(args ...string) []string {
		return append(args, "--dir", dir, "--passphrase-file", secret, "--language", "en")
	}
	said := called(t, 0, with("key", "--kept", "passphrase", "--request", request, "--hall", "dongcheng", "--counter", "12")...)
	if way, _, err := keep.Look(filepath.Join(dir, "device.key")); way != keep.Passphrase || err != nil || !strings.Contains(said, "Fingerprint of the key: ") {
		t.Fatalf("%s %v\n%s", way, err, said)
	}
	if said := called(t, 1, "key", "--dir", dir); !strings.Contains(said, "passphrase-needed") && !strings.Contains(said, "--passphrase-file") {
		t.Errorf("without the passphrase: %s", said)
	}
	first := approval(t, request)
	called(t, 0, with("enrol", "--approved", first)...)
	installed := config.Paths()[0]
	if s, err := config.Load(installed); err != nil || s.Counter != "12" || s.Journal != dir {
		t.Fatalf("%+v, %v", s, err)
	}
	foreign := filepath.Join(home, "foreign")
	called(t, 0, "key", "--kept", "file", "--dir", foreign, "--request", request+"2", "--hall", "dongcheng", "--counter", "13")
	before, _ := os.ReadFile(installed)
	if said := called(t, 1, with("enrol", "--approved", approval(t, request+"2"))...); !strings.Contains(said, "another key than this counter's") {
		t.Errorf("an approval of another counter: %s", said)
	}
	if after, _ := os.ReadFile(installed); !bytes.Equal(before, after) {
		t.Error("the settings were altered")
	}
	called(t, 0, "key", "rotate", "--request", request+"3", "--passphrase-file", secret)
	called(t, 0, "key", "--passphrase-file", secret) // the settings are still for the key before
	next := approval(t, request+"3")
	called(t, 0, "enrol", "--approved", next, "--passphrase-file", secret)
	s, err := config.Load(installed)
	if err != nil || s.Journal != dir {
		t.Fatalf("%+v, %v", s, err)
	}
	called(t, 0, "key", "keep", "file", "--passphrase-file", secret)
	id, err := counter.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	if key, err := id.Public(); err != nil || string(key.ID()) != s.Key.Enrolled {
		t.Errorf("%v", err)
	}
	called(t, 1, "key", "keep", "elsewhere")
	called(t, 1, "key", "lose")
	called(t, 1, "key", "rotate")
	called(t, 1, "enrol")
}
