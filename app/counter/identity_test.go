package counter_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/app/counter/keep"
)

func TestTheKeysAreMadeOnceAndForTheirOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "counter")
	first, err := counter.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := counter.LoadIdentity(dir)
	if err != nil || !again.Device.(ed25519.PrivateKey).Equal(first.Device) || again.Master != first.Master {
		t.Errorf("other keys the second time: %v", err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 1 || list[0].Name() != "device.key" {
		t.Errorf("the folder holds %v, %v", list, err)
	}
	for name, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "device.key"): 0o600} {
		if info, err := os.Stat(name); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != want) {
			t.Errorf("%s is %v, %v", filepath.Base(name), info.Mode(), err)
		}
	}
	if bytes.Contains(first.Device.(ed25519.PrivateKey), first.Master[:]) {
		t.Error("the master key is a part of the device key")
	}
	other, err := counter.LoadIdentity(t.TempDir())
	if err != nil || other.Master == first.Master {
		t.Errorf("two counters have one key: %v", err)
	}
	if first.Pseudonym("0317") != again.Pseudonym("0317") || first.Pseudonym("0317") == first.Pseudonym("0318") || first.Pseudonym("0317") == other.Pseudonym("0317") {
		t.Error("a clerk's pseudonym is not the same here and another elsewhere")
	}
}

// TestProgramsThatStartTogetherShareOneKey: had each made its own, one of them
// would lose its journal.
func TestProgramsThatStartTogetherShareOneKey(t *testing.T) {
	dir := t.TempDir()
	found := make([]counter.Identity, 16)
	var all sync.WaitGroup
	for i := range found {
		all.Go(func() {
			var err error
			if found[i], err = counter.LoadIdentity(dir); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, id := range found {
		if id.Master != found[0].Master {
			t.Fatal("two programs have two keys")
		}
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("left behind: %v, %v", list, err)
	}
}

// TestATornCreationIsNoKey: a power cut leaves at most a file of another name.
func TestATornCreationIsNoKey(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "device.key.new-1"), []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := counter.LoadIdentity(dir); err != nil {
		t.Error(err)
	}
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := counter.LoadIdentity(blocked); err == nil {
		t.Error("a file is no folder")
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "sub", "device.key"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := counter.LoadIdentity(filepath.Join(dir, "sub")); err == nil {
		t.Error("a folder is no key")
	}
}

func TestAKeyOfAWrongLengthIsRefusedAndLeftAlone(t *testing.T) {
	for _, n := range []int{0, 1, 31, 34, 64} {
		name := filepath.Join(t.TempDir(), "device.key")
		wrong := bytes.Repeat([]byte{7}, n)
		if err := os.WriteFile(name, wrong, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := counter.LoadIdentity(filepath.Dir(name)); casework.KindOf(err) != casework.KeyDamaged {
			t.Errorf("%d bytes: %v", n, err)
		}
		if left, err := os.ReadFile(name); err != nil || !bytes.Equal(left, wrong) {
			t.Errorf("%d bytes: the file was altered", n)
		}
	}
}

// TestASecondProgramOnOneJournalIsRefused while the first goes on.
func TestASecondProgramOnOneJournalIsRefused(t *testing.T) {
	h := newHall(t)
	if _, err := counter.Start(context.Background(), h.near); casework.KindOf(err) != casework.JournalBusy {
		t.Errorf("got %v", err)
	}
	h.proved(h.served(), wholeCase()...)
}

func TestACounterWithoutATrustDocumentIsRefused(t *testing.T) {
	dir := t.TempDir()
	id, err := counter.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := counter.Start(t.Context(), counter.Options{Dir: dir, Identity: id, Trust: []byte("{}")}); casework.KindOf(err) != casework.SettingsInvalid {
		t.Errorf("got %v", err)
	}
}

// passphraseFrom answers with one passphrase, once each time it is asked first.
func passphraseFrom(phrase string) func(context.Context, keep.Question) ([]byte, error) {
	return func(_ context.Context, q keep.Question) ([]byte, error) { return []byte(phrase), q.Before }
}
