package identity_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/identity"
	"counterfoil/app/centre/store"
)

func TestAPhoneThatWasEnrolledAtTheCounterSignsIn(t *testing.T) {
	d := open(t, page, "")
	k := d.enrolled("wang")
	holder, _, err := d.signIn(k)
	if err != nil || holder != "wang" {
		t.Fatalf("%q %v", holder, err)
	}
	list, err := d.Passkeys(t.Context(), "wang")
	if err != nil || len(list) != 1 || list[0].Name != "phone" || !bytes.Equal(list[0].ID, k.ID()) {
		t.Fatalf("%+v %v", list, err)
	}
	if strings.Contains(list[0].Credential, "clientDataJSON") {
		t.Error("what the browser stated is kept")
	}
	if got := d.records("wang"); !slices.Equal(got, []store.What{identity.WhatAdded}) {
		t.Errorf("records: %v", got)
	}
}

func TestAPasskeyOfAnotherOriginIsRefused(t *testing.T) {
	d := open(t, page, "")
	k := d.enrolled("wang")
	for _, origin := range []string{"https://phone.example.cn.evil.example", "http://phone.example.cn", "https://example.cn", "https://phone.example.cn:8443", "null", ""} {
		k.Origin = origin
		_, _, err := d.signIn(k)
		d.refuses("an answer from "+origin, err, casework.PasskeyRefused)
		stranger := d.key()
		stranger.Origin = origin
		code, err := d.AnotherDevice(t.Context(), "wang")
		d.must(err)
		_, _, err = d.enrol(stranger, code.Code)
		d.refuses("a passkey made on "+origin, err, casework.PasskeyRefused)
	}
	k.Origin = page
	if _, _, err := d.signIn(k); err != nil {
		t.Errorf("after all of them the right one: %v", err)
	}
}

func TestAnAnswerIsTakenOnce(t *testing.T) {
	d := open(t, page, "")
	k := d.enrolled("wang")
	_, answer, err := d.signIn(k)
	d.must(err)
	_, _, err = d.FinishSignIn(t.Context(), answer)
	d.refuses("the same answer again", err, casework.PasskeyRefused)
	old := d.sent(d.BeginSignIn())
	late, err := k.Get(old)
	d.must(err)
	d.pass(5 * time.Minute)
	_, _, err = d.FinishSignIn(t.Context(), late)
	d.refuses("an answer after five minutes", err, casework.PasskeyRefused)
}

func TestAnAnswerServesOnlyWhatItWasAskedFor(t *testing.T) {
	d := open(t, page, "")
	wang, li := d.enrolled("wang"), d.enrolled("li")
	in, err := wang.Get(d.sent(d.BeginSignIn()))
	d.must(err)
	d.refuses("a sign-in as a confirmation", d.FinishConfirm(t.Context(), "wang", in), casework.PasskeyRefused)
	confirm, err := wang.Get(d.sent(d.BeginConfirm(t.Context(), "wang")))
	d.must(err)
	_, _, err = d.FinishSignIn(t.Context(), confirm)
	d.refuses("a confirmation as a sign-in", err, casework.PasskeyRefused)
	confirm, err = li.Get(d.sent(d.BeginConfirm(t.Context(), "wang")))
	d.must(err)
	d.refuses("another holder's passkey", d.FinishConfirm(t.Context(), "wang", confirm), casework.PasskeyRefused)
	confirm, err = wang.Get(d.sent(d.BeginConfirm(t.Context(), "wang")))
	d.must(err)
	d.must(d.FinishConfirm(t.Context(), "wang", confirm))
}

func TestAPhoneThatDidNotVerifyItsUserIsRefused(t *testing.T) {
	d := open(t, page, "")
	k := d.enrolled("wang")
	k.Verified = false
	_, _, err := d.signIn(k)
	d.refuses("signing in", err, casework.PasskeyRefused)
	careless := d.key()
	careless.Verified = false
	code, err := d.AnotherDevice(t.Context(), "wang")
	d.must(err)
	_, _, err = d.enrol(careless, code.Code)
	d.refuses("making one", err, casework.PasskeyRefused)
}

func TestACopiedPasskeyIsRefusedFromThenOnAndItsHolderReadsIt(t *testing.T) {
	d := open(t, page, "")
	k := d.enrolled("wang")
	for range 3 {
		_, _, err := d.signIn(k)
		d.must(err)
	}
	k.Count = 1 // the copy was used less
	_, _, err := d.signIn(k)
	d.refuses("the copy", err, casework.PasskeyCopied)
	k.Count = 9
	_, _, err = d.signIn(k)
	d.refuses("the original, which can't be told apart", err, casework.PasskeyRefused)
	if got := d.records("wang"); len(got) != 2 || got[0] != identity.WhatCopied {
		t.Errorf("records: %v", got)
	}
	if ok, err := d.Stands(t.Context(), "wang", k.ID(), 1); ok || err != nil {
		t.Errorf("its sessions go on: %v", err)
	}
}

