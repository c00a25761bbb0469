package protocol

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

func drawInk(t *rapid.T) casework.Ink {
	k := casework.Ink{
		Pad: casework.PadIdentity{Model: rapid.String().Draw(t, "model"), Serial: "EMU1", Firmware: "1.8", Transport: "hidraw",
			Width: 800, Height: 480, MaxX: 10800, MaxY: 6480, MaxP: 1023, Rate: 200, Colour: rapid.Bool().Draw(t, "colour"),
			Encryption: rapid.SampledFrom([]string{"", "dh-128+aes-128", "rsa-2048+aes-256"}).Draw(t, "encryption")},
		Started:  time.UnixMilli(rapid.Int64Range(0, 1<<42).Draw(t, "started")).UTC(),
		Lost:     rapid.IntRange(0, 9).Draw(t, "lost"),
		Document: casework.Digest{1, 2, 3},
	}
	for range rapid.IntRange(0, 60).Draw(t, "samples") {
		k.Samples = append(k.Samples, casework.PenSample{
			X: rapid.IntRange(0, 10800).Draw(t, "x"), Y: rapid.IntRange(0, 6480).Draw(t, "y"), Pressure: rapid.IntRange(0, 1023).Draw(t, "p"),
			Near: rapid.Bool().Draw(t, "near"), Down: rapid.Bool().Draw(t, "down"),
			Time: time.Duration(rapid.IntRange(0, 1<<30).Draw(t, "ms")) * time.Millisecond, Seq: rapid.IntRange(-1, 1<<20).Draw(t, "seq"),
		})
	}
	return k
}

func TestAnInkComesBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawInk(t)
		b, err := EncodeInk(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeInk(b)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\ngot  %+v\nwant %+v", err, got, want)
		}
		if again, _ := EncodeInk(got); !bytes.Equal(again, b) {
			t.Fatal("the same ink must have the same bytes")
		}
	})
}

func TestAnInkWithTimesThatNoPadHasIsRefused(t *testing.T) {
	_, err := EncodeInk(casework.Ink{Samples: []casework.PenSample{{Time: time.Microsecond}}})
	if casework.KindOf(err) != casework.Malformed {
		t.Fatalf("got %v", err)
	}
}

func FuzzDecodeInk(f *testing.F) {
	b, _ := EncodeInk(casework.Ink{Samples: []casework.PenSample{{X: 5, Seq: -1}, {X: 6, Y: 7, Near: true, Time: time.Second}}})
	f.Add(b)
	f.Add([]byte{0xA0})
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := DecodeInk(b)
		if err != nil {
			return
		}
		again, err := EncodeInk(k)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%v: one ink, two encodings", err)
		}
	})
}
