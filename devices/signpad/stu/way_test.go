package stu

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

func blockOf(t testing.TB) cipher.Block {
	b, err := aes.NewCipher(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const session = 0xC0FFEE11

// sealed is a report as a pad makes it.
func sealed(b cipher.Block, id byte, block []byte, options ...byte) []byte {
	out := make([]byte, 17)
	out[0] = id
	b.Encrypt(out[1:], block)
	return append(out, options...)
}

func numbered(b cipher.Block, number uint32, pen ...byte) []byte {
	block := make([]byte, 16)
	copy(block, pen)
	binary.BigEndian.PutUint32(block[12:], number)
	return sealed(b, inSecretTimeSeq, block)
}

func within(b cipher.Block) *way {
	w := &way{}
	w.turn(b, session)
	w.turned()
	return w
}

func TestEncryptedReportsSayWhatClearOnesDo(t *testing.T) {
	b := blockOf(t)
	pens := []byte{0xC0, 0xFF, 0xEE, 0x11, 0x91, 2, 3, 4, 5, 6, 0x92, 7, 8, 9, 10, 11}
	for name, c := range map[string]struct {
		raw  []byte
		want pair
	}{
		"time and sequence": {numbered(b, session, 0x91, 2, 3, 4, 5, 6, 7, 8, 9, 10), pair{{0x34, 0x91, 2, 3, 4, 5, 6, 7, 8, 9, 10}}},
		"two pens":          {sealed(b, inSecret, pens), pair{{0x01, 0x91, 2, 3, 4, 5, 6}, {0x01, 0x92, 7, 8, 9, 10, 11}}},
		"two with options":  {sealed(b, inSecretOption, pens, 1, 2, 3, 4), pair{{0x30, 0x91, 2, 3, 4, 5, 6, 1, 2}, {0x30, 0x92, 7, 8, 9, 10, 11, 3, 4}}},
		"one that left":     {sealed(b, inSecret, append(pens[:4:4], make([]byte, 12)...)), pair{{0x01, 0, 0, 0, 0, 0, 0}}},
		"one sent twice":    {sealed(b, inSecretOption, append(pens[:10:10], pens[4:10]...), 1, 2, 1, 2), pair{{0x30, 0x91, 2, 3, 4, 5, 6, 1, 2}}},
		"a pen that rests":  {sealed(b, inSecret, append(pens[:10:10], pens[4:10]...)), pair{{0x01, 0x91, 2, 3, 4, 5, 6}, {0x01, 0x91, 2, 3, 4, 5, 6}}},
	} {
		got, fresh, err := within(b).pass(c.raw)
		if err != nil || !fresh || !equal(got, c.want) {
			t.Errorf("%s: % x, %v, %v", name, got, fresh, err)
		}
	}
}

func equal(a, b pair) bool { return bytes.Equal(a[0], b[0]) && bytes.Equal(a[1], b[1]) }

func TestAReportOfAnotherCaptureOrKeyIsRefused(t *testing.T) {
	b := blockOf(t)
	other, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	pens := make([]byte, 16)
	for name, r := range map[string][]byte{
		"another session":           numbered(b, session+1, 0x80),
		"another session, of two":   sealed(b, inSecret, pens),
		"another session, options":  sealed(b, inSecretOption, pens, 0, 0, 0, 1),
		"another key":               numbered(other, session, 0x80),
		"a block cut short":         numbered(b, session, 0x80)[:16],
		"a block with more":         append(numbered(b, session, 0x80), 0),
		"a block without options":   sealed(b, inSecretOption, pens),
		"a block changed by a bit":  flipped(numbered(b, session, 0x80)),
		"no block at all":           {inSecret},
		"options that are too many": sealed(b, inSecretOption, pens, 0, 0, 0, 1, 0),
	} {
		if got, _, err := within(b).pass(r); casework.KindOf(err) != casework.PadGarbled || got[0] != nil {
			t.Errorf("%s: % x, %v", name, got, err)
		}
	}
	if _, _, err := (&way{}).pass(numbered(b, 0, 0x80)); casework.KindOf(err) != casework.PadGarbled {
		t.Errorf("without a capture: %v", err)
	}
}

func flipped(r []byte) []byte {
	r[9] ^= 4
	return r
}

func TestWithinACaptureClearReportsAreLeftOutUntilOneIsEncryptedAndThenRefused(t *testing.T) {
	b, w := blockOf(t), &way{}
	clear, secret := make34(), numbered(b, session, 0x80)
	w.turn(b, session)
	for range 3 * mostEarly { // the pad has not said yet that it turned
		if got, _, err := w.pass(clear); got[0] != nil || err != nil {
			t.Fatal(got, err)
		}
	}
	w.turned()
	for range mostEarly {
		if got, _, err := w.pass(clear); got[0] != nil || err != nil {
			t.Fatal(got, err)
		}
	}
	for i := range 2 {
		if got, fresh, err := w.pass(secret); got[0] == nil || err != nil || fresh != (i == 0) {
			t.Fatal(got, fresh, err)
		}
	}
	if got, _, err := w.pass(clear); casework.KindOf(err) != casework.PadGarbled || got[0] != nil {
		t.Errorf("a clear report after encrypted ones: %v, %v", got, err)
	}
}

func TestAPadThatNeverEncryptsIsNotReadForEver(t *testing.T) {
	w := within(blockOf(t))
	for n := 1; ; n++ {
		if _, _, err := w.pass(make34()); err != nil {
			if n != mostEarly+1 || casework.KindOf(err) != casework.PadGarbled {
				t.Errorf("report %d: %v", n, err)
			}
			return
		}
	}
}

func TestAfterACaptureLateReportsOfItAreTakenButNotForEver(t *testing.T) {
	b := blockOf(t)
	w := within(b)
	w.pass(numbered(b, session, 0x80))
	w.turn(nil, 0)
	w.turned()
	for range mostEarly {
		if got, _, err := w.pass(numbered(b, session, 0x80)); got[0] == nil || err != nil {
			t.Fatal(got, err)
		}
		if got, _, err := w.pass(make34()); got[0] == nil || err != nil {
			t.Fatal(got, err)
		}
	}
	if _, _, err := w.pass(numbered(b, session, 0x80)); casework.KindOf(err) != casework.PadGarbled {
		t.Errorf("got %v", err)
	}
}

func FuzzEncryptedReport(f *testing.F) {
	b := blockOf(f)
	f.Add([]byte{inSecret}, []byte{1, 2, 3})
	f.Add([]byte{inSecretOption}, numbered(b, session, 0x91, 2, 3, 4, 5, 6, 7, 8, 9, 10))
	f.Add([]byte{inSecretTimeSeq}, make([]byte, 16))
	f.Fuzz(func(t *testing.T, head, block []byte) {
		w := within(b)
		for _, r := range [][]byte{append(head, block...), sealed(b, inSecretTimeSeq, append(append([]byte{}, block...), make([]byte, 16)...)[:16])} {
			clear, _, err := w.pass(r)
			if err != nil && (clear[0] != nil || casework.KindOf(err) != casework.PadGarbled) {
				t.Fatalf("% x: %v", clear, err)
			}
			for _, c := range clear {
				if c == nil {
					continue
				}
				if _, ok, err := decode(c); err != nil && (ok || casework.KindOf(err) != casework.PadGarbled) {
					t.Fatalf("% x: %v", c, err)
				}
			}
		}
	})
}

func TestBothSidesOfADiffieHellmanHaveTheSameSecret(t *testing.T) {
	prime, _ := new(big.Int).SetString("e53acf996581ad70e21186cf164b56d7", 16)
	number := rapid.Custom(func(t *rapid.T) *big.Int {
		return new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), dhSize, dhSize).Draw(t, "bytes"))
	})
	public := func(x *big.Int) []byte {
		return new(big.Int).Exp(big.NewInt(2), x, prime).FillBytes(make([]byte, dhSize))
	}
	rapid.Check(t, func(t *rapid.T) {
		ours, theirs := number.Draw(t, "ours"), number.Draw(t, "theirs")
		a, okA := shared(prime, ours, public(theirs))
		b, okB := shared(prime, theirs, public(ours))
		if okA && okB && (!bytes.Equal(a, b) || len(a) != dhSize) {
			t.Fatalf("% x\n% x", a, b)
		}
	})
	minus := func(n int64) []byte { return new(big.Int).Sub(prime, big.NewInt(n)).Bytes() }
	for _, weak := range [][]byte{make([]byte, dhSize), {1}, minus(1), minus(0), bytes.Repeat([]byte{0xFF}, dhSize)} {
		if _, ok := shared(prime, big.NewInt(5), weak); ok {
			t.Errorf("a public key that leaves no secret was taken: % x", weak)
		}
	}
}