func TestAnAnswerThatWasAlteredAnywhereIsRefused(t *testing.T) {
	d := open(t, page, "")
	k := d.enrolled("wang")
	for _, field := range []string{"clientDataJSON", "authenticatorData", "signature", "userHandle"} {
		answer, err := k.Get(d.sent(d.BeginSignIn()))
		d.must(err)
		var a map[string]any
		d.must(json.Unmarshal(answer, &a))
		response := a["response"].(map[string]any)
		text := response[field].(string)
		turned := byte('A')
		if text[20] == turned {
			turned = 'B'
		}
		response[field] = text[:20] + string(turned) + text[21:]
		forged, err := json.Marshal(a)
		d.must(err)
		_, _, err = d.FinishSignIn(t.Context(), forged)
		d.refuses(field, err, casework.PasskeyRefused)
	}
}

func TestARemovedPasskeyEndsItsSessionsAndNoOthers(t *testing.T) {
	d := open(t, page, "")
	first := d.enrolled("wang")
	code, err := d.AnotherDevice(t.Context(), "wang")
	d.must(err)
	second := d.key()
	_, _, err = d.enrol(second, code.Code)
	d.must(err)
	st, err := d.State(t.Context(), "wang")
	d.must(err)
	d.refuses("another holder's", d.Remove(t.Context(), "li", first.ID()), casework.PasskeyUnknown)
	d.must(d.Remove(t.Context(), "wang", first.ID()))
	d.refuses("again", d.Remove(t.Context(), "wang", first.ID()), casework.PasskeyUnknown)
	for id, want := range map[string]bool{string(first.ID()): false, string(second.ID()): true} {
		if ok, err := d.Stands(t.Context(), "wang", []byte(id), st.Epoch); ok != want || err != nil {
			t.Errorf("stands: %v %v", ok, err)
		}
	}
	_, _, err = d.signIn(first)
	d.refuses("the removed one", err, casework.PasskeyRefused)
	_, _, err = d.signIn(second)
	d.must(err)
	d.must(d.EndSessions(t.Context(), "wang"))
	if ok, _ := d.Stands(t.Context(), "wang", second.ID(), st.Epoch); ok {
		t.Error("a session outlives signing out everywhere")
	}
}

func TestTheSameAuthenticatorIsNotTakenForTwoHolders(t *testing.T) {
	d := open(t, page, "")
	k := d.enrolled("wang")
	code, err := d.Enrol(t.Context(), "li")
	d.must(err)
	_, _, err = d.enrol(k, code.Code)
	d.refuses("the id is taken", err, casework.PasskeyRefused)
	if holder, _, err := d.signIn(d.enrolled("li")); err != nil || holder != "li" {
		t.Errorf("%q %v", holder, err)
	}
}

func TestThereIsABoundToDevices(t *testing.T) {
	d := open(t, page, "")
	d.enrolled("wang")
	for range 9 {
		answer, err := d.key().Create(d.sent(d.BeginAdd(t.Context(), "wang")))
		d.must(err)
		d.must(d.FinishAdd(t.Context(), "wang", "\x1b[2J"+strings.Repeat("长", 60), answer))
	}
	_, err := d.BeginAdd(t.Context(), "wang")
	d.refuses("the eleventh", err, casework.PasskeysFull)
	_, err = d.AnotherDevice(t.Context(), "wang")
	d.refuses("a code for it", err, casework.PasskeysFull)
	list, err := d.Passkeys(t.Context(), "wang")
	d.must(err)
	long := 0
	for _, p := range list { // those of one millisecond come in any order
		if strings.Contains(p.Name, "\x1b") || len([]rune(p.Name)) > 40 {
			t.Errorf("kept as it came: %q", p.Name)
		}
		if len([]rune(p.Name)) == 40 {
			long++
		}
	}
	if len(list) != 10 || long != 9 {
		t.Errorf("%d devices, %d of them with the long name", len(list), long)
	}
}

func TestAnAddressWithoutPasskeysSaysSo(t *testing.T) {
	for _, address := range []string{"http://phone.example.cn", "https://10.0.0.7", "http://127.0.0.1:8080"} {
		d := open(t, address, good)
		_, err := d.BeginSignIn()
		d.refuses(address, err, casework.PasskeyRefused)
		if d.Origin() != "" {
			t.Errorf("%s: %q", address, d.Origin())
		}
	}
	if got := open(t, "http://localhost:8080", good).Origin(); got != "http://localhost:8080" {
		t.Error(got)
	}
}

func FuzzNoAnswerOfAStrangerSignsIn(f *testing.F) {
	f.Add([]byte(`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"","signature":"","userHandle":"AA"}}`))
	f.Add([]byte(`{}`))
	d := open(f, page, "")
	d.sent(d.BeginSignIn())
	f.Fuzz(func(t *testing.T, answer []byte) {
		if holder, _, err := d.FinishSignIn(t.Context(), answer); casework.KindOf(err) != casework.PasskeyRefused || holder != "" {
			t.Errorf("%q %v", holder, err)
		}
	})
}
