package protocol_test

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func aDayList() protocol.DayList {
	l := protocol.DayList{Version: protocol.Version, Chain: "city", Hall: "dongcheng", Counter: "12", Day: "20261125", At: 1}
	for n := range 300 {
		c := protocol.ListedCase{Case: bytes.Repeat([]byte{byte(n + 1)}, 16)}
		for range 8 {
			c.Entries = append(c.Entries, protocol.ListedEntry{Digest: bytes.Repeat([]byte{7}, 32), Time: 2, Height: 3})
		}
		l.Cases = append(l.Cases, c)
	}
	return l
}

// TestACountersListOfABusyDayComesBackAsItWasSigned, though it is longer than
// any entry may be.
func TestACountersListOfABusyDayComesBackAsItWasSigned(t *testing.T) {
	key, l := testKey("counter"), aDayList()
	l.Operators = &protocol.ListedLog{Acts: 7, Head: bytes.Repeat([]byte{9}, 32), Whole: true}
	raw, err := protocol.SignDayList(key, l)
	if err != nil || len(raw) < protocol.MaxBytes {
		t.Fatalf("%d bytes, %v", len(raw), err)
	}
	got, env, err := protocol.OpenDayList(raw)
	if err != nil || env.Verify(publicOf(key)) != nil || !reflect.DeepEqual(got, l) {
		t.Fatalf("it came back as another: %v", err)
	}
	if env.Verify(publicOf(testKey("another"))) == nil {
		t.Error("another counter signed it")
	}
	if _, _, err := protocol.OpenEntry(raw); err == nil {
		t.Error("a list passes for an entry")
	}
}

func TestAListWhoseFieldsDoNotFitIsRefused(t *testing.T) {
	for name, change := range map[string]func(*protocol.DayList){
		"no chain":                   func(l *protocol.DayList) { l.Chain = "" },
		"a hall with a slash":        func(l *protocol.DayList) { l.Hall = "a/b" },
		"no day of the calendar":     func(l *protocol.DayList) { l.Day = "20260231" },
		"no time":                    func(l *protocol.DayList) { l.At = 0 },
		"an operator log of nothing": func(l *protocol.DayList) { l.Operators = &protocol.ListedLog{Head: make([]byte, 32)} },
		"a short head of that log":   func(l *protocol.DayList) { l.Operators = &protocol.ListedLog{Acts: 1, Head: make([]byte, 31)} },
		"a case without an entry":    func(l *protocol.DayList) { l.Cases[0].Entries = nil },
		"a short case id":            func(l *protocol.DayList) { l.Cases[0].Case = []byte{1} },
		"a short digest":             func(l *protocol.DayList) { l.Cases[1].Entries[0].Digest = []byte{1} },
		"on the ledger and refused":  func(l *protocol.DayList) { l.Cases[1].Entries[0].Refusal = string(casework.GrantUnknown) },
		"another version's contents": func(l *protocol.DayList) { l.Version++ },
	} {
		l := aDayList()
		change(&l)
		raw, err := protocol.SignDayList(testKey("counter"), l)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := protocol.OpenDayList(raw); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestADayBeginsAtMidnightOfTheHalls(t *testing.T) {
	start := protocol.StartOf("20261125")
	if protocol.DayOf(start) != "20261125" || protocol.DayOf(start.Add(-time.Millisecond)) != "20261124" || !protocol.StartOf("yesterday").IsZero() {
		t.Errorf("it begins at %s", start)
	}
}

// FuzzOpenDayList: whatever is taken for a list has fields that fit, in their one encoding.
func FuzzOpenDayList(f *testing.F) {
	l := aDayList()
	l.Cases = l.Cases[:2]
	l.Operators = &protocol.ListedLog{Acts: 7, Head: bytes.Repeat([]byte{9}, 32), Whole: true}
	raw, err := protocol.SignDayList(testKey("counter"), l)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(raw[:40])
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, env, err := protocol.OpenDayList(raw)
		if err != nil {
			return
		}
		if !protocol.IsDay(l.Day) || l.Chain == "" {
			t.Fatalf("a list of no day is taken: %+v", l)
		}
		if again, err := protocol.Marshal(l); err != nil || !bytes.Equal(again, env.Payload) {
			t.Fatal("two encodings of one list")
		}
	})
}
