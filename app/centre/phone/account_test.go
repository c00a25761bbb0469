package phone_test

import (
	"encoding/json"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/identity/softkey"
	"counterfoil/app/protocol"
)

const own = "741963"

// newKey is a phone's passkey that is not made yet.
func (c *centre) newKey() *softkey.Key {
	c.t.Helper()
	k, err := softkey.New(c.url)
	if err != nil {
		c.t.Fatal(err)
	}
	return k
}

// enrol makes the passkey with a one-time code and signs in by it.
func (h *handset) enrol(k *softkey.Key, code string) (int, casework.RefusalKind) {
	h.c.t.Helper()
	var options json.RawMessage
	if status, reason := h.call("POST", protocol.PathEnrolPhone, protocol.EnrolPhone{Code: code}, &options); status != 200 {
		return status, reason
	}
	return h.call("PUT", protocol.PathEnrolPhone, protocol.EnrolPhone{Code: code, PasskeyAnswer: protocol.PasskeyAnswer{Name: "Android", Answer: h.made(k, options)}}, nil)
}

func (h *handset) made(k *softkey.Key, options []byte) []byte {
	h.c.t.Helper()
	answer, err := k.Create(options)
	if err != nil {
		h.c.t.Fatal(err)
	}
	return answer
}

func (h *handset) signed(k *softkey.Key, options []byte) []byte {
	h.c.t.Helper()
	answer, err := k.Get(options)
	if err != nil {
		h.c.t.Fatal(err)
	}
	return answer
}

func (h *handset) signIn(k *softkey.Key) (int, casework.RefusalKind) {
	h.c.t.Helper()
	var options json.RawMessage
	h.call("POST", protocol.PathSignInByKey, nil, &options)
	return h.call("PUT", protocol.PathSignInByKey, protocol.PasskeyAnswer{Answer: h.signed(k, options)}, nil)
}

func (h *handset) confirm(k *softkey.Key) (int, casework.RefusalKind) {
	h.c.t.Helper()
	var options json.RawMessage
	h.call("POST", protocol.PathConfirm, nil, &options)
	return h.call("PUT", protocol.PathConfirm, protocol.Confirm{Answer: h.signed(k, options)}, nil)
}

// enrolled is a phone of a holder who was at a counter.
func (c *centre) enrolled(holder string) (*handset, *softkey.Key) {
	c.t.Helper()
	code, err := c.identity.Enrol(c.t.Context(), holder)
	if err != nil {
		c.t.Fatal(err)
	}
	h, k := c.handset(), c.newKey()
	if status, reason := h.enrol(k, code.Code); status != 204 {
		c.t.Fatalf("enrolling: %d %s", status, reason)
	}
	return h, k
}

// setPassword sets the own password, right after the enrolment.
func (h *handset) setPassword() {
	h.c.t.Helper()
	if status, reason := h.call("PUT", protocol.PathPassword, protocol.NewPassword{Password: own}, nil); status != 204 {
		h.c.t.Fatalf("the password: %d %s", status, reason)
	}
}

func (h *handset) isIn() bool {
	h.c.t.Helper()
	status, _ := h.call("GET", protocol.PathMe, nil, nil)
	return status == 200
}

func TestOutsidePracticeOneSignsInByPasskeyAlone(t *testing.T) {
	c := startCentre(t, false, nil)
	h := c.handset()
	status, reason := h.call("GET", protocol.PathHolders, nil, nil)
	want(t, "who holds licences", status, reason, 403, casework.KeyNotEntitled)
	status, reason = h.call("POST", protocol.PathSignIn, protocol.SignIn{Holder: "wang-xiulan", PIN: pin}, nil)
	want(t, "the practice password", status, reason, 403, casework.KeyNotEntitled)
	h, k := c.enrolled("wang-xiulan")
	h.setPassword()
	status, reason = c.handset().call("POST", protocol.PathSignIn, protocol.SignIn{Holder: "wang-xiulan", PIN: own}, nil)
	want(t, "the own password", status, reason, 403, casework.KeyNotEntitled)
	var me protocol.Me
	if h.call("GET", protocol.PathMe, nil, &me); me.Holder.ID != "wang-xiulan" || me.Passkey == "" || !me.Password || me.Practice {
		t.Errorf("me: %+v", me)
	}
	h.call("DELETE", protocol.PathSignIn, nil, nil)
	if h.isIn() {
		t.Error("signed in after signing out")
	}
	if status, reason := h.signIn(k); status != 204 || !h.isIn() {
		t.Errorf("signing in: %d %s", status, reason)
	}
	wish := protocol.MakeCode{Kinds: []casework.LicenceKind{"id-card"}, Hall: "dongcheng", PIN: pin}
	status, reason = h.call("POST", protocol.PathCodes, wish, nil)
	want(t, "a code with the practice password", status, reason, 403, casework.PINWrong)
	wish.PIN = own
	if status, reason = h.call("POST", protocol.PathCodes, wish, nil); status != 200 {
		t.Errorf("a code: %d %s", status, reason)
	}
}

