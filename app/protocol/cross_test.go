package protocol

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"counterfoil/app/casework"
)

// messages are what both sides sign and hash: of every length around SM3's block.
func messages() [][]byte {
	list := [][]byte{{}, []byte("abc"), []byte("message digest"), []byte("政务服务大厅")}
	for _, n := range []int{55, 56, 63, 64, 65, 1000} {
		list = append(list, bytes.Repeat([]byte{byte(n)}, n))
	}
	return list
}

func run(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	c := exec.Command(name, args...)
	c.Stdin = bytes.NewReader(stdin)
	out, err := c.Output()
	if err != nil {
		exit, _ := err.(*exec.ExitError)
		if exit == nil {
			t.Fatalf("%s: %v (packaging/test installs it)", name, err)
		}
		t.Fatalf("%s %v: %v %s", name, args, err, exit.Stderr)
	}
	return out
}

func newSM2(t testing.TB) (crypto.Signer, PublicKey) {
	t.Helper()
	secret := make([]byte, 32)
	rand.Read(secret)
	signer, err := DeriveSM2Key(secret, "test")
	if err != nil {
		t.Fatal(err)
	}
	key, err := PublicOf(signer)
	if err != nil {
		t.Fatal(err)
	}
	return signer, key
}

// signedBytes is what the signature of a COSE_Sign1 is over (RFC 9052 §4.4), put
// together without the library that signs.
func signedBytes(t *testing.T, raw []byte) (over, signature []byte) {
	t.Helper()
	var parts []cbor.RawMessage
	var head, payload []byte
	if err := cbor.Unmarshal(raw[1:], &parts); err != nil || len(parts) != 4 {
		t.Fatal(err)
	}
	for i, into := range map[int]*[]byte{0: &head, 2: &payload, 3: &signature} {
		if err := cbor.Unmarshal(parts[i], into); err != nil {
			t.Fatal(err)
		}
	}
	over, err := cbor.Marshal([]any{"Signature1", head, []byte{}, payload})
	if err != nil {
		t.Fatal(err)
	}
	return over, signature
}

