package protocol_test

import (
	"crypto/ed25519"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func seeded(b byte) ed25519.PrivateKey {
	seed := make([]byte, 32)
	seed[0] = b
	return ed25519.NewKeyFromSeed(seed)
}

func askedFor(t testing.TB, key ed25519.PrivateKey, before ed25519.PrivateKey) []byte {
	t.Helper()
	r := protocol.NewKeyRequest("dongcheng", "12", time.UnixMilli(1))
	r.Key, _ = protocol.PublicOf(key)
	if before != nil {
		old, _ := protocol.PublicOf(before)
		r.Replaces = string(old.ID())
	}
	raw, err := protocol.SignKeyRequest(r, key, before)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestARequestProvesItsKeyAndTheOneBefore(t *testing.T) {
	r, _, err := protocol.OpenKeyRequest(askedFor(t, seeded(1), nil))
	if err != nil || r.Hall != "dongcheng" || r.Counter != "12" || r.Replaces != "" {
		t.Fatalf("%+v, %v", r, err)
	}
	r, outer, err := protocol.OpenKeyRequest(askedFor(t, seeded(1), seeded(2)))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := protocol.PublicOf(seeded(2))
	if err := r.ReplacedBy(before, outer); err != nil {
		t.Error(err)
	}
	if err := r.ReplacedBy(r.Key, outer); casework.KindOf(err) != casework.RequestInvalid {
		t.Errorf("another key before: %v", err)
	}
	other, _ := protocol.PublicOf(seeded(3))
	if r.Key.Fingerprint() == other.Fingerprint() || len(r.Key.Fingerprint()) != 12*4+11 {
		t.Error(r.Key.Fingerprint())
	}
}

// TestARequestForSomebodyElsesKeyIsRefused: whoever asks must have the key.
func TestARequestForSomebodyElsesKeyIsRefused(t *testing.T) {
	r := protocol.NewKeyRequest("dongcheng", "12", time.UnixMilli(1))
	r.Key, _ = protocol.PublicOf(seeded(1))
	raw, err := protocol.SignKeyRequest(r, seeded(2), nil)
	if err != nil {
		t.Fatal(err)
	}
	whole := askedFor(t, seeded(1), nil)
	for name, raw := range map[string][]byte{"another's key": raw, "nothing": nil, "cut": whole[:len(whole)/2], "more behind it": append(whole, "x"...)} {
		if _, _, err := protocol.OpenKeyRequest(raw); casework.KindOf(err) != casework.RequestInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzOpenKeyRequest(f *testing.F) {
	f.Add(askedFor(f, seeded(1), nil))
	f.Add(askedFor(f, seeded(1), seeded(2)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, _, err := protocol.OpenKeyRequest(raw)
		if err != nil && casework.KindOf(err) != casework.RequestInvalid || err == nil && r.Key.CheckCounter() != nil {
			t.Fatalf("%+v, %v", r, err)
		}
	})
}
