package identity_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/centre/identity"
	"counterfoil/app/centre/store"
)

func TestAWrongPasswordSaysHowManyTriesAreLeft(t *testing.T) {
	d := open(t, page, "")
	d.refuses("before one is set", d.CheckPassword(t.Context(), "wang", good), casework.PasswordUnset)
	d = open(t, page, good)
	for left := 4; left > 0; left-- {
		var tries *identity.TriesError
		err := d.CheckPassword(t.Context(), "wang", "000000")
		d.refuses("a wrong one", err, casework.PINWrong)
		if !errors.As(err, &tries) || tries.Left != left {
			t.Errorf("%d left: %v", left, err)
		}
	}
	d.must(d.CheckPassword(t.Context(), "wang", good)) // forgets the wrong ones
	d.refuses("of nobody", d.CheckPassword(t.Context(), "nobody", good), casework.PINWrong)
}

func TestLocksGrowUntilARightPassword(t *testing.T) {
	d := open(t, page, good)
	lock := func(want time.Duration) {
		t.Helper()
		for range 4 {
			d.refuses("wrong", d.CheckPassword(t.Context(), "wang", "000000"), casework.PINWrong)
		}
		err := d.CheckPassword(t.Context(), "wang", "000000")
		d.refuses("the fifth", err, casework.PINLocked)
		if got := casework.WaitOf(err); got != want {
			t.Errorf("locked for %v, want %v", got, want)
		}
		d.pass(want - time.Millisecond)
		d.refuses("the right one just before", d.CheckPassword(t.Context(), "wang", good), casework.PINLocked)
		d.pass(time.Millisecond)
	}
	for _, want := range []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour, 16 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
		lock(want)
	}
	d.must(d.CheckPassword(t.Context(), "wang", good))
	lock(15 * time.Minute)
	d.must(d.SetPassword(t.Context(), "wang", "852741")) // by passkey: a forgotten one is no hindrance
	d.must(d.CheckPassword(t.Context(), "wang", "852741"))
	d.refuses("the earlier one", d.CheckPassword(t.Context(), "wang", good), casework.PINWrong)
}

func TestManyPhonesAtOnceGetNoMoreThanFiveTries(t *testing.T) {
	d := open(t, page, "")
	d.must(d.SetPassword(t.Context(), "wang", good))
	var wait sync.WaitGroup
	got := make([]casework.RefusalKind, 20)
	for i := range got {
		wait.Go(func() { got[i] = casework.KindOf(d.CheckPassword(t.Context(), "wang", fmt.Sprintf("%06d", i))) })
	}
	wait.Wait()
	wrong := 0
	for _, kind := range got {
		if kind == casework.PINWrong {
			wrong++
		}
	}
	if wrong != 4 {
		t.Errorf("%d were looked at before the lock: %v", wrong+1, got)
	}
}

func TestPracticeHasAPasswordUntilTheHolderSetsOne(t *testing.T) {
	d := open(t, page, "246810")
	d.must(d.CheckPassword(t.Context(), "wang", "246810"))
	d.refuses("taking that very one", d.SetPassword(t.Context(), "wang", "246810"), casework.PasswordWeak)
	d.must(d.SetPassword(t.Context(), "wang", good))
	d.refuses("the practice one", d.CheckPassword(t.Context(), "wang", "246810"), casework.PINWrong)
	d.must(d.CheckPassword(t.Context(), "wang", good))
	d.must(d.CheckPassword(t.Context(), "li", "246810"))
}

func TestAPasswordThatIsTriedFirstIsRefused(t *testing.T) {
	d := open(t, page, "")
	for _, bad := range []string{"", "12345", "74196a", "７４１９６３", "7419-63", strings.Repeat("7419638", 3), "000000", "7777777", "123456", "234567890", "890123", "987654", "432109",
		"121212", "123123", "4747474", "870412", "19870412", "198704", "041200", "990412", "704120"} {
		d.refuses(fmt.Sprintf("%q", bad), d.SetPassword(t.Context(), "wang", bad), casework.PasswordWeak)
	}
	for _, fine := range []string{"741963", "135790", "90571826", "11223345"} {
		d.must(d.SetPassword(t.Context(), "wang", fine))
	}
}

func TestWhatIsKeptOfAPasswordIsNoPasswordAndDiffersEachTime(t *testing.T) {
	d := open(t, page, "")
	kept := func() (text string) {
		d.must(d.SetPassword(t.Context(), "wang", good))
		d.must(d.store.Do(t.Context(), func(tx *store.Tx) error {
			a, _, err := tx.Account("wang")
			text = a.Password
			return err
		}))
		return text
	}
	if a, b := kept(), kept(); a == b || strings.Contains(a, good) {
		t.Errorf("%q %q", a, b)
	}
}

func TestOnlyTheRightPasswordIsTaken(t *testing.T) {
	d := open(t, page, good)
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.String().Draw(t, "given")
		d.pass(24 * time.Hour)
		err := d.CheckPassword(d.t.Context(), "wang", given)
		if (err == nil) != (given == good) {
			t.Errorf("%q: %v", given, err)
		}
	})
}
