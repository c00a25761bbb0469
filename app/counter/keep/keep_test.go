package keep_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/counter/keep"
	"counterfoil/app/protocol"
)

// cheap is a cost for tests.
func cheap() keep.Cost { return keep.Cost{Memory: 64, Time: 1, Lanes: 1} }

// knows answers with these passphrases, one after the other.
func knows(words ...string) keep.Means {
	return keep.Means{Cost: cheap(), Ask: func(context.Context, keep.Question) ([]byte, error) {
		if len(words) == 0 {
			return nil, errors.New("asked too often")
		}
		next := words[0]
		words = words[1:]
		return []byte(next), nil
	}}
}

func secret() keep.Secret {
	return keep.Secret{Suite: protocol.Suite1, Device: bytes.Repeat([]byte{7}, 32), Master: bytes.Repeat([]byte{9}, 32)}
}

const phrase = "correct horse battery"

func made(t *testing.T, way keep.Way, m keep.Means) (string, keep.Kept) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "device.key")
	public := []byte("public")
	if way == keep.Token { // there it is the token's
		public = nil
	}
	k, err := keep.Make(t.Context(), name, way, secret(), public, m)
	if err != nil {
		t.Fatal(err)
	}
	return name, k
}

func opens(t *testing.T, name string, m keep.Means, want keep.Secret) {
	t.Helper()
	k, err := keep.Open(t.Context(), name, m)
	if err != nil || !reflect.DeepEqual(k.Secret, want) {
		t.Fatalf("%+v, %v", k.Secret, err)
	}
}

func TestASecretUnderAPassphraseIsNowhereInItsFile(t *testing.T) {
	name, _ := made(t, keep.Passphrase, knows(phrase))
	opens(t, name, knows(phrase), secret())
	raw, err := os.ReadFile(name)
	if err != nil || bytes.Contains(raw, []byte("BwcHBwcH")) || bytes.Contains(raw, []byte(phrase)) {
		t.Errorf("%v: %s", err, raw)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	way, public, err := keep.Look(name)
	if way != keep.Passphrase || string(public) != "public" || err != nil {
		t.Errorf("%s %q %v", way, public, err)
	}
}

// TestAWrongPassphraseIsSaidAndSlowedAndLosesNothing: each try waits twice as long
// as the one before, and the right one opens all the same.
func TestAWrongPassphraseIsSaidAndSlowedAndLosesNothing(t *testing.T) {
	name, _ := made(t, keep.Passphrase, knows(phrase))
	before, _ := os.ReadFile(name)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var said []casework.RefusalKind
		words := []string{"wrong", "Correct horse battery", phrase}
		m := keep.Means{Ask: func(_ context.Context, q keep.Question) ([]byte, error) {
			said = append(said, casework.KindOf(q.Before))
			next := words[0]
			words = words[1:]
			return []byte(next), nil
		}}
		opens(t, name, m, secret())
		if want := []casework.RefusalKind{"", casework.PassphraseWrong, casework.PassphraseWrong}; !reflect.DeepEqual(said, want) {
			t.Errorf("said %v", said)
		}
		if waited := time.Since(began); waited != 3*time.Second {
			t.Errorf("waited %v", waited)
		}
		if _, err := keep.Open(t.Context(), name, knows("1", "2", "3", "4", "5", phrase)); casework.KindOf(err) != casework.PassphraseWrong {
			t.Error(err)
		}
		opens(t, name, knows(phrase), secret()) // nobody is locked out
	})
	if after, _ := os.ReadFile(name); !bytes.Equal(before, after) {
		t.Error("the file was altered")
	}
}

func TestAPassphraseIsOverwrittenOnceItHasBeenUsed(t *testing.T) {
	var given [][]byte
	watched := func(m keep.Means) keep.Means {
		ask := m.Ask
		m.Ask = func(ctx context.Context, q keep.Question) ([]byte, error) {
			answer, err := ask(ctx, q)
			given = append(given, answer)
			return answer, err
		}
		return m
	}
	name := filepath.Join(t.TempDir(), "device.key")
	if _, err := keep.Make(t.Context(), name, keep.Passphrase, secret(), nil, watched(knows("short", phrase))); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		opens(t, name, watched(knows("wrong horse battery", phrase)), secret())
	})
	if len(given) != 4 {
		t.Fatalf("asked %d times", len(given))
	}
	for n, answer := range given {
		if len(bytes.Trim(answer, "\x00")) != 0 {
			t.Errorf("answer %d is still there", n)
		}
	}
}

