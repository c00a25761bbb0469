package ink_test

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/ink"
)

func drawSeries(t *rapid.T, longest int) ink.Series {
	s := ink.Series{MaxX: rapid.IntRange(1, 0x7FFF).Draw(t, "max x"), MaxY: rapid.IntRange(1, 0x7FFF).Draw(t, "max y"), MaxP: rapid.IntRange(1, 0xFFFF).Draw(t, "max p")}
	at := 0
	for range rapid.IntRange(0, 60).Draw(t, "samples") {
		s.Points = append(s.Points, ink.Point{
			X: rapid.IntRange(0, s.MaxX).Draw(t, "x"), Y: rapid.IntRange(0, s.MaxY).Draw(t, "y"), Pressure: rapid.IntRange(0, s.MaxP).Draw(t, "p"),
			Time: time.Duration(at) * time.Millisecond, Down: rapid.Bool().Draw(t, "down")})
		at += rapid.IntRange(0, longest).Draw(t, "ms")
	}
	return s
}

func TestASeriesComesBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawSeries(t, 1000)
		b, err := ink.EncodeISO(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ink.DecodeISO(b)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\ngot  %+v\nwant %+v", err, got, want)
		}
	})
}

// Longer than 65.5 s a unit of the clock is 2, 4 … ms; a sample moves by less
// than that.
func TestALongSignatureKeepsItsTimeToAUnitOfTheClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawSeries(t, 20_000)
		b, err := ink.EncodeISO(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ink.DecodeISO(b)
		if err != nil || len(got.Points) != len(want.Points) {
			t.Fatalf("%v, %d samples of %d", err, len(got.Points), len(want.Points))
		}
		for i, p := range got.Points {
			if off := want.Points[i].Time - p.Time; off < 0 || off > max(want.Points[len(want.Points)-1].Time/0x8000, 0) {
				t.Fatalf("sample %d: off by %v", i, off)
			}
		}
	})
}

// master is a record as bytes: two samples of a pad of 10800×6480, 1023.
const master = "53444900 20313000 c160" +
	" 60 8000 aa30" + " 60 8000 9950" + " 80 cfa0" + " 60 0000 03ff" + " 00" + " 00" +
	" 00 000002" +
	" 8005 8006 0000 0190 01" + " 8015 8016 0005 0000 00"

func masterBytes(t testing.TB) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(master, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheRecordsBytesAreThoseOfTheTable(t *testing.T) {
	k := casework.Ink{Pad: casework.PadIdentity{MaxX: 10800, MaxY: 6480, MaxP: 1023}, Samples: []casework.PenSample{
		{X: 5, Y: 6, Pressure: 400, Near: true, Down: true}, {X: 21, Y: 22, Near: true, Time: 5 * time.Millisecond}, {Time: 10 * time.Millisecond}}}
	s, err := ink.SeriesOf(k)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ink.EncodeISO(s)
	if err != nil || !bytes.Equal(b, masterBytes(t)) {
		t.Fatalf("%v\n%x", err, b)
	}
}

func TestWhatARecordCannotHoldIsRefused(t *testing.T) {
	good := ink.Series{MaxX: 9, MaxY: 9, MaxP: 9}
	for name, s := range map[string]ink.Series{
		"no ranges":       {},
		"too wide":        {MaxX: 0x8000, MaxY: 9, MaxP: 9},
		"outside":         {MaxX: 9, MaxY: 9, MaxP: 9, Points: []ink.Point{{X: 10}}},
		"backwards":       {MaxX: 9, MaxY: 9, MaxP: 9, Points: []ink.Point{{Time: time.Second}, {}}},
		"finer than ms":   {MaxX: 9, MaxY: 9, MaxP: 9, Points: []ink.Point{{Time: 1}}},
		"endless":         {MaxX: 9, MaxY: 9, MaxP: 9, Points: []ink.Point{{Time: 1 << 62 / 1_000_000 * 1_000_000}}},
		"before it began": {MaxX: 9, MaxY: 9, MaxP: 9, Points: []ink.Point{{Time: -time.Second}}},
	} {
		if _, err := ink.EncodeISO(s); casework.KindOf(err) != casework.Malformed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ink.EncodeISO(good); err != nil {
		t.Error(err)
	}
	if _, err := ink.SeriesOf(casework.Ink{Lost: 1}); casework.KindOf(err) != casework.InkIncomplete {
		t.Errorf("an ink with a gap: %v", err)
	}
}

func TestAForeignRecordIsReadOrRefusedWithItsReason(t *testing.T) {
	whole := masterBytes(t)
	for n := range whole {
		if _, err := ink.DecodeISO(whole[:n]); casework.KindOf(err) != casework.Malformed {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
	for name, c := range map[string]struct{ from, to, says string }{
		"another format":     {"53444900", "46495200", "not a signature record"},
		"no force":           {"c160", "c120", "no channel F"},
		"constant":           {"80 cfa0", "84 cfa0", "channel 7"},
		"no unit of time":    {"80 cfa0", "00", "no unit"},
		"no range":           {"60 8000 aa30", "40 8000", "channel 0"},
		"x outside":          {"8005 8006", "aa31 8006", "sample 0"},
		"half a tip":         {"0190 01", "0190 02", "sample 0"},
		"time runs back":     {"8006 0000", "8006 0006", "older"},
		"unknown flags":      {" 00 000002", " 01 000002", "flags"},
		"reserved":           {" 00 00 00 000002", " 00 01 00 000002", "reserved"},
		"more samples":       {"000002", "000003", "cut in the samples"},
		"fewer samples":      {"000002", "000001", "follows"},
		"extended data lack": {" 00 000002", " 80 000002", "extended"},
	} {
		text := strings.Replace(master, c.from, c.to, 1)
		b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		if err != nil || text == master {
			t.Fatal(name, err)
		}
		if _, err := ink.DecodeISO(b); casework.KindOf(err) != casework.Malformed || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	more := strings.Replace(master, " 00 000002", " 80 000002", 1) + "0003 616263"
	b, _ := hex.DecodeString(strings.ReplaceAll(more, " ", ""))
	if s, err := ink.DecodeISO(b); err != nil || len(s.Points) != 2 {
		t.Errorf("with extended data: %v", err)
	}
}

func FuzzDecodeISO(f *testing.F) {
	f.Add(masterBytes(f))
	f.Add([]byte("SDI\x00 10\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ink.DecodeISO(b)
		if err != nil {
			if casework.KindOf(err) != casework.Malformed {
				t.Fatal(err)
			}
			return
		}
		for i, p := range s.Points {
			if p.X < 0 || p.X > s.MaxX || p.Y < 0 || p.Y > s.MaxY || p.Pressure < 0 || p.Pressure > s.MaxP || i > 0 && p.Time < s.Points[i-1].Time {
				t.Fatalf("sample %d: %+v", i, p)
			}
		}
	})
}
