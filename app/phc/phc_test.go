package phc_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/phc"
)

func cheap() phc.Cost { return phc.Cost{Memory: 64, Passes: 1, Threads: 1} }

func TestAVerifierHoldsForItsPasswordAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		password, other := rapid.StringN(0, 20, 80).Draw(t, "password"), rapid.StringN(0, 20, 80).Draw(t, "other")
		v := phc.Hash(password, cheap())
		if phc.Check(v) != nil || !phc.Holds(v, password) || phc.Holds(v, other) != (other == password) {
			t.Fatal("it does not hold, or holds for another")
		}
	})
}

func TestAVerifierIsWrittenAsOthersReadIt(t *testing.T) {
	if v := phc.Hash("x", phc.Production()); !strings.HasPrefix(v, "$argon2id$v=19$m=65536,t=3,p=1$") || !phc.Holds(v, "x") {
		t.Fatal("the form, or the cost, is another")
	}
}

func TestAVerifierThatCostsTooMuchOrIsNoneHoldsForNobody(t *testing.T) {
	good := phc.Hash("a", cheap())
	tail := good[strings.LastIndex(good[:strings.LastIndex(good, "$")], "$"):]
	for _, v := range []string{"", "$", "plain", "$argon2i$v=19$m=64,t=1,p=1" + tail, "$argon2id$v=16$m=64,t=1,p=1" + tail,
		"$argon2id$v=19$m=999999999,t=1,p=1" + tail, "$argon2id$v=19$m=64,t=1000,p=1" + tail, "$argon2id$v=19$m=64,t=1,p=99" + tail,
		"$argon2id$v=19$m=064,t=1,p=1" + tail, "$argon2id$v=19$m=4,t=1,p=1" + tail, good + "A", good[:len(good)-1],
		good + "\n", good[:len(good)-3] + "\r" + good[len(good)-3:], "$argon2id$v=19$m=64,t=1,p=1$\n" + tail[1:]} {
		if casework.KindOf(phc.Check(v)) != casework.Malformed || phc.Holds(v, "a") {
			t.Errorf("%q was taken", v)
		}
	}
	if phc.Holds(good, strings.Repeat("a", phc.MaxPassword+1)) {
		t.Error("a password without bounds")
	}
}

func FuzzNoVerifierCostsMoreThanItMay(f *testing.F) {
	f.Add(phc.Hash("a", cheap()))
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$AA$AA")
	f.Fuzz(func(t *testing.T, v string) {
		if phc.Check(v) != nil && phc.Holds(v, "a") {
			t.Fatal("refused, and holds")
		}
	})
}
