package protocol_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

const aVerifier = "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func aRoster() protocol.Roster {
	r := protocol.Roster{Version: protocol.Version, Chain: "city", Hall: "dongcheng", Edition: 3, At: 1, Days: 30}
	for n := range 300 {
		r.Clerks = append(r.Clerks, protocol.RosterClerk{Number: fmt.Sprintf("%04d", n), Name: "张伟", Role: "clerk", Verifier: aVerifier})
	}
	r.Clerks[1].Cards = [][]byte{bytes.Repeat([]byte{1}, 91)}
	return r
}

func TestALargeHallsRosterComesBackAsItWasSigned(t *testing.T) {
	key, r := testKey("centre"), aRoster()
	raw, err := protocol.SignRoster(key, r)
	if err != nil || len(raw) < protocol.MaxBytes {
		t.Fatalf("%d bytes, %v", len(raw), err)
	}
	got, env, err := protocol.OpenRoster(raw)
	if err != nil || env.Verify(publicOf(key)) != nil || !reflect.DeepEqual(got, r) {
		t.Fatalf("it came back as another: %v", err)
	}
	if env.Verify(publicOf(testKey("another"))) == nil {
		t.Error("another centre signed it")
	}
	if _, _, err := protocol.OpenDayList(raw); err == nil {
		t.Error("a roster passes for a list")
	}
}

func TestARosterWhoseFieldsDoNotFitIsRefused(t *testing.T) {
	for name, change := range map[string]func(*protocol.Roster){
		"no chain":                  func(r *protocol.Roster) { r.Chain = "" },
		"a hall with a slash":       func(r *protocol.Roster) { r.Hall = "a/b" },
		"no edition":                func(r *protocol.Roster) { r.Edition = 0 },
		"no time":                   func(r *protocol.Roster) { r.At = 0 },
		"no end":                    func(r *protocol.Roster) { r.Days = 0 },
		"years":                     func(r *protocol.Roster) { r.Days = 400 },
		"one number twice":          func(r *protocol.Roster) { r.Clerks[1].Number = r.Clerks[0].Number },
		"numbers out of order":      func(r *protocol.Roster) { r.Clerks[0].Number = "9999" },
		"no number":                 func(r *protocol.Roster) { r.Clerks[0].Number = "" },
		"a number with a space":     func(r *protocol.Roster) { r.Clerks[0].Number = "00 0" },
		"an unknown role":           func(r *protocol.Roster) { r.Clerks[0].Role = "mayor" },
		"a password in clear":       func(r *protocol.Roster) { r.Clerks[0].Verifier = "246810" },
		"a name steering terminals": func(r *protocol.Roster) { r.Clerks[0].Name = "a\x1b[2J" },
		"a long name":               func(r *protocol.Roster) { r.Clerks[0].Name = strings.Repeat("a", 65) },
		"five cards":                func(r *protocol.Roster) { r.Clerks[0].Cards = [][]byte{{1}, {1}, {1}, {1}, {1}} },
		"an empty card":             func(r *protocol.Roster) { r.Clerks[0].Cards = [][]byte{{}} },
	} {
		r := aRoster()
		change(&r)
		raw, err := protocol.SignRoster(testKey("centre"), r)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := protocol.OpenRoster(raw); casework.KindOf(err) != casework.Malformed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoFormatShowsANewPassword(t *testing.T) {
	p := protocol.ClerkPassword{Number: "0317", Before: "planted-secret", Verifier: "v"}
	for _, f := range []string{"%v", "%+v", "%#v", "%s"} {
		if strings.Contains(fmt.Sprintf(f, p), "planted") {
			t.Errorf("%s shows it", f)
		}
	}
}

func FuzzNoBytesBreakTheReaderOfRosters(f *testing.F) {
	raw, _ := protocol.SignRoster(testKey("centre"), aRoster())
	f.Add(raw)
	f.Add(raw[:40])
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, env, err := protocol.OpenRoster(raw)
		if err != nil {
			return
		}
		again, err := protocol.Marshal(r)
		if err != nil || !bytes.Equal(again, env.Payload) {
			t.Fatal("two encodings of one roster")
		}
	})
}
