package chain

import (
	"bytes"
	"testing"
	"time"
)

// FuzzReadFounding: what is taken for a genesis document is the one that its founding
// makes, byte for byte.
func FuzzReadFounding(f *testing.F) {
	c := newCity(time.Unix(1_800_000_000, 0))
	good, err := Founding{Chain: testChain, Time: c.start, Authority: public(c.authority), Halls: []FoundingHall{
		{Hall: "dongcheng", Admin: public(c.admin), Validator: bytes.Repeat([]byte{7}, 32), Power: 10, Node: bytes.Repeat([]byte{8}, 20)},
	}}.Genesis()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(bytes.Replace(good, []byte(`"power"`), []byte(`"Power"`), 1))
	f.Add([]byte(`{"chain_id":"a","app_state":{"halls":[{}]},"validators":[null]}`))
	f.Add(bytes.Replace(good, []byte(`"value": "BwcH`), []byte(`"value": "BwcHBwcH`), 1)) // a key of 35 bytes
	f.Fuzz(func(t *testing.T, raw []byte) {
		founding, err := ReadFounding(raw)
		if err != nil {
			return
		}
		if again, err := founding.Genesis(); err != nil || !bytes.Equal(bytes.TrimSpace(raw), again) {
			t.Fatalf("another document is taken: %v", err)
		}
	})
}