func der(t *testing.T, signature []byte) []byte {
	t.Helper()
	b, err := asn1.Marshal(sm2Signature{new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// spki is a SubjectPublicKeyInfo (RFC 5480 §2) on SM2's curve, 1.2.156.10197.1.301.
func spki(t *testing.T, key PublicKey) []byte {
	t.Helper()
	type algorithm struct{ EC, Curve asn1.ObjectIdentifier }
	b, err := asn1.Marshal(struct {
		Algorithm algorithm
		Key       asn1.BitString
	}{algorithm{asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}, asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 301}}, asn1.BitString{Bytes: key.Bytes, BitLength: 8 * len(key.Bytes)}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func kept(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const userID = "distid:1234567812345678" // the default of GB/T 35276

// TestOpenSSLVerifiesWhatSuite2SealsAndSuite2WhatOpenSSLSigns.
func TestOpenSSLVerifiesWhatSuite2SealsAndSuite2WhatOpenSSLSigns(t *testing.T) {
	signer, key := newSM2(t)
	raw, err := Seal(signer, TypeEntry, []byte{0xa0})
	if err != nil {
		t.Fatal(err)
	}
	over, signature := signedBytes(t, raw)
	public := kept(t, "public.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki(t, key)}))
	verify := func(message, signature []byte) error {
		return exec.Command("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-digest", "sm3", "-pkeyopt", userID,
			"-in", kept(t, "message", message), "-sigfile", kept(t, "signature", der(t, signature))).Run()
	}
	if err := verify(over, signature); err != nil {
		t.Errorf("OpenSSL does not take our signature: %v", err)
	}
	if verify(append(over, 0), signature) == nil {
		t.Error("OpenSSL takes our signature for another message's")
	}

	private := kept(t, "private.pem", run(t, nil, "openssl", "ecparam", "-genkey", "-name", "SM2", "-noout"))
	theirs := run(t, nil, "openssl", "pkey", "-in", private, "-pubout", "-outform", "DER")
	other, err := KeyOf(theirs[len(theirs)-sm2PublicSize:])
	if err != nil {
		t.Fatal(err)
	}
	v, err := other.verifier()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages()[1:] { // OpenSSL reads no empty file
		made := run(t, nil, "openssl", "pkeyutl", "-sign", "-inkey", private, "-rawin", "-digest", "sm3", "-pkeyopt", userID, "-in", kept(t, "message", m))
		var sig sm2Signature
		if _, err := asn1.Unmarshal(made, &sig); err != nil {
			t.Fatal(err)
		}
		flat := append(sig.R.FillBytes(make([]byte, 32)), sig.S.FillBytes(make([]byte, 32))...)
		if err := v.Verify(m, flat); err != nil {
			t.Errorf("OpenSSL's signature of %d bytes does not hold: %v", len(m), err)
		}
		if v.Verify(append(m, 0), flat) == nil {
			t.Error("OpenSSL's signature holds for another message")
		}
	}
}

func TestOpenSSLHashesAndEncryptsAsSuite2Does(t *testing.T) {
	salt := NewSalt()
	for _, m := range messages() {
		if got := run(t, m, "openssl", "dgst", "-sm3", "-binary"); casework.Digest(got) != Suite2.Digest(m) {
			t.Errorf("SM3 of %d bytes: OpenSSL has %x", len(m), got)
		}
		got := run(t, m, "openssl", "dgst", "-sm3", "-mac", "HMAC", "-macopt", "hexkey:"+hex.EncodeToString(salt[:]), "-binary")
		if casework.Commitment(got) != Suite2.Commit(salt, m) {
			t.Errorf("HMAC-SM3 of %d bytes: OpenSSL has %x", len(m), got)
		}
	}
	key, plain := bytes.Repeat([]byte{5}, 16), bytes.Repeat([]byte("licence "), 20)
	seal, err := Suite2.AEAD(key)
	if err != nil {
		t.Fatal(err)
	}
	box := seal.Seal(nil, nil, plain, nil)
	// OpenSSL 3.0 has no SM4-GCM; the ciphertext of GCM is that of CTR from the
	// nonce and 2 on (NIST SP 800-38D §7.1).
	counter := binary.BigEndian.AppendUint32(bytes.Clone(box[:12]), 2)
	got := run(t, plain, "openssl", "enc", "-sm4-ctr", "-K", hex.EncodeToString(key), "-iv", hex.EncodeToString(counter))
	if !bytes.Equal(got, box[12:len(box)-16]) {
		t.Error("SM4-CTR: OpenSSL has another ciphertext")
	}
}

// TestSMCryptoOfNPMAgreesWithSuite2 asks the library that most web pages use.
func TestSMCryptoOfNPMAgreesWithSuite2(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "smcrypto"))); err != nil {
		t.Fatal(err)
	}
	run(t, nil, "npm", "ci", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	const slow = 3 // as many are signed: that takes sm-crypto a tenth of a second each
	type signature struct {
		Key       string `json:"key"`
		Message   string `json:"message"`
		Signature string `json:"signature"`
	}
	salt, block := NewSalt(), bytes.Repeat([]byte{9}, 16)
	secret := bytes.Repeat([]byte{3}, 32)
	ask := map[string]any{"salt": hex.EncodeToString(salt[:]), "block_key": hex.EncodeToString(block), "secret": hex.EncodeToString(secret)}
	signer, key := newSM2(t)
	s, err := Suite2.signer(signer)
	if err != nil {
		t.Fatal(err)
	}
	var ours []signature
	var texts []string
	for i, m := range messages() {
		texts = append(texts, hex.EncodeToString(m))
		if i >= slow {
			continue
		}
		made, err := s.Sign(rand.Reader, m)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 1 {
			made[7] ^= 1
		}
		ours = append(ours, signature{hex.EncodeToString(key.Bytes), hex.EncodeToString(m), hex.EncodeToString(made)})
	}
	aead, err := Suite2.AEAD(block)
	if err != nil {
		t.Fatal(err)
	}
	box := aead.Seal(nil, nil, make([]byte, 32), nil) // of zeros: the key stream itself
	var counters []byte
	for i := range uint32(2) {
		counters = binary.BigEndian.AppendUint32(append(counters, box[:12]...), 2+i)
	}
	ask["signatures"], ask["messages"], ask["blocks"] = ours, texts, hex.EncodeToString(counters)
	stdin, err := json.Marshal(ask)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Holds                     []bool
		Key, Blocks, Public       string
		Signatures, Digests, Macs []string
	}
	if err := json.Unmarshal(run(t, stdin, "node", filepath.Join(dir, "cross.js")), &got); err != nil {
		t.Fatal(err)
	}
	theirs, err := KeyOf(unhex(t, got.Key))
	if err != nil {
		t.Fatal(err)
	}
	v, err := theirs.verifier()
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range messages() {
		commitment := Suite2.Commit(salt, m)
		if got.Digests[i] != Suite2.Digest(m).String() || got.Macs[i] != hex.EncodeToString(commitment[:]) {
			t.Errorf("message %d: sm-crypto has the digest %s and the code %s", i, got.Digests[i], got.Macs[i])
		}
		if i >= slow {
			continue
		}
		if got.Holds[i] != (i%2 == 0) {
			t.Errorf("message %d: sm-crypto says %v of our signature", i, got.Holds[i])
		}
		if err := v.Verify(m, unhex(t, got.Signatures[i])); err != nil {
			t.Errorf("message %d: sm-crypto's signature does not hold", i)
		}
	}
	if got.Blocks != hex.EncodeToString(box[12:len(box)-16]) {
		t.Error("SM4: sm-crypto has other blocks")
	}
	own, err := NewSM2Key(secret)
	if err != nil {
		t.Fatal(err)
	}
	if public, err := PublicOf(own); err != nil || hex.EncodeToString(public.Bytes) != got.Public {
		t.Errorf("the key of one number: sm-crypto has %s", got.Public)
	}
}