func TestWithoutAnOwnPasswordNoCodeIsMade(t *testing.T) {
	c := startCentre(t, false, nil)
	code, err := c.identity.Enrol(t.Context(), "gao-feng")
	if err != nil {
		t.Fatal(err)
	}
	h := c.handset()
	h.enrol(c.newKey(), code.Code)
	for _, given := range []string{"", pin, own} {
		status, reason := h.call("POST", protocol.PathCodes, protocol.MakeCode{Kinds: []casework.LicenceKind{"id-card"}, Hall: "dongcheng", PIN: given}, nil)
		want(t, "a code with "+given, status, reason, 409, casework.PasswordUnset)
	}
}

func TestOneConfirmationLetsOneDeedThrough(t *testing.T) {
	c := startCentre(t, false, nil)
	h, k := c.enrolled("chen-zhiyuan")
	h.setPassword()
	set := func(to string) (int, casework.RefusalKind) {
		return h.call("PUT", protocol.PathPassword, protocol.NewPassword{Password: to}, nil)
	}
	deeds := map[string][2]string{"another passkey": {"POST", protocol.PathPasskeys}, "another phone": {"POST", protocol.PathAnotherPhone}, "a removal": {"DELETE", protocol.PathPasskeys + "/AAAA"}}
	for name, deed := range deeds {
		status, reason := h.call(deed[0], deed[1], nil, nil)
		want(t, name, status, reason, 403, casework.ConfirmNeeded)
	}
	status, reason := set("852741")
	want(t, "a password", status, reason, 403, casework.ConfirmNeeded)
	status, reason = h.call("PUT", protocol.PathConfirm, protocol.Confirm{PIN: own}, nil)
	want(t, "confirming by password", status, reason, 403, casework.PasskeyRefused)
	if status, reason = h.confirm(k); status != 204 {
		t.Fatalf("confirming: %d %s", status, reason)
	}
	status, reason = set("123456")
	want(t, "a weak one", status, reason, 400, casework.PasswordWeak)
	if status, reason = set("852741"); status != 204 {
		t.Errorf("after a weak one: %d %s", status, reason)
	}
	status, reason = set("963852")
	want(t, "another deed", status, reason, 403, casework.ConfirmNeeded)
	h.confirm(k)
	c.clock.pass(2 * time.Minute)
	status, reason = set("963852")
	want(t, "two minutes later", status, reason, 403, casework.ConfirmNeeded)
}

func TestAReplayedSignInIsRefused(t *testing.T) {
	c := startCentre(t, false, nil)
	h, k := c.enrolled("wang-xiulan")
	var options json.RawMessage
	h.call("POST", protocol.PathSignInByKey, nil, &options)
	answer := protocol.PasskeyAnswer{Answer: h.signed(k, options)}
	if status, reason := c.handset().call("PUT", protocol.PathSignInByKey, answer, nil); status != 204 {
		t.Fatalf("the first time: %d %s", status, reason)
	}
	thief := c.handset()
	status, reason := thief.call("PUT", protocol.PathSignInByKey, answer, nil)
	want(t, "the same bytes again", status, reason, 403, casework.PasskeyRefused)
	if thief.isIn() {
		t.Error("a replayed answer signs in")
	}
}

