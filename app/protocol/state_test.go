package protocol_test

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func TestACaseStandsOnTheLedgerAsItsStepsLeftIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := casework.CaseID(drawID(t, "case"))
		var entries []protocol.EntryPlace
		for range rapid.IntRange(1, 8).Draw(t, "entries") {
			d := drawDigest(t, "digest")
			entries = append(entries, protocol.EntryPlace{Kind: "opened", Digest: d[:], Time: rapid.Int64Range(1, 1<<42).Draw(t, "time"), Height: rapid.Int64Range(1, 1<<40).Draw(t, "height")})
		}
		last := entries[len(entries)-1]
		s := casework.Standing{State: casework.StateSigned, Case: id, Hall: "dongcheng", Counter: "12",
			Demands: casework.Demands{Signature: rapid.Bool().Draw(t, "signature"), Photo: casework.PhotoRule(rapid.IntRange(0, 2).Draw(t, "photo"))},
			Seq:     len(entries), Head: casework.Digest(last.Digest), Last: time.UnixMilli(last.Time).UTC(), Grant: casework.GrantID(drawID(t, "grant")),
			Confirmation: casework.Digest(drawDigest(t, "confirmation")), Signed: rapid.Bool().Draw(t, "signed"), Photographed: rapid.Bool().Draw(t, "photographed"), Paper: rapid.Bool().Draw(t, "paper")}
		raw, err := protocol.Marshal(protocol.CaseStateOf(s, "20261125", entries))
		if err != nil {
			t.Fatal(err)
		}
		var back protocol.CaseState
		if err := protocol.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		if got := back.Standing(id); !reflect.DeepEqual(got, s) || len(back.Digests()) != len(entries) {
			t.Fatalf("kept %+v, read %+v", s, got)
		}
	})
}

func TestADayIsThatOfTheHalls(t *testing.T) {
	for at, want := range map[string]string{"2026-11-24T15:59:59Z": "20261124", "2026-11-24T16:00:00Z": "20261125"} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := protocol.DayOf(when); got != want {
			t.Errorf("%s is on %s, not on %s", at, got, want)
		}
	}
}

func TestARunningDigestTellsListsApart(t *testing.T) {
	chain := func(items ...string) (head []byte) {
		for _, i := range items {
			head = protocol.ChainOf(head, []byte(i))
		}
		return head
	}
	whole := chain("a", "b", "c")
	for name, other := range map[string][]byte{"shorter": chain("a", "b"), "another order": chain("b", "a", "c"), "joined": chain("ab", "c"), "none": chain()} {
		if bytes.Equal(whole, other) {
			t.Errorf("%s has the same digest", name)
		}
	}
}

// TestAStateFromBeforeThereWasPaperStillReads: the key is left out where it is
// false, so an older record is the same bytes.
func TestAStateFromBeforeThereWasPaperStillReads(t *testing.T) {
	d := filled(7)
	was := struct {
		Hall    string                `cbor:"1,keyasint"`
		Counter string                `cbor:"2,keyasint"`
		Day     string                `cbor:"3,keyasint"`
		State   string                `cbor:"4,keyasint"`
		Entries []protocol.EntryPlace `cbor:"11,keyasint"`
	}{"dongcheng", "12", "20261125", "opened", []protocol.EntryPlace{{Kind: "opened", Digest: d[:], Time: 1, Height: 2}}}
	raw, err := protocol.Marshal(was)
	if err != nil {
		t.Fatal(err)
	}
	var c protocol.CaseState
	if err := protocol.Unmarshal(raw, &c); err != nil || c.Standing("00112233445566778899aabbccddeeff").Paper {
		t.Fatalf("%+v, %v", c, err)
	}
	if again, err := protocol.Marshal(c); err != nil || !bytes.Equal(again, raw) {
		t.Fatalf("%x is now %x, %v", raw, again, err)
	}
}
