package token_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"os"
	"slices"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/devices/token"
	"counterfoil/devices/token/softtoken"
)

// cards are the keys on the cards that every test finds in the readers.
type cards struct {
	conf string
	keys map[string]crypto.Signer
}

// A module reads its settings once in a process, so all tests share the readers.
var readers cards

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "cards")
	if err == nil {
		err = readers.fill(dir)
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

const pin = "482913"

func (c *cards) fill(dir string) (err error) {
	if c.conf, err = softtoken.Configure(dir); err != nil {
		return err
	}
	os.Setenv("SOFTHSM2_CONF", c.conf)
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	other, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	_, signs, _ := ed25519.GenerateKey(rand.Reader)
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	curve, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	held, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	c.keys = map[string]crypto.Signer{"p256": ec, "ed25519": ed, "rsa": rs, "p384": other, "held": held, "signer": signs, "curve": curve}
	for label, key := range c.keys {
		if err := (softtoken.Card{Label: label, PIN: pin, Key: key}).Make(c.conf); err != nil {
			return err
		}
	}
	return nil
}

func open(t *testing.T) *token.Token {
	t.Helper()
	tok, err := token.Open(softtoken.Module)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func pkix(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func holds(public crypto.PublicKey, message, sig []byte) bool {
	sum := sha256.Sum256(message)
	switch k := public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(k, message, sig)
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(k, sum[:], sig)
	case *rsa.PublicKey:
		return rsa.VerifyPSS(k, crypto.SHA256, sum[:], sig, &rsa.PSSOptions{SaltLength: 32}) == nil
	}
	return false
}

func TestKeysOfTheCardsAreReadWithoutAPIN(t *testing.T) {
	got, err := open(t).Keys()
	if err != nil || len(got) != 6 {
		t.Fatalf("%d keys, %v: the one on P-384 is not understood, the others are", len(got), err)
	}
	for _, name := range []string{"p256", "ed25519", "rsa"} {
		if !slices.ContainsFunc(got, func(k []byte) bool { return string(k) == string(pkix(t, readers.keys[name])) }) {
			t.Errorf("%s is not there", name)
		}
	}
}

func TestACardProvesWithItsPINThatItsHolderIsThere(t *testing.T) {
	tok := open(t)
	for _, name := range []string{"p256", "ed25519", "rsa"} {
		key := readers.keys[name]
		for range 2 { // signed out in between
			sig, err := tok.Prove(pin, pkix(t, key), []byte("a message"))
			if err != nil || !holds(key.Public(), []byte("a message"), sig) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestAWrongPINIsRefusedAndARightOneThenHolds(t *testing.T) {
	tok, key := open(t), readers.keys["p256"]
	for _, wrong := range []string{"111111", "", "1"} {
		if _, err := tok.Prove(wrong, pkix(t, key), []byte("m")); casework.KindOf(err) != casework.CardRefused {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if _, err := tok.Prove(pin, pkix(t, key), []byte("m")); err != nil {
		t.Fatal(err)
	}
}

func TestAKeyThatIsInNoReaderIsMissing(t *testing.T) {
	stranger, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if _, err := open(t).Prove(pin, pkix(t, stranger), []byte("m")); casework.KindOf(err) != casework.CardMissing {
		t.Fatal(err)
	}
	if _, err := token.Open("/nowhere/module.so"); casework.KindOf(err) != casework.CardMissing {
		t.Fatal(err)
	}
}

func TestASignerOnATokenSignsAsAKeyInMemoryDoes(t *testing.T) {
	tok := open(t)
	message := []byte("an entry")
	sum := sha256.Sum256(message)
	for name, give := range map[string]struct {
		content []byte
		opts    crypto.SignerOpts
	}{"signer": {message, crypto.Hash(0)}, "curve": {sum[:], crypto.SHA256}} {
		s, err := tok.Signer(pin, name)
		if err != nil {
			t.Fatal(err)
		}
		sig, err := s.Sign(rand.Reader, give.content, give.opts)
		if err != nil || !holds(s.Public(), message, sig) || string(pkix(t, s)) != string(pkix(t, readers.keys[name])) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Sign(rand.Reader, sum[:], crypto.SHA384); casework.KindOf(err) != casework.UnsupportedSuite {
			t.Errorf("%s signed by another hash: %v", name, err)
		}
	}
	if _, err := tok.Signer("000000", "p256"); casework.KindOf(err) != casework.CardRefused {
		t.Error(err)
	}
	if _, err := tok.Signer(pin, "nobody's"); casework.KindOf(err) != casework.CardMissing {
		t.Error(err)
	}
}

// A card that stays signed in would sign for whoever types anything.
func TestACardThatTheProgramHoldsForItselfProvesNobody(t *testing.T) {
	tok := open(t)
	if _, err := tok.Signer(pin, "held"); err != nil {
		t.Fatal(err)
	}
	if _, err := tok.Prove("000000", pkix(t, readers.keys["held"]), []byte("m")); casework.KindOf(err) != casework.CardRefused {
		t.Fatal(err)
	}
}
