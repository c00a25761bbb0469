package protocol_test

import (
	"bytes"
	"crypto"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestWhatIsSealedForAReaderOpensForNobodyElse(t *testing.T) {
	reader, content := secondKey("reader"), bytes.Repeat([]byte("bundle "), 100)
	sealed, err := protocol.SealFor(publicOf(reader), "purpose", content)
	if err != nil {
		t.Fatal(err)
	}
	own := reader.(crypto.Decrypter)
	if got, err := protocol.OpenFor(own, "purpose", sealed); err != nil || !bytes.Equal(got, content) {
		t.Fatalf("opened to %d bytes, %v", len(got), err)
	}
	again, err := protocol.SealFor(publicOf(reader), "purpose", content)
	if err != nil || bytes.Equal(again, sealed) || bytes.Contains(sealed, content[:14]) {
		t.Errorf("two seals are alike, or in clear: %v", err)
	}
	if _, err := protocol.OpenFor(own, "another", sealed); casework.KindOf(err) != casework.Malformed {
		t.Errorf("for another purpose: %v", err)
	}
	if _, err := protocol.OpenFor(secondKey("other").(crypto.Decrypter), "purpose", sealed); casework.KindOf(err) != casework.Malformed {
		t.Errorf("for another reader: %v", err)
	}
	for i := 0; i < len(sealed); i += 5 {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := protocol.OpenFor(own, "purpose", bad); casework.KindOf(err) != casework.Malformed {
			t.Errorf("with byte %d altered: %v", i, err)
		}
	}
	if _, err := protocol.SealFor(publicOf(testKey("reader")), "purpose", content); casework.KindOf(err) != casework.UnsupportedSuite {
		t.Errorf("to a key of suite 1: %v", err)
	}
}

// FuzzOpenFor: what opens is what was sealed. Each process of the fuzzing seals anew,
// so that the bytes of one say nothing in another.
func FuzzOpenFor(f *testing.F) {
	sealed, err := protocol.SealFor(publicOf(secondKey("reader")), "purpose", []byte("content"))
	if err != nil {
		f.Fatal(err)
	}
	seeds(f, map[string][]byte{"sealed": sealed})
	key := secondKey("reader").(crypto.Decrypter)
	f.Fuzz(func(t *testing.T, raw []byte) {
		content, err := protocol.OpenFor(key, "purpose", raw)
		if err == nil && string(content) != "content" || err != nil && (content != nil || bytes.Equal(raw, sealed)) {
			t.Fatalf("opened to %q, %v", content, err)
		}
	})
}
