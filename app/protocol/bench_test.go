package protocol_test

import (
	"bytes"
	"fmt"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// The benchmarks stand side by side, suite by suite: go test -bench Suites
// ./app/protocol.

func BenchmarkSuitesSignEntry(b *testing.B) {
	for i, key := range bothKeys("counter") {
		b.Run(fmt.Sprint("suite ", i+1), func(b *testing.B) {
			e := goldenEntry(casework.Retrieved)
			for b.Loop() {
				if _, _, err := protocol.SignEntry(key, e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSuitesOpenAndVerifyEntry(b *testing.B) {
	for i, key := range bothKeys("counter") {
		b.Run(fmt.Sprint("suite ", i+1), func(b *testing.B) {
			raw, _, err := protocol.SignEntry(key, goldenEntry(casework.Retrieved))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				_, env, err := protocol.OpenEntry(raw)
				if err == nil {
					err = env.Verify(publicOf(key))
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A photo's size: 200 kB.
func BenchmarkSuitesCommitAndSeal(b *testing.B) {
	photo, salt := bytes.Repeat([]byte("photo"), 40_000), casework.Salt(filled(1))
	for _, s := range suites() {
		b.Run(fmt.Sprint("suite ", s), func(b *testing.B) {
			seal, err := s.AEAD(make([]byte, s.KeySize()))
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(photo)))
			for b.Loop() {
				s.Commit(salt, photo)
				seal.Seal(nil, nil, photo, nil)
			}
		})
	}
}