func TestASecondPhoneIsAddedFromTheFirstAndRemovedWithItsSession(t *testing.T) {
	c := startCentre(t, false, nil)
	first, k := c.enrolled("wang-xiulan")
	first.confirm(k)
	var code protocol.HolderCode
	if status, _ := first.call("POST", protocol.PathAnotherPhone, nil, &code); status != 200 || code.Page != c.url {
		t.Fatalf("%d %+v", status, code)
	}
	second := c.handset()
	if status, reason := second.enrol(c.newKey(), code.Code); status != 204 || !second.isIn() || !first.isIn() {
		t.Fatalf("the second: %d %s", status, reason)
	}
	var list []protocol.PhonePasskey
	first.call("GET", protocol.PathPasskeys, nil, &list)
	if len(list) != 2 || !list[0].Here || list[1].Here || list[1].Name != "Android" {
		t.Fatalf("%+v", list)
	}
	first.confirm(k)
	if status, reason := first.call("DELETE", protocol.PathPasskeys+"/"+list[1].ID, nil, nil); status != 204 {
		t.Fatalf("removing: %d %s", status, reason)
	}
	if second.isIn() || !first.isIn() {
		t.Error("the wrong session ended")
	}
}

func TestSigningOutEverywhereEndsEverySession(t *testing.T) {
	c := startCentre(t, false, nil)
	first, k := c.enrolled("wang-xiulan")
	second := c.handset()
	second.signIn(k)
	other, _ := c.enrolled("gao-feng")
	if status, _ := first.call("DELETE", protocol.PathSessions, nil, nil); status != 204 || first.isIn() || second.isIn() {
		t.Error("a session goes on")
	}
	if !other.isIn() {
		t.Error("another holder was signed out")
	}
	if status, _ := second.signIn(k); status != 204 || !second.isIn() {
		t.Error("the passkey no longer signs in")
	}
}

func TestAtTheCounterALostPhoneIsReplaced(t *testing.T) {
	c := startCentre(t, false, nil)
	lost, k := c.enrolled("chen-zhiyuan")
	lost.setPassword()
	var made protocol.MadeCode
	lost.call("POST", protocol.PathCodes, protocol.MakeCode{Kinds: []casework.LicenceKind{"business-licence"}, Hall: "dongcheng", PIN: own, Entity: "example-medical"}, &made)
	found, _ := c.enrolled("chen-zhiyuan")
	if lost.isIn() {
		t.Error("the lost phone is still signed in")
	}
	status, reason := lost.signIn(k)
	want(t, "the lost phone", status, reason, 403, casework.PasskeyRefused)
	if _, _, err := c.redeem(made.Code, "SAMPLE-0001"); err == nil {
		t.Error("a code made on the lost phone still works")
	}
	var records []protocol.UseRecord
	found.call("GET", protocol.PathPhoneRecords, nil, &records)
	var what []string
	for _, r := range records {
		what = append(what, r.What)
	}
	if len(what) != 5 || what[0] != "failed" || what[1] != "passkey-added" || what[2] != "passkeys-revoked" || what[3] != "password-set" || records[2].Live {
		t.Errorf("the holder reads %v", what)
	}
	status, reason = c.handset().enrol(c.newKey(), "0000-0000-0000")
	want(t, "a wrong one-time code", status, reason, 404, casework.EnrolmentUnknown)
}

func TestAnInventedHolderConfirmsByPassword(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("gao-feng")
	if status, _ := h.call("POST", protocol.PathConfirm, nil, nil); status != 204 {
		t.Errorf("asked for a passkey that there is none of: %d", status)
	}
	status, reason := h.call("PUT", protocol.PathConfirm, protocol.Confirm{PIN: "000000"}, nil)
	want(t, "a wrong password", status, reason, 403, casework.PINWrong)
	h.call("PUT", protocol.PathConfirm, protocol.Confirm{PIN: pin}, nil)
	var options json.RawMessage
	if status, reason := h.call("POST", protocol.PathPasskeys, nil, &options); status != 200 {
		t.Fatalf("%d %s", status, reason)
	}
	k := c.newKey()
	if status, reason := h.call("PUT", protocol.PathPasskeys, protocol.PasskeyAnswer{Name: "phone", Answer: h.made(k, options)}, nil); status != 204 {
		t.Fatalf("%d %s", status, reason)
	}
	if status, reason := c.handset().signIn(k); status != 204 {
		t.Errorf("signing in with it: %d %s", status, reason)
	}
}
