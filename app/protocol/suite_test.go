package protocol_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"math/big"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// TestASignatureOfOneSuiteIsNeverTakenForTheOthers: the suite is the key's, the
// header only says it, and nothing is tried.
func TestASignatureOfOneSuiteIsNeverTakenForTheOthers(t *testing.T) {
	for i, key := range bothKeys("counter") {
		raw, _, err := protocol.SignEntry(key, goldenEntry(casework.Opened))
		if err != nil {
			t.Fatal(err)
		}
		_, env, err := protocol.OpenEntry(raw)
		if err != nil || env.Suite != protocol.Suite(i+1) {
			t.Fatalf("suite %d: %v", env.Suite, err)
		}
		if err := env.Verify(publicOf(bothKeys("counter")[1-i])); casework.KindOf(err) != casework.UnsupportedSuite {
			t.Errorf("under the key of the other suite: %v", err)
		}
		if err := env.Verify(publicOf(bothKeys("other")[i])); casework.KindOf(err) != casework.KeyUnknown {
			t.Errorf("under another key: %v", err)
		}
	}
}

func TestAnUnknownSuiteIsRefusedEverywhere(t *testing.T) {
	key := publicOf(testKey("counter"))
	for _, s := range []protocol.Suite{-1, 0, 3} {
		key.Suite = s
		if casework.KindOf(key.Check()) != casework.UnsupportedSuite || casework.KindOf(s.Check()) != casework.UnsupportedSuite {
			t.Errorf("suite %d is taken", s)
		}
	}
	raw, _, err := protocol.SignEntry(secondKey("counter"), goldenEntry(casework.Opened))
	if err != nil {
		t.Fatal(err)
	}
	for words, alg := range map[string][]byte{"ES256": {0x26}, "a number of nobody's": {0x3a, 0, 1, 0, 1}, "SM2 in a longer number": {0x3b, 0, 0, 0, 0, 0, 1, 0, 0}} {
		if _, _, err := protocol.OpenEntry(withAlgorithm(raw, alg)); err == nil {
			t.Errorf("%s opens", words)
		}
	}
	first, _, err := protocol.SignEntry(testKey("counter"), goldenEntry(casework.Opened))
	if err != nil {
		t.Fatal(err)
	}
	longer := bytes.Replace(first, []byte{0xa3, 0x01, 0x27}, []byte{0xa3, 0x01, 0x38, 0x07}, 1)
	longer[3]++
	if _, _, err := protocol.OpenEntry(longer); casework.KindOf(err) != casework.Malformed {
		t.Errorf("EdDSA in a longer number: %v", err)
	}
	if _, _, err := protocol.OpenEntry(withAlgorithm(raw, []byte{0x3a, 0, 1, 0, 0})); err != nil {
		t.Errorf("the very same bytes do not open: %v", err)
	}
}

// withAlgorithm puts another algorithm into the protected header, whose length
// then fits.
func withAlgorithm(raw, alg []byte) []byte {
	was := []byte{0x3a, 0x00, 0x01, 0x00, 0x00}
	at := bytes.Index(raw, was)
	out := append(append(bytes.Clone(raw[:at]), alg...), raw[at+len(was):]...)
	out[3] += byte(len(alg) - len(was)) // 0xd2 0x84 0x58 LENGTH
	return out
}

