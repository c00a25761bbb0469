package keep_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/counter/keep"
	"counterfoil/app/protocol"
	"counterfoil/devices/token/softtoken"
)

const pin = "482913"

// readers is a card reader of a test's own, and what people were told in front of it.
type readers struct {
	conf  string
	means keep.Means
	said  []casework.RefusalKind // before each PIN that was asked for
}

// reader has a card without a key in it. The PINs are what people type, one after the
// other, the last one for ever.
func reader(t *testing.T, pins ...string) *readers {
	t.Helper()
	return readerOf(t, softtoken.Own, pins...)
}

func readerOf(t *testing.T, module func(dir string) (string, error), pins ...string) *readers {
	t.Helper()
	dir := t.TempDir()
	conf, err := softtoken.Configure(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	so, err := module(dir)
	if err == nil {
		err = (softtoken.Card{Label: "counter", PIN: pin}).Make(conf)
	}
	if err != nil {
		t.Fatal(err)
	}
	r := &readers{conf: conf, means: keep.Means{Token: keep.Place{Module: so, Label: "counter 12"}}}
	r.types(pins...)
	return r
}

// types is what people type from now on.
func (r *readers) types(pins ...string) {
	r.said = nil
	r.means.Ask = func(_ context.Context, q keep.Question) ([]byte, error) {
		if !q.PIN {
			return nil, errors.New("a passphrase is asked for")
		}
		r.said = append(r.said, casework.KindOf(q.Before))
		next := pins[0]
		if len(pins) > 1 {
			pins = pins[1:]
		}
		return []byte(next), nil
	}
}

// again is another start of the program: SoftHSM finds a card that was away only then.
func (r *readers) again(t *testing.T) {
	t.Helper()
	module, err := softtoken.Own(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r.means.Moved = module
}

// shut opens a file, closes it again, and returns what it was refused for.
func (r *readers) shut(t *testing.T, name string) casework.RefusalKind {
	t.Helper()
	k, err := keep.Open(t.Context(), name, r.means)
	k.Held().Close()
	if err != nil && casework.KindOf(err) == "" {
		t.Fatal(err)
	}
	return casework.KindOf(err)
}

func TestAKeyOnATokenIsMadeOnceAndOpensWithItsPIN(t *testing.T) {
	r := reader(t, pin)
	name, k := made(t, keep.Token, r.means)
	public := k.Held().Public().(ed25519.PublicKey)
	message := []byte("an entry")
	sig, err := k.Held().Sign(nil, message, crypto.Hash(0))
	if err != nil || !ed25519.Verify(public, message, sig) {
		t.Fatal(err)
	}
	k.Held().Close()
	raw, err := os.ReadFile(name)
	if err != nil || bytes.Contains(raw, []byte("BwcHBwcH")) || bytes.Contains(raw, []byte(pin)) {
		t.Errorf("%v: %s", err, raw)
	}
	if way, shown, err := keep.Look(name); way != keep.Token || !bytes.Equal(shown, public) || err != nil {
		t.Errorf("%s %x %v", way, shown, err)
	}
	r.types("000000", pin)
	opens(t, name, r.means, secret())
	if want := []casework.RefusalKind{"", casework.TokenPINWrong}; !slices.Equal(r.said, want) {
		t.Errorf("said %v", r.said)
	}
}

// TestAKeyThatIsOnTheTokenAlreadyIsTaken, and once there is a file, no other.
func TestAKeyThatIsOnTheTokenAlreadyIsTaken(t *testing.T) {
	r := reader(t, pin)
	_, first := made(t, keep.Token, r.means)
	first.Held().Close()
	name, second := made(t, keep.Token, r.means)
	if !first.Held().Public().(ed25519.PublicKey).Equal(second.Held().Public()) {
		t.Error("another key was made")
	}
	second.Held().Close()
	elsewhere := reader(t, pin)
	_, other := made(t, keep.Token, elsewhere.means)
	other.Held().Close()
	elsewhere.types("never asked")
	elsewhere.means.Moved = elsewhere.means.Token.Module
	if kind := elsewhere.shut(t, name); kind != casework.TokenOther || len(elsewhere.said) != 0 {
		t.Errorf("another key of this label: %s, asked %d times", kind, len(elsewhere.said))
	}
}

func TestATokenThatIsAwayOrNobodyIsThereForIsSaid(t *testing.T) {
	r := reader(t, pin)
	name, k := made(t, keep.Token, r.means)
	k.Held().Close()
	before, _ := os.ReadFile(name)
	if _, err := keep.Open(t.Context(), name, keep.Means{}); casework.KindOf(err) != casework.TokenPINNeeded {
		t.Error(err)
	}
	r.types("000000")
	if kind := r.shut(t, name); kind != casework.TokenPINWrong || len(r.said) != 5 {
		t.Errorf("%s after %d PINs", kind, len(r.said))
	}
	closed := errors.New("closed")
	r.means.Ask = func(context.Context, keep.Question) ([]byte, error) { return nil, closed }
	if _, err := keep.Open(t.Context(), name, r.means); !errors.Is(err, closed) {
		t.Error(err)
	}
	r.types(pin)
	r.means.Moved = filepath.Join(t.TempDir(), "nowhere.so")
	if kind := r.shut(t, name); kind != casework.TokenMissing {
		t.Error(kind)
	}
	r.means.Moved = ""
	if err := softtoken.Pull(r.conf); err != nil {
		t.Fatal(err)
	}
	if kind := r.shut(t, name); kind != casework.TokenMissing || len(r.said) != 0 {
		t.Errorf("pulled: %s, asked %d times", kind, len(r.said))
	}
	if err := softtoken.Push(r.conf); err != nil {
		t.Fatal(err)
	}
	r.again(t)
	opens(t, name, r.means, secret())
	if after, _ := os.ReadFile(name); !bytes.Equal(before, after) {
		t.Error("the file was altered")
	}
}

// TestThePersonIsToldBeforeTheTokenLocksAndNothingTriesAPINAlone: a file with the PIN
// gives the same each time, and is not asked where the token is about to lock.
func TestThePersonIsToldBeforeTheTokenLocksAndNothingTriesAPINAlone(t *testing.T) {
	r := readerOf(t, softtoken.Counting, pin)
	name, k := made(t, keep.Token, r.means)
	k.Held().Close()
	person := r.means
	for range 3 { // each start with a wrong PIN in a file
		person.Ask = func(_ context.Context, q keep.Question) ([]byte, error) { return []byte("000000"), q.Before }
		k, err := keep.Open(t.Context(), name, person)
		k.Held().Close()
		if kind := casework.KindOf(err); kind != casework.TokenPINWrong && kind != casework.TokenPINLast {
			t.Fatal(err)
		}
	}
	r.types(pin)
	if kind := r.shut(t, name); kind != "" || !slices.Equal(r.said, []casework.RefusalKind{casework.TokenPINLast}) {
		t.Fatalf("%s, said %v", kind, r.said)
	}
	r.types("000000")
	if kind := r.shut(t, name); kind != casework.TokenLocked || !slices.Equal(r.said, []casework.RefusalKind{"", casework.TokenPINWrong, casework.TokenPINLast}) {
		t.Errorf("%s, said %v", kind, r.said)
	}
	r.types(pin)
	if kind := r.shut(t, name); kind != casework.TokenLocked || len(r.said) != 0 {
		t.Errorf("locked: %s, asked %d times", kind, len(r.said))
	}
}

func TestATokenThatCantHoldTheKeyIsRefusedBeforeThePIN(t *testing.T) {
	r := reader(t, pin)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err == nil {
		err = (softtoken.Card{Label: "curve", PIN: pin, Key: curve}).Make(r.conf)
	}
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "device.key")
	of2 := secret()
	of2.Suite = protocol.Suite2
	at := r.means.Token
	for want, give := range map[casework.RefusalKind]struct {
		s  keep.Secret
		at keep.Place
	}{
		casework.TokenUnfit:   {secret(), keep.Place{Module: at.Module, Label: "curve"}},
		casework.TokenMany:    {secret(), at}, // there are two cards now, and neither has the key
		casework.TokenSuite:   {of2, at},
		casework.TokenUnnamed: {secret(), keep.Place{Module: at.Module}},
	} {
		r.means.Token = give.at
		if _, err := keep.Make(t.Context(), name, keep.Token, give.s, nil, r.means); casework.KindOf(err) != want || len(r.said) != 0 {
			t.Errorf("want %s, got %v, asked %d times", want, err, len(r.said))
		}
	}
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a file was made")
	}
}

func TestAPulledTokenSignsNoMore(t *testing.T) {
	r := reader(t, pin)
	_, k := made(t, keep.Token, r.means)
	defer k.Held().Close()
	for _, way := range []func(string) error{softtoken.Pull, softtoken.Push} { // put back, it wants its PIN
		if err := way(r.conf); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Held().Sign(nil, []byte("m"), crypto.Hash(0)); casework.KindOf(err) != casework.TokenGone {
			t.Error(err)
		}
	}
}

func TestAModuleThatMovedIsFoundAgain(t *testing.T) {
	r := reader(t, pin)
	name, k := made(t, keep.Token, r.means)
	k.Held().Close()
	moved := filepath.Join(t.TempDir(), "moved.so")
	if err := os.Rename(r.means.Token.Module, moved); err != nil {
		t.Fatal(err)
	}
	r.means.Moved = moved
	k, err := keep.Open(t.Context(), name, r.means)
	if err != nil {
		t.Fatal(err)
	}
	if k, err = k.Moved(); err != nil || k.Place().Module != moved {
		t.Fatal(err)
	}
	k.Held().Close()
	r.means.Moved = ""
	opens(t, name, r.means, secret())
}
