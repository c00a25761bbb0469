package protocol

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/emmansun/gmsm/sm4"

	"counterfoil/app/casework"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The example of GB/T 32905 A.1.
func TestSM3DigestsTheStandardsExample(t *testing.T) {
	if got := Suite2.Digest([]byte("abc")).String(); got != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		t.Errorf("SM3(abc) = %s", got)
	}
}

// The example of GB/T 32918.5 A.2: a signature made elsewhere, and a key.
func TestSM2KnowsTheStandardsKeyAndSignature(t *testing.T) {
	signer, err := NewSM2Key(unhex(t, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := PublicOf(signer)
	want := "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
	if err != nil || key.Suite != Suite2 || hex.EncodeToString(key.Bytes) != want {
		t.Fatalf("the public key is %v %x, %v", key.Suite, key.Bytes, err)
	}
	v, err := key.verifier()
	if err != nil {
		t.Fatal(err)
	}
	signature := unhex(t, "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa")
	if err := v.Verify([]byte("message digest"), signature); err != nil {
		t.Errorf("the standard's signature does not hold: %v", err)
	}
	for i := range signature {
		bad := bytes.Clone(signature)
		bad[i] ^= 1
		if v.Verify([]byte("message digest"), bad) == nil {
			t.Errorf("it holds with byte %d altered", i)
		}
	}
}

// The example of GB/T 32907 A.1.
func TestSM4EncryptsTheStandardsExample(t *testing.T) {
	block, err := sm4.NewCipher(unhex(t, "0123456789abcdeffedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 16)
	block.Encrypt(got, unhex(t, "0123456789abcdeffedcba9876543210"))
	if hex.EncodeToString(got) != "681edf34d206965e86b3e94f536e4246" {
		t.Errorf("SM4 gives %x", got)
	}
}

// The example of RFC 8998 A.1, as this seal lays it down: nonce, ciphertext, tag.
func TestSM4GCMOpensTheExampleOfRFC8998(t *testing.T) {
	box := unhex(t, "00001234567800000000abcd"+
		"17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"+
		"83de3541e4c2b58177e065a9bf7b62ec")
	seal, err := Suite2.AEAD(unhex(t, "0123456789abcdeffedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := seal.Open(nil, nil, box, unhex(t, "feedfacedeadbeeffeedfacedeadbeefabaddad2"))
	want := unhex(t, "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa")
	if err != nil || !bytes.Equal(plain, want) {
		t.Errorf("opened to %x, %v", plain, err)
	}
}

func TestASealOfEitherSuiteOpensOnlyWithItsKeyAndWhatItIsBoundTo(t *testing.T) {
	for _, s := range []Suite{Suite1, Suite2} {
		key := bytes.Repeat([]byte{7}, s.KeySize())
		a, err := s.AEAD(key)
		if err != nil {
			t.Fatal(err)
		}
		box := a.Seal([]byte("before"), nil, []byte("content"), []byte("place"))
		if !bytes.HasPrefix(box, []byte("before")) || len(box) != len("beforecontent")+a.Overhead() || a.NonceSize() != 0 {
			t.Errorf("suite %d: a seal of %d bytes", s, len(box))
		}
		box = box[len("before"):]
		if plain, err := a.Open([]byte("x"), nil, box, []byte("place")); err != nil || string(plain) != "xcontent" {
			t.Errorf("suite %d: opened to %q, %v", s, plain, err)
		}
		if bytes.Equal(box, a.Seal(nil, nil, []byte("content"), []byte("place"))) {
			t.Errorf("suite %d: two seals are alike", s)
		}
		if _, err := a.Open(nil, nil, box, []byte("elsewhere")); err == nil {
			t.Errorf("suite %d: opened elsewhere", s)
		}
		for i := range box {
			bad := bytes.Clone(box)
			bad[i] ^= 0x80
			if _, err := a.Open(nil, nil, bad, []byte("place")); err == nil {
				t.Errorf("suite %d: opened with byte %d altered", s, i)
			}
			if _, err := a.Open(nil, nil, box[:i], []byte("place")); err == nil {
				t.Errorf("suite %d: opened after %d bytes", s, i)
			}
		}
		if _, err := s.AEAD(key[1:]); casework.KindOf(err) != casework.Malformed {
			t.Errorf("suite %d: a key of a wrong length gives %v", s, err)
		}
	}
	if _, err := Suite(3).AEAD(make([]byte, 32)); casework.KindOf(err) != casework.UnsupportedSuite {
		t.Errorf("an unknown suite gives %v", err)
	}
}
