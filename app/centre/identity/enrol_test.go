package identity_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/identity"
	"counterfoil/app/centre/store"
)

func TestACodeEnrolsOnePhoneWithinTenMinutesHoweverItIsTyped(t *testing.T) {
	d := open(t, page, "")
	code, err := d.Enrol(t.Context(), "wang")
	d.must(err)
	if len(code.Code) != 14 || code.Until.Sub(d.now()) != 10*time.Minute {
		t.Errorf("%q until %v", code.Code, code.Until)
	}
	_, _, err = d.enrol(d.key(), "0000-0000-0000")
	d.refuses("a wrong code", err, casework.EnrolmentUnknown)
	typed := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(code.Code, "-", " "), "0", "o"), "1", "l"))
	_, _, err = d.enrol(d.key(), typed)
	d.must(err)
	_, _, err = d.enrol(d.key(), code.Code)
	d.refuses("the code again", err, casework.EnrolmentUnknown)
	code, err = d.AnotherDevice(t.Context(), "wang")
	d.must(err)
	d.pass(10 * time.Minute)
	_, _, err = d.enrol(d.key(), code.Code)
	d.refuses("ten minutes later", err, casework.EnrolmentUnknown)
	_, err = d.Enrol(t.Context(), "nobody")
	d.refuses("nobody", err, casework.HolderUnknown)
}

func TestAFingerThatWasNotRecognisedDoesNotSpendTheCode(t *testing.T) {
	d := open(t, page, "")
	code, err := d.Enrol(t.Context(), "wang")
	d.must(err)
	careless := d.key()
	careless.Verified = false
	_, _, err = d.enrol(careless, code.Code)
	d.refuses("the first try", err, casework.PasskeyRefused)
	_, _, err = d.enrol(d.key(), code.Code)
	d.must(err)
}

func TestANewCodeEndsTheEarlierOne(t *testing.T) {
	d := open(t, page, "")
	first, err := d.Enrol(t.Context(), "wang")
	d.must(err)
	second, err := d.Enrol(t.Context(), "wang")
	d.must(err)
	_, _, err = d.enrol(d.key(), first.Code)
	d.refuses("the earlier", err, casework.EnrolmentUnknown)
	_, _, err = d.enrol(d.key(), second.Code)
	d.must(err)
}

func TestTwoPhonesAtOnceEnrolOne(t *testing.T) {
	d := open(t, page, "")
	code, err := d.Enrol(t.Context(), "wang")
	d.must(err)
	var answers [2][]byte
	for i := range answers {
		answers[i], err = d.key().Create(d.sent(d.BeginEnrol(t.Context(), code.Code)))
		d.must(err)
	}
	var wait sync.WaitGroup
	errs := make([]error, 2)
	for i, answer := range answers {
		wait.Go(func() { _, _, errs[i] = d.FinishEnrol(t.Context(), code.Code, "phone", answer) })
	}
	wait.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || casework.KindOf(errors.Join(errs...)) != casework.EnrolmentUnknown {
		t.Errorf("%v", errs)
	}
	if list, err := d.Passkeys(t.Context(), "wang"); err != nil || len(list) != 1 {
		t.Errorf("%d passkeys %v", len(list), err)
	}
}

func TestALostPhoneIsOutAtOnceAndTheHolderReadsIt(t *testing.T) {
	d := open(t, page, "")
	lost := d.enrolled("wang")
	d.must(d.SetPassword(t.Context(), "wang", good))
	st, err := d.State(t.Context(), "wang")
	d.must(err)
	code, err := d.Enrol(t.Context(), "wang")
	d.must(err)
	_, _, err = d.signIn(lost)
	d.refuses("the lost phone", err, casework.PasskeyRefused)
	if ok, err := d.Stands(t.Context(), "wang", lost.ID(), st.Epoch); ok || err != nil {
		t.Errorf("its session goes on: %v", err)
	}
	d.refuses("the forgotten password", d.CheckPassword(t.Context(), "wang", good), casework.PasswordUnset)
	found := d.key()
	_, _, err = d.enrol(found, code.Code)
	d.must(err)
	if holder, _, err := d.signIn(found); err != nil || holder != "wang" {
		t.Errorf("%q %v", holder, err)
	}
	want := []store.What{identity.WhatAdded, identity.WhatEnrolled, identity.WhatPassword, identity.WhatAdded}
	if got := d.records("wang"); !slices.Equal(got, want) {
		t.Errorf("records: %v", got)
	}
}
