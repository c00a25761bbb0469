//go:build cgo

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
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/pkcs11"

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
	if conf := os.Getenv(alone); conf != "" {
		return os.Setenv("SOFTHSM2_CONF", conf)
	}
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

// held is a key on a card, found by its label and signed in to.
func held(tok *token.Token, pin, label string) (*token.Signer, error) {
	spot, err := tok.Find(label)
	if err != nil {
		return nil, err
	}
	return tok.Hold(pin, spot)
}

func TestASignerOnATokenSignsAsAKeyInMemoryDoes(t *testing.T) {
	tok := open(t)
	message := []byte("an entry")
	sum := sha256.Sum256(message)
	for name, give := range map[string]struct {
		content []byte
		opts    crypto.SignerOpts
	}{"signer": {message, crypto.Hash(0)}, "curve": {sum[:], crypto.SHA256}} {
		s, err := held(tok, pin, name)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		sig, err := s.Sign(rand.Reader, give.content, give.opts)
		if err != nil || !holds(s.Public(), message, sig) || string(pkix(t, s)) != string(pkix(t, readers.keys[name])) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Sign(rand.Reader, sum[:], crypto.SHA384); casework.KindOf(err) != casework.UnsupportedSuite {
			t.Errorf("%s signed by another hash: %v", name, err)
		}
	}
	if _, err := held(tok, "000000", "p256"); casework.KindOf(err) != casework.CardRefused {
		t.Error(err)
	}
	if _, err := held(tok, pin, "nobody's"); casework.KindOf(err) != casework.CardMissing {
		t.Error(err)
	}
}

// A card that stays signed in would sign for whoever types anything.
func TestACardThatTheProgramHoldsForItselfProvesNobody(t *testing.T) {
	tok, public := open(t), pkix(t, readers.keys["held"])
	s, err := held(tok, pin, "held")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tok.Prove("000000", public, []byte("m")); casework.KindOf(err) != casework.CardRefused {
		t.Fatal(err)
	}
	s.Close()
	s.Close() // once is enough
	if _, err := tok.Prove("000000", public, []byte("m")); casework.KindOf(err) != casework.CardRefused {
		t.Fatal(err)
	}
	if _, err := tok.Prove(pin, public, []byte("m")); err != nil {
		t.Fatal(err)
	}
}

func TestAKeyIsMadeOnlyWhereItIsClearOnWhichCard(t *testing.T) {
	if _, err := open(t).Room("new"); casework.KindOf(err) != casework.TokenMany {
		t.Fatal(err)
	}
}

// alone says that this process has one card alone in its readers, and where its
// settings are.
const alone = "COUNTERFOIL_ONE_CARD"

// TestAKeyThatIsMadeOnACardIsFoundAgainAndStaysThere runs itself in a process of its
// own, because the readers of this one are full.
func TestAKeyThatIsMadeOnACardIsFoundAgainAndStaysThere(t *testing.T) {
	conf := os.Getenv(alone)
	if conf == "" {
		dir := t.TempDir()
		conf, err := softtoken.Configure(dir)
		if err == nil {
			err = (softtoken.Card{Label: "alone", PIN: pin}).Make(conf)
		}
		if err != nil {
			t.Fatal(err)
		}
		again := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
		again.Env = append(os.Environ(), alone+"="+conf)
		if out, err := again.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	tok := open(t)
	for _, label := range []string{"counter 12", "counter 12, second"} { // the second needs no PIN: the card is held
		if _, err := tok.Find(label); casework.KindOf(err) != casework.CardMissing {
			t.Fatal(err)
		}
		room, err := tok.Room(label)
		if err != nil {
			t.Fatal(err)
		}
		if !tok.Holds(room) {
			if _, err := tok.Hold("000000", room); casework.KindOf(err) != casework.CardRefused {
				t.Fatal(err)
			}
		}
		made, err := tok.Hold(pin, room)
		if err != nil {
			t.Fatal(err)
		}
		defer made.Close()
		again, err := held(tok, "", label)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		sig, err := made.Sign(nil, []byte("m"), crypto.Hash(0))
		twice, err2 := again.Sign(nil, []byte("m"), crypto.Hash(0))
		if err != nil || err2 != nil || !holds(made.Public(), []byte("m"), sig) || string(sig) != string(twice) {
			t.Fatalf("%v %v", err, err2)
		}
		if _, err := tok.Hold("", room); casework.KindOf(err) != casework.TokenUnfit {
			t.Errorf("a second key of the label is made: %v", err)
		}
	}
	givesOut(t)
	if _, err := held(tok, "", "given out"); casework.KindOf(err) != casework.TokenUnfit {
		t.Errorf("a key that the card gives out: %v", err)
	}
	signer, err := held(tok, "", "counter 12")
	if err != nil {
		t.Fatal(err)
	}
	if err := softtoken.Pull(conf); err != nil {
		t.Fatal(err)
	}
	if _, err := signer.Sign(nil, []byte("m"), crypto.Hash(0)); casework.KindOf(err) != casework.CardMissing {
		t.Errorf("pulled: %v", err)
	}
}

// givesOut makes a key on the only card that may be read out of it, by the module itself.
func givesOut(t *testing.T) {
	t.Helper()
	c := pkcs11.New(softtoken.Module)
	slots, err := c.GetSlotList(true)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.OpenSession(slots[0], pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	if err != nil {
		t.Fatal(err)
	}
	set := pkcs11.NewAttribute
	both := []*pkcs11.Attribute{set(pkcs11.CKA_TOKEN, true), set(pkcs11.CKA_ID, []byte("out")), set(pkcs11.CKA_LABEL, "given out")}
	public := append(slices.Clone(both), set(pkcs11.CKA_EC_PARAMS, []byte{0x06, 0x03, 0x2b, 0x65, 0x70}))
	private := append(slices.Clone(both), set(pkcs11.CKA_SIGN, true), set(pkcs11.CKA_SENSITIVE, false), set(pkcs11.CKA_EXTRACTABLE, true))
	if _, _, err := c.GenerateKeyPair(s, []*pkcs11.Mechanism{pkcs11.NewMechanism(0x1055, nil)}, public, private); err != nil {
		t.Fatal(err)
	}
}