func TestAPassphraseIsNeitherShortNorAskedOfNobody(t *testing.T) {
	name := filepath.Join(t.TempDir(), "device.key")
	if _, err := keep.Make(t.Context(), name, keep.Passphrase, secret(), nil, knows("short", "九个字不够用", "also", "x", "y")); casework.KindOf(err) != casework.PassphraseWeak {
		t.Error(err)
	}
	if _, err := keep.Make(t.Context(), name, keep.Passphrase, secret(), nil, keep.Means{}); casework.KindOf(err) != casework.PassphraseNeeded {
		t.Error(err)
	}
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a file was made")
	}
	name, _ = made(t, keep.Passphrase, knows("short", phrase))
	if _, err := keep.Open(t.Context(), name, keep.Means{}); casework.KindOf(err) != casework.PassphraseNeeded {
		t.Error(err)
	}
}

// TestAFlippedBitInAnyByteOfAKeyFileIsReported, and none asks a person for anything.
func TestAFlippedBitInAnyByteOfAKeyFileIsReported(t *testing.T) {
	onToken := reader(t, pin)
	for way, m := range map[keep.Way]keep.Means{keep.File: {}, keep.Passphrase: knows(phrase), keep.Token: onToken.means} {
		name, k := made(t, way, m)
		k.Held().Close()
		whole, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for at := range whole {
			flipped := bytes.Clone(whole)
			flipped[at] ^= 1 << (at % 8)
			if err := os.WriteFile(name, flipped, 0o600); err != nil {
				t.Fatal(err)
			}
			if k, err := keep.Open(t.Context(), name, keep.Means{}); casework.KindOf(err) != casework.KeyDamaged {
				t.Fatalf("%s, byte %d: %v, %v", way, at, k.Way, err)
			}
		}
		for _, n := range []int{0, 1, 31, 34, len(whole) - 1} {
			if err := os.WriteFile(name, whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := keep.Open(t.Context(), name, keep.Means{}); casework.KindOf(err) != casework.KeyDamaged {
				t.Errorf("%s, cut to %d bytes: %v", way, n, err)
			}
		}
	}
}

func TestAFileOfBeforeIsReadAndTakesAnotherWay(t *testing.T) {
	for _, prefix := range [][]byte{nil, {2}} {
		name := filepath.Join(t.TempDir(), "device.key")
		if err := os.WriteFile(name, append(prefix, secret().Device...), 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := keep.Open(t.Context(), name, keep.Means{})
		if err != nil || k.Way != keep.File || !bytes.Equal(k.Secret.Device, secret().Device) || int(k.Secret.Suite) != 1+len(prefix) {
			t.Fatalf("%+v, %v", k, err)
		}
		if _, err := k.Change(t.Context(), keep.Passphrase, nil, knows(phrase)); err != nil {
			t.Fatal(err)
		}
		opens(t, name, knows(phrase), k.Secret)
		k.Secret.Next = bytes.Repeat([]byte{1}, 32)
		if _, err := k.Save(k.Secret, nil); err != nil { // k is still of before
			t.Fatal(err)
		}
		opens(t, name, keep.Means{}, k.Secret)
	}
}

// TestEachChangeLeavesTheOldFileOrTheNewOne: what a power cut leaves beside it is a
// file of another name, and a change that is refused changes nothing.
func TestEachChangeLeavesTheOldFileOrTheNewOne(t *testing.T) {
	name, k := made(t, keep.File, keep.Means{})
	before, _ := os.ReadFile(name)
	if _, err := k.Change(t.Context(), keep.Passphrase, nil, keep.Means{}); casework.KindOf(err) != casework.PassphraseNeeded {
		t.Error(err)
	}
	if _, err := k.Change(t.Context(), keep.TPM, nil, keep.Means{Chip: filepath.Join(t.TempDir(), "none")}); casework.KindOf(err) != casework.ChipRefused {
		t.Error(err)
	}
	if after, _ := os.ReadFile(name); !bytes.Equal(before, after) {
		t.Error("the file was altered")
	}
	k, err := k.Change(t.Context(), keep.Passphrase, nil, knows(phrase))
	if err != nil {
		t.Fatal(err)
	}
	next := secret()
	next.Next = bytes.Repeat([]byte{3}, 32)
	if k, err = k.Save(next, []byte("other")); err != nil { // asks nobody
		t.Fatal(err)
	}
	opens(t, name, knows(phrase), next)
	if _, err := k.Change(t.Context(), keep.Passphrase, nil, knows("another long phrase")); err != nil {
		t.Fatal(err)
	}
	opens(t, name, knows("another long phrase"), next)
	if list, err := os.ReadDir(filepath.Dir(name)); err != nil || len(list) != 1 {
		t.Errorf("left behind: %v, %v", list, err)
	}
}

func TestOfManyThatMakeTheFileOneDoes(t *testing.T) {
	name := filepath.Join(t.TempDir(), "device.key")
	var all sync.WaitGroup
	done := make(chan error, 16)
	for range cap(done) {
		all.Go(func() {
			_, err := keep.Make(t.Context(), name, keep.File, secret(), nil, keep.Means{})
			done <- err
		})
	}
	all.Wait()
	made := 0
	for range cap(done) {
		switch err := <-done; {
		case err == nil:
			made++
		case !errors.Is(err, fs.ErrExist):
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d made it", made)
	}
}

// chip starts a TPM of its own for this test and returns its socket.
func chip(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "chip") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket, number := filepath.Join(dir, "tpm"), filepath.Join(dir, "pid")
	// It goes to the background once it listens.
	if err := exec.Command("swtpm", "socket", "--tpm2", "--tpmstate", "dir="+dir, "--server", "type=unixio,path="+socket,
		"--flags", "not-need-init,startup-clear", "--pid", "file="+number, "--daemon").Run(); err != nil {
		t.Fatal(err, "Debian's package swtpm is needed")
	}
	t.Cleanup(func() {
		text, err := os.ReadFile(number)
		pid, err2 := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill()
		}
	})
	return socket
}

func TestATPMOpensWhatItSealedAndNoOtherDoes(t *testing.T) {
	mine, other := keep.Means{Chip: chip(t)}, keep.Means{Chip: chip(t)}
	name, k := made(t, keep.TPM, mine)
	for range 4 { // nothing is left in the chip's few places
		opens(t, name, mine, secret())
	}
	for _, m := range []keep.Means{other, {Chip: filepath.Join(t.TempDir(), "none")}} {
		if _, err := keep.Open(t.Context(), name, m); casework.KindOf(err) != casework.ChipRefused {
			t.Error(err)
		}
	}
	if k, err := k.Change(t.Context(), keep.Auto, nil, mine); err != nil || k.Way != keep.TPM {
		t.Errorf("auto is %s, %v", k.Way, err)
	}
	opens(t, name, mine, secret())
}

// keyringOnce runs in a session of its own that has a keyring, see below.
const keyringOnce = "COUNTERFOIL_KEYRING_TEST"

// TestAKeyringOpensWhatItWasGivenAndAnotherUsersDoesNot runs itself in a session
// with a real keyring, and then in another one.
func TestAKeyringOpensWhatItWasGivenAndAnotherUsersDoesNot(t *testing.T) {
	if name := os.Getenv(keyringOnce); name != "" {
		inKeyring(t, name)
		return
	}
	name := filepath.Join(t.TempDir(), "device.key")
	for range 2 {
		home := t.TempDir()
		cmd := exec.Command("dbus-run-session", "--", "sh", "-c", `printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" "$@"`,
			os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
		cmd.Env = append(os.Environ(), keyringOnce+"="+name, "HOME="+home, "XDG_RUNTIME_DIR="+home, "XDG_DATA_HOME="+home)
		cmd.WaitDelay = 5 * time.Second // a daemon that outlives its session keeps the output open
		if out, err := cmd.CombinedOutput(); err != nil && !errors.Is(err, exec.ErrWaitDelay) || !strings.Contains(string(out), "--- PASS") {
			t.Fatalf("%v; Debian's packages dbus and gnome-keyring are needed\n%s", err, out)
		}
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	if _, err := keep.Open(t.Context(), name, keep.Means{}); casework.KindOf(err) != casework.KeyringRefused {
		t.Errorf("without a keyring: %v", err)
	}
}

// inKeyring makes the file where there is none; else it was made in another session,
// whose keyring is not this one.
func inKeyring(t *testing.T, name string) {
	before, err := os.ReadFile(name)
	if err == nil {
		if _, err := keep.Open(t.Context(), name, keep.Means{}); casework.KindOf(err) != casework.KeyringRefused {
			t.Error(err)
		}
		if after, _ := os.ReadFile(name); !bytes.Equal(before, after) {
			t.Error("the file was altered")
		}
		return
	}
	k, err := keep.Make(t.Context(), name, keep.Auto, secret(), nil, keep.Means{})
	if err != nil || k.Way != keep.Keyring {
		t.Fatalf("%s, %v", k.Way, err)
	}
	opens(t, name, keep.Means{}, secret())
	k.Secret.Next = bytes.Repeat([]byte{3}, 32)
	if k, err = k.Save(k.Secret, nil); err != nil {
		t.Fatal(err)
	}
	opens(t, name, keep.Means{}, k.Secret)
}

func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	if _, err := keep.Make(f.Context(), filepath.Join(dir, "k"), keep.File, secret(), nil, keep.Means{}); err != nil {
		f.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "k"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"counterfoil_key":1,"kept":"passphrase"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		name := filepath.Join(t.TempDir(), "device.key")
		if err := os.WriteFile(name, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		k, err := keep.Open(t.Context(), name, keep.Means{})
		if err == nil && len(k.Secret.Device) != 32 || err != nil && casework.KindOf(err) == "" {
			t.Errorf("%+v, %v", k, err)
		}
	})
}
