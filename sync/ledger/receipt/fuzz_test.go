package receipt

import (
	"bytes"
	"testing"
)

// FuzzVerify: with one validator a set, and its links followed, there is one
// receipt for each transaction, and nothing else verifies.
func FuzzVerify(f *testing.F) {
	c := newChain(f, "a")
	c.grow(2, "b")
	c.grow(4, "a")
	c.grow(6, "")
	v := c.follow(2, 4)
	good := map[string]string{} // receipt to transaction
	for _, b := range c.blocks {
		for i, tx := range b.txs {
			raw := b.receipt(f, i)
			good[string(raw)] = string(tx)
			f.Add(raw, []byte(tx))
		}
	}
	f.Add([]byte(`{"format":1,"path":[],"signatures":[null]}`), []byte("x"))
	f.Add(bytes.ToUpper(c.blocks[0].receipt(f, 0)), []byte(c.blocks[0].txs[0]))
	f.Fuzz(func(t *testing.T, raw, tx []byte) {
		_, err := v.Verify(raw, tx)
		of, known := good[string(raw)]
		if same := known && of == string(tx); (err == nil) != same {
			t.Fatalf("verifies: %v, is a good one: %v", err == nil, same)
		}
	})
}

// FuzzParseLink: what is taken is taken in its one encoding, and of what is taken
// only the link leads anywhere.
func FuzzParseLink(f *testing.F) {
	c := newChain(f, "a")
	c.grow(2, "bc")
	v := c.follow()
	good, err := c.link(2).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(bytes.Replace(good, []byte(`"height":2`), []byte(`"height":3`), 1))
	f.Add([]byte(`{"signatures":[null],"validators":[{"key":"00","power":1}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := ParseLink(raw)
		if err != nil {
			return
		}
		if again, err := l.Encode(); err != nil || !bytes.Equal(again, raw) {
			t.Fatal("another encoding is taken")
		}
		if _, err := v.Extend(l); (err == nil) != bytes.Equal(raw, good) {
			t.Fatalf("leads: %v, is the good one: %v", err == nil, err != nil)
		}
	})
}

// FuzzParseTrust: what is taken is taken in its one encoding.
func FuzzParseTrust(f *testing.F) {
	good, err := makeBlock(f, fixed(1), 4, 1, 4, false).trust.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	followed, err := changing(f).follow(4, 7).Trust().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(followed)
	f.Add([]byte(`{"chain_id":"a","validators":[{"key":"00","power":1}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		trust, err := ParseTrust(raw)
		if err != nil {
			return
		}
		if again, err := trust.Encode(); err != nil || !bytes.Equal(again, raw) {
			t.Fatal("another encoding is taken")
		}
	})
}
