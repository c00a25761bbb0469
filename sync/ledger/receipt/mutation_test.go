package receipt

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNoByteOfAReceiptCanBeChanged(t *testing.T) {
	b := makeBlock(t, fixed(2), 1, 5, 1, false)
	good := b.receipt(t, 2)
	if _, err := b.trust.Verify(good, b.txs[2]); err != nil {
		t.Fatal(err)
	}
	for i, was := range good {
		// A digit that may stand there, and one bit of what does.
		for _, c := range []byte{'0' + (was+1)%8, was ^ 1, was ^ 0x20} {
			bad := bytes.Clone(good)
			if bad[i] = c; c == was {
				continue
			}
			if _, err := b.trust.Verify(bad, b.txs[2]); err == nil {
				t.Fatalf("byte %d may be %q instead of %q", i, c, was)
			}
		}
		if _, err := b.trust.Verify(append(bytes.Clone(good[:i]), good[i+1:]...), b.txs[2]); err == nil {
			t.Fatalf("byte %d may be missing", i)
		}
	}
}

func TestForgeriesOfEachKindAreRefused(t *testing.T) {
	b := makeBlock(t, fixed(1), 4, 3, 4, false)
	good := b.receipt(t, 1)
	other := makeBlock(t, fixed(9), 4, 3, 4, false)
	minority := makeBlock(t, fixed(1), 4, 3, 2, false)
	change := func(f func(*Receipt)) []byte {
		var r Receipt
		if err := json.Unmarshal(good, &r); err != nil {
			t.Fatal(err)
		}
		f(&r)
		raw, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	foreign := b.trust
	foreign.ChainID += "x"
	weaker := b.trust
	weaker.Validators = weaker.Validators[:3]
	for name, row := range map[string]struct {
		trust Trust
		raw   []byte
		why   string
	}{
		"another format":         {b.trust, change(func(r *Receipt) { r.Format = 2 }), "format"},
		"another block's path":   {b.trust, change(func(r *Receipt) { r.Header.DataHash[0] ^= 1 }), "path"},
		"a path with both sides": {b.trust, change(func(r *Receipt) { r.Path[0] = Sibling{Left: r.Path[0].Right, Right: r.Path[0].Right} }), "path"},
		"a longer path":          {b.trust, change(func(r *Receipt) { r.Path = append(r.Path, r.Path[0]) }), "path"},
		"a changed header":       {b.trust, change(func(r *Receipt) { r.Header.AppHash[0] ^= 1 }), "signature"},
		"a changed round":        {b.trust, change(func(r *Receipt) { r.Round++ }), "signature"},
		"a changed part set":     {b.trust, change(func(r *Receipt) { r.Parts.Total++ }), "signature"},
		"a changed time":         {b.trust, change(func(r *Receipt) { r.Signatures[0].Time++ }), "signature"},
		"signatures swapped":     {b.trust, change(func(r *Receipt) { r.Signatures[0], r.Signatures[1] = r.Signatures[1], r.Signatures[0] }), "signature"},
		"a vote called nil":      {b.trust, change(func(r *Receipt) { r.Signatures[0].Nil = true }), "signature"},
		"too few places":         {b.trust, change(func(r *Receipt) { r.Signatures = r.Signatures[:3] }), "place"},
		"no signatures":          {b.trust, change(func(r *Receipt) { r.Signatures = make([]*Signature, 4) }), "two thirds"},
		"a minority":             {minority.trust, minority.receipt(t, 1), "two thirds"},
		"another chain":          {foreign, good, "chain"},
		"another set":            {weaker, good, "set"},
		"another block":          {other.trust, good, ""},
		"null path":              {b.trust, bytes.Replace(good, []byte(`"path":[`), []byte(`"path":null,"x":[`), 1), "encoding"},
		"a field twice":          {b.trust, bytes.Replace(good, []byte(`{"format":1`), []byte(`{"format":1,"format":1`), 1), "encoding"},
		"too large":              {b.trust, append(bytes.Clone(good), bytes.Repeat([]byte{' '}, MaxBytes)...), "large"},
	} {
		if _, err := row.trust.Verify(row.raw, b.txs[1]); err == nil || !strings.Contains(err.Error(), row.why) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestChangedReceiptsNeverVerify(t *testing.T) {
	b := makeBlock(t, fixed(4), 1, 6, 1, false)
	good := b.receipt(t, 3)
	rapid.Check(t, func(rt *rapid.T) {
		bad := bytes.Clone(good)
		for range rapid.IntRange(1, 4).Draw(rt, "changes") {
			at := rapid.IntRange(0, len(bad)-1).Draw(rt, "at")
			length := rapid.IntRange(0, min(3, len(bad)-at)).Draw(rt, "instead of")
			with := rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(rt, "with")
			bad = append(append(bytes.Clone(bad[:at]), with...), bad[at+length:]...)
		}
		if _, err := b.trust.Verify(bad, b.txs[3]); err == nil && !bytes.Equal(bad, good) {
			rt.Fatalf("verifies: %s", bad)
		}
	})
}
