package evdev

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// raw is an event as the kernel writes it.
func raw(at time.Duration, typ, code uint16, value int32) []byte {
	b := make([]byte, eventLen)
	ne := binary.NativeEndian
	ne.PutUint64(b, uint64(at/time.Second))
	ne.PutUint64(b[8:], uint64(at%time.Second/time.Microsecond))
	ne.PutUint16(b[16:], typ)
	ne.PutUint16(b[18:], code)
	ne.PutUint32(b[20:], uint32(value))
	return b
}

func all(f *frames) []Frame {
	var list []Frame
	for {
		one, ok := f.next()
		if !ok {
			return list
		}
		list = append(list, one)
	}
}

func TestEventsBecomeFramesHoweverTheBytesArrive(t *testing.T) {
	bytes := slices.Concat(
		raw(1500*time.Millisecond, TypeKey, 30, 1), raw(1500*time.Millisecond, TypeSync, syncReport, 0),
		raw(2*time.Second, TypeAbs, 0, 70), raw(2*time.Second, TypeAbs, 1, -3), raw(2*time.Second, TypeSync, syncReport, 0))
	rapid.Check(t, func(t *rapid.T) {
		var f frames
		for rest := bytes; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "bytes")
			f.take(rest[:n])
			rest = rest[n:]
		}
		got := all(&f)
		if len(got) != 2 || got[0].At != 1500*time.Millisecond || got[1].At != 2*time.Second || got[0].Lost || got[1].Lost ||
			!slices.Equal(got[0].Events, []Event{{TypeKey, 30, 1}}) || !slices.Equal(got[1].Events, []Event{{TypeAbs, 0, 70}, {TypeAbs, 1, -3}}) {
			t.Fatalf("%+v", got)
		}
	})
}

func TestAFrameAfterDroppedEventsSaysSoAndHoldsNoHalves(t *testing.T) {
	var f frames
	f.take(slices.Concat(raw(0, TypeKey, 2, 1), raw(0, TypeSync, syncDropped, 0), raw(0, TypeKey, 3, 1), raw(0, TypeSync, syncReport, 0),
		raw(0, TypeKey, 4, 1), raw(0, TypeSync, syncReport, 0)))
	got := all(&f)
	if len(got) != 2 || !got[0].Lost || len(got[0].Events) != 0 || got[1].Lost || len(got[1].Events) != 1 {
		t.Fatalf("%+v", got)
	}
}

func TestAFrameWithoutAnEndIsBounded(t *testing.T) {
	var f frames
	for range 3 * maxFrame {
		f.take(raw(0, TypeKey, 30, 1))
	}
	if len(f.under.Events) > maxFrame {
		t.Fatalf("%d events are held", len(f.under.Events))
	}
	f.take(raw(0, TypeSync, syncReport, 0))
	if got := all(&f); len(got) != 1 || !got[0].Lost {
		t.Fatalf("%+v", got)
	}
}

func FuzzBytesOfANode(f *testing.F) {
	f.Add(slices.Concat(raw(0, TypeKey, 2, 1), raw(0, TypeSync, syncReport, 0)))
	f.Add(raw(0, TypeSync, syncDropped, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		var whole, parts frames
		whole.take(b)
		for i := range b {
			parts.take(b[i : i+1])
		}
		one, other := all(&whole), all(&parts)
		if len(one) != len(other) {
			t.Fatalf("%d frames at once, %d by bytes", len(one), len(other))
		}
		for i := range one {
			if one[i].Lost != other[i].Lost || !slices.Equal(one[i].Events, other[i].Events) || len(one[i].Events) > maxFrame {
				t.Fatalf("frame %d: %+v and %+v", i, one[i], other[i])
			}
		}
	})
}