func TestAKeyHasOneEncodingAndOneMeaning(t *testing.T) {
	good := publicOf(secondKey("counter"))
	line := publicOf(testKey("connection")).Bytes
	compressed := append([]byte{2 + good.Bytes[64]&1}, good.Bytes[1:33]...)
	hybrid := append([]byte{6 + good.Bytes[64]&1}, good.Bytes[1:]...)
	elsewhere := bytes.Clone(good.Bytes)
	elsewhere[64] ^= 1
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	nist, err := other.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for words, key := range map[string]protocol.PublicKey{
		"a compressed point":                {Suite: protocol.Suite2, Bytes: compressed},
		"a hybrid point":                    {Suite: protocol.Suite2, Bytes: hybrid},
		"no point of the curve":             {Suite: protocol.Suite2, Bytes: elsewhere},
		"a point of P-256":                  {Suite: protocol.Suite2, Bytes: nist},
		"infinity":                          {Suite: protocol.Suite2, Bytes: []byte{0}},
		"Ed25519 as suite 2":                {Suite: protocol.Suite2, Bytes: line},
		"SM2 as suite 1":                    {Suite: protocol.Suite1, Bytes: good.Bytes},
		"suite 1 with a connection":         {Suite: protocol.Suite1, Bytes: line, Connection: line},
		"a connection of a wrong length":    {Suite: protocol.Suite2, Bytes: good.Bytes, Connection: line[1:]},
		"a connection by the point's bytes": {Suite: protocol.Suite2, Bytes: good.Bytes, Connection: good.Bytes},
	} {
		if key.Check() == nil {
			t.Errorf("%s is taken", words)
		}
	}
	if good.CheckCounter() == nil {
		t.Error("a counter of suite 2 may have no connection key")
	}
	if _, err := protocol.PublicOf(other); casework.KindOf(err) != casework.UnsupportedSuite {
		t.Errorf("a signer on P-256: %v", err)
	}
	if _, err := protocol.CounterKey(secondKey("counter"), secondKey("counter")); casework.KindOf(err) != casework.UnsupportedSuite {
		t.Errorf("a connection by SM2: %v", err)
	}
}

// TestANumberThatIsNoKeyIsRefused: 0, n-1 and what is above (GB/T 32918.1 §6.1).
func TestANumberThatIsNoKeyIsRefused(t *testing.T) {
	n, _ := new(big.Int).SetString("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123", 16)
	less := func(by int64) []byte { return new(big.Int).Sub(n, big.NewInt(by)).FillBytes(make([]byte, 32)) }
	for words, secret := range map[string][]byte{"0": make([]byte, 32), "n-1": less(1), "n": less(0), "n+1": less(-1), "31 bytes": less(2)[1:], "nothing": nil} {
		if _, err := protocol.NewSM2Key(secret); casework.KindOf(err) != casework.Malformed {
			t.Errorf("%s: %v", words, err)
		}
	}
	for _, secret := range [][]byte{less(2), append(make([]byte, 31), 1)} {
		if _, err := protocol.NewSM2Key(secret); err != nil {
			t.Errorf("%x: %v", secret, err)
		}
	}
}

func TestALicenceOfSuite2ProvesItsFieldsAndNoOthers(t *testing.T) {
	p, err := protocol.IssueLicence(secondKey("issuer"), idCard())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := protocol.Marshal(p.Disclose([]casework.FieldID{"name"}))
	if err != nil {
		t.Fatal(err)
	}
	info := casework.KindInfo{Kind: "id-card"}
	by := func(key protocol.PublicKey) func(string) (protocol.PublicKey, bool) {
		return func(name string) (protocol.PublicKey, bool) { return key, name == issuerName }
	}
	l, err := protocol.OpenLicence(raw, info, by(publicOf(secondKey("issuer"))))
	if v, _ := l.Value("name"); err != nil || v != "演练一" || len(l.Fields) != 1 {
		t.Errorf("opened as %+v, %v", l, err)
	}
	if l, err := protocol.OpenLicence(raw, info, issuers); casework.KindOf(err) != casework.IssuerSignature || l.Fields != nil {
		t.Errorf("by the issuer's key of suite 1: %v", err)
	}
	p.Openings[0].Value += "二"
	if raw, err = protocol.Marshal(p); err != nil {
		t.Fatal(err)
	}
	if l, err := protocol.OpenLicence(raw, info, by(publicOf(secondKey("issuer")))); casework.KindOf(err) != casework.IssuerSignature || l.Fields != nil {
		t.Errorf("with another name: %v", err)
	}
}
