package protocol_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// seeds adds what golden files hold and a few broken forms of it.
func seeds(f *testing.F, all map[string][]byte) {
	for _, b := range all {
		f.Add(b)
		f.Add(b[:len(b)/2])
		f.Add(append(bytes.Clone(b), 0))
	}
	f.Add([]byte{})
	f.Add([]byte{0xd2, 0x84, 0x40, 0xa0, 0x40, 0x40})
}

func signedSeeds(f *testing.F) map[string][]byte {
	all := map[string][]byte{}
	for i, key := range bothKeys("counter") {
		for _, kind := range casework.StepKinds() {
			raw, _, err := protocol.SignEntry(key, goldenEntry(kind))
			if err != nil {
				f.Fatal(err)
			}
			all[fmt.Sprint(kind, i)] = raw
		}
	}
	raw, _, err := protocol.SignEntry(testKey("counter"), goldenPaper())
	if err != nil {
		f.Fatal(err)
	}
	all["paper"] = raw
	return all
}

// FuzzOpenEntry: whatever opens is exactly what its content encodes to.
func FuzzOpenEntry(f *testing.F) {
	seeds(f, signedSeeds(f))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, env, err := protocol.OpenEntry(raw)
		if err != nil {
			return
		}
		if e.Check() != nil {
			t.Fatal("an entry opens that its check refuses")
		}
		again, _, err := protocol.SignEntry(testKey("counter"), e)
		if err != nil {
			t.Fatal(err)
		}
		if _, other, err := protocol.OpenEntry(again); err != nil || !bytes.Equal(other.Payload, env.Payload) {
			t.Fatal("one content has two encodings")
		}
		if protocol.SuiteOf(raw) != env.Suite || protocol.DigestOf(raw) != env.Suite.Digest(raw) {
			t.Fatal("its first bytes tell another suite than its header")
		}
	})
}

func FuzzOpenStatement(f *testing.F) {
	s, _, err := protocol.SignStatement(testKey("authority"), protocol.EnrolKey("chain", "dongcheng", "12", publicOf(testKey("enrolled")), goldenInk().Started))
	if err != nil {
		f.Fatal(err)
	}
	key, err := protocol.CounterKey(secondKey("enrolled"), testKey("connection"))
	if err != nil {
		f.Fatal(err)
	}
	second, _, err := protocol.SignStatement(secondKey("authority"), protocol.EnrolKey("chain", "dongcheng", "12", key, goldenInk().Started))
	if err != nil {
		f.Fatal(err)
	}
	seeds(f, map[string][]byte{"enrolled": s, "enrolled in suite 2": second})
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, env, err := protocol.OpenStatement(raw)
		if err != nil {
			return
		}
		again, err := protocol.Marshal(s)
		if err != nil || !bytes.Equal(again, env.Payload) {
			t.Fatal("one content has two encodings")
		}
	})
}

func FuzzOpenLicence(f *testing.F) {
	p, err := protocol.IssueLicence(testKey("issuer"), idCard())
	if err != nil {
		f.Fatal(err)
	}
	raw, err := protocol.Marshal(p)
	if err != nil {
		f.Fatal(err)
	}
	seeds(f, map[string][]byte{"id-card": raw})
	if p, err = protocol.IssueLicence(secondKey("issuer"), idCard()); err != nil {
		f.Fatal(err)
	}
	if raw, err = protocol.Marshal(p); err != nil {
		f.Fatal(err)
	}
	seeds(f, map[string][]byte{"id-card of suite 2": raw})
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := protocol.OpenLicence(b, casework.KindInfo{Kind: "id-card"}, issuers)
		if err != nil && (l.Fields != nil || l.Identifier != "") {
			t.Fatal("a failed check shows data")
		}
	})
}

// FuzzUnmarshal: whatever is read encodes to the same bytes.
func FuzzUnmarshal(f *testing.F) {
	for _, s := range []string{"a0", "a10101", "a2010102f5", "a202f50101", "a1181801", "a101a0", "bf0101ff", "a1fb3ff000000000000001"} {
		b, err := hex.DecodeString(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v struct {
			A int            `cbor:"1,keyasint,omitempty"`
			B bool           `cbor:"2,keyasint,omitempty"`
			C map[string]int `cbor:"3,keyasint,omitempty"`
			D []byte         `cbor:"4,keyasint,omitempty"`
		}
		if protocol.Unmarshal(b, &v) != nil {
			return
		}
		if again, err := protocol.Marshal(v); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x encodes to %x", b, again)
		}
	})
}

// FuzzKeyOf: whatever is a key is passed on as the same bytes.
func FuzzKeyOf(f *testing.F) {
	for _, key := range bothKeys("counter") {
		f.Add(publicOf(key).Passed())
	}
	with, err := protocol.CounterKey(secondKey("counter"), testKey("connection"))
	if err != nil {
		f.Fatal(err)
	}
	seeds(f, map[string][]byte{"counter": with.Passed()})
	f.Fuzz(func(t *testing.T, b []byte) {
		key, err := protocol.KeyOf(b)
		if err != nil {
			return
		}
		if key.Check() != nil || !bytes.Equal(key.Passed(), b) {
			t.Fatalf("%x is %+v", b, key)
		}
	})
}
