package staff_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
	"counterfoil/app/staff"
	"counterfoil/devices/token"
	"counterfoil/devices/token/softtoken"
)

func TestAClerkOfTheRosterSignsInAndTheActIsKept(t *testing.T) {
	h := newHall(t)
	refused(t, h.password("0317", "246810"), casework.RosterMissing)
	h.publish(func(*protocol.Roster) {})
	c, err := h.Check(t.Context(), casework.Presence{Number: "0317", Password: "246810"}, casework.OpSignIn, "")
	if err != nil || c != (casework.Clerk{Number: "0317", Name: "王芳", Role: casework.RoleClerk, Pseudonym: "p-0317"}) {
		t.Fatalf("%+v, %v", c, err)
	}
	if a := h.last(); a.Clerk != "0317" || a.What != casework.OpSignIn || a.Why != "" {
		t.Fatalf("%+v", a)
	}
	if _, err := h.Check(t.Context(), casework.Presence{Number: "0001", Password: "tall-oak-44"}, casework.OpSecond, "c1"); err != nil {
		t.Fatal(err)
	}
	if a := h.last(); a.Clerk != "" || a.Second != "0001" || a.Case != "c1" {
		t.Fatalf("%+v", a)
	}
	h.restart() // the centre is away all the time
	must(t, h.password("0317", "246810"))
}

func TestAnUnknownNumberAndAWrongPasswordAreToldApartByNothing(t *testing.T) {
	h := newHall(t)
	h.publish(func(*protocol.Roster) {})
	for n := range 6 {
		known, unknown := h.password("0317", "wrong"), h.password("9999", "wrong")
		if known.Error() != unknown.Error() || casework.WaitOf(known) != casework.WaitOf(unknown) {
			t.Fatalf("try %d: %v after %s, %v after %s", n, known, casework.WaitOf(known), unknown, casework.WaitOf(unknown))
		}
		h.now = h.now.Add(casework.WaitOf(known))
	}
}

func TestANumberThatIsNobodysIsKeptNowhere(t *testing.T) {
	h := newHall(t)
	h.publish(func(*protocol.Roster) {})
	refused(t, h.password("plantedpassword", "x"), casework.ClerkRefused)
	refused(t, h.password("a planted password with blanks", "x"), casework.ClerkRefused)
	if a := h.last(); a.Clerk != "" || a.Note != "" || a.Why != casework.ClerkRefused {
		t.Fatalf("%+v", a)
	}
}

func TestAWrongPasswordIsSlowedAndLocksNobodyOut(t *testing.T) {
	h := newHall(t)
	h.publish(func(r *protocol.Roster) { r.Clerks[1].Cards = [][]byte{pkix(t, wallet["clerk"])} })
	h.reader()
	for n, want := range []time.Duration{0, 0, 2, 4, 8, 16, 32, 60, 60, 60} {
		err := h.password("0317", "wrong")
		refused(t, err, casework.ClerkRefused)
		if casework.WaitOf(err) != want*time.Second {
			t.Fatalf("try %d is slowed by %s, not %ds", n+1, casework.WaitOf(err), want)
		}
		if want > 0 {
			h.now = h.now.Add(want*time.Second - time.Millisecond)
			err = h.password("0317", "246810") // the right one, too early
			refused(t, err, casework.ClerkSlowed)
			if casework.WaitOf(err) != time.Millisecond {
				t.Fatal(casework.WaitOf(err))
			}
			if c, err := h.card(cardPIN); err != nil || c.Number != "0317" {
				t.Fatalf("a card works at once: %v", err)
			}
			must(t, h.password("0001", "tall-oak-44")) // and so does a colleague
			h.now = h.now.Add(time.Millisecond)
		}
	}
	must(t, h.password("0317", "246810"))
	if err := h.password("0317", "wrong"); casework.WaitOf(err) != 0 {
		t.Fatal("the right one did not end the count")
	}
}

func TestTheCountOfWrongPasswordsOutlivesTheProgram(t *testing.T) {
	h := newHall(t)
	h.publish(func(*protocol.Roster) {})
	for range 4 {
		err := h.password("0317", "wrong")
		refused(t, err, casework.ClerkRefused)
		h.now = h.now.Add(casework.WaitOf(err))
	}
	refused(t, h.password("0317", "wrong"), casework.ClerkRefused) // the fifth: 8 s
	h.restart()
	err := h.password("0317", "246810")
	refused(t, err, casework.ClerkSlowed)
	if casework.WaitOf(err) != 8*time.Second {
		t.Fatal(casework.WaitOf(err))
	}
	h.now = h.now.Add(8 * time.Second)
	must(t, h.password("0317", "246810"))
	h.restart()
	if err := h.password("0317", "wrong"); casework.WaitOf(err) != 0 {
		t.Fatal("what the right one ended is there again")
	}
}

// However passwords are tried, nobody waits longer than a minute, and then the
// right one is taken; also when the clock jumps.
func TestNobodyEverWaitsLongerThanAMinute(t *testing.T) {
	h := newHall(t)
	h.publish(func(r *protocol.Roster) { r.Days = 366 })
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 12).Draw(t, "tries") {
			h.now = h.now.Add(time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "seconds")) * time.Second)
			if err := h.password("0317", "wrong"); casework.WaitOf(err) > time.Minute {
				t.Fatal(err)
			}
		}
		h.now = h.now.Add(time.Minute)
		if err := h.password("0317", "246810"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestASuspendedClerkIsRefusedOnceTheRosterCame(t *testing.T) {
	h := newHall(t)
	h.publish(func(*protocol.Roster) {})
	must(t, h.password("0317", "246810"))
	h.publish(func(r *protocol.Roster) { r.Clerks[1].Suspended = true })
	refused(t, h.password("0317", "246810"), casework.ClerkSuspended)
	if a := h.last(); a.Clerk != "0317" || a.Why != casework.ClerkSuspended {
		t.Fatalf("%+v", a)
	}
	refused(t, h.password("0317", "wrong"), casework.ClerkRefused) // who can't prove it learns nothing
	h.publish(func(r *protocol.Roster) { r.Clerks[1].Suspended = false })
	must(t, h.password("0317", "246810"))
}

func TestARosterOfAnybodyElseOrOfBeforeIsRefused(t *testing.T) {
	h := newHall(t)
	h.publish(func(*protocol.Roster) {})
	same := func(*protocol.Roster) {}
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	forged, err := protocol.SignRoster(stranger, h.roster)
	_ = err // a roster without a time is signed all the same
	altered := h.signed(same)
	altered[len(altered)-70] ^= 1
	for name, c := range map[string]struct {
		raw  []byte
		want casework.RefusalKind
	}{
		"another hall's":       {h.signed(func(r *protocol.Roster) { r.Hall = "xicheng" }), casework.WrongHall},
		"another chain's":      {h.signed(func(r *protocol.Roster) { r.Chain = "town" }), casework.WrongChain},
		"of an edition before": {h.signed(func(r *protocol.Roster) { r.Edition-- }), casework.RosterOld},
		"signed before":        {h.signed(func(r *protocol.Roster) { r.At-- }), casework.RosterOld},
		"with a dear verifier": {h.signed(func(r *protocol.Roster) {
			r.Edition, r.Clerks[0].Verifier = 99, "$argon2id$v=19$m=99999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		}), casework.Malformed},
		"empty": {nil, casework.Malformed},
	} {
		refused(t, h.Take(t.Context(), c.raw), c.want)
		_ = name
	}
	for _, raw := range [][]byte{forged, altered} {
		if h.Take(t.Context(), raw) == nil {
			t.Error("it was not the centre's")
		}
	}
	must(t, h.Take(t.Context(), h.signed(same))) // the same again
	must(t, h.password("0317", "246810"))
	if edition, _ := h.Standing(); edition != 8 {
		t.Fatal(edition)
	}
}

func TestARosterThatIsTooOldIsGoneByNoMore(t *testing.T) {
	h := newHall(t)
	h.publish(func(*protocol.Roster) {})
	h.now = h.now.AddDate(0, 0, 30)
	must(t, h.password("0317", "246810"))
	h.now = h.now.Add(time.Second)
	refused(t, h.password("0317", "246810"), casework.RosterOld)
	must(t, h.Take(t.Context(), h.signed(func(*protocol.Roster) {}))) // the same people, signed anew
	must(t, h.password("0317", "246810"))
	h.now = h.now.AddDate(-1, 0, 0) // a clock that was set back makes nothing young
	refused(t, h.password("0317", "246810"), casework.RosterOld)
}

func TestAOneTimePasswordIsChangedFirstAndNeedsTheCentre(t *testing.T) {
	h := newHall(t)
	h.publish(func(*protocol.Roster) {})
	refused(t, h.password("0400", "one-time"), casework.PasswordFirst)
	h.away = true
	refused(t, h.ChangePassword(t.Context(), "0400", "one-time", "long-river-9"), casework.CentreUnreachable)
	h.away = false
	refused(t, h.ChangePassword(t.Context(), "0400", "wrong", "long-river-9"), casework.ClerkRefused)
	for _, weak := range []string{"one-time", "short", "12345678", "87654321", "90123456", "aaaaaaaa", "abcabcabc", "0400abc", "赵敏赵敏赵敏赵敏"} {
		refused(t, h.ChangePassword(t.Context(), "0400", "one-time", weak), casework.OwnPasswordWeak)
	}
	must(t, h.ChangePassword(t.Context(), "0400", "one-time", "long-river-9"))
	if a := h.last(); a.What != casework.OpPassword || a.Clerk != "0400" || a.Why != "" {
		t.Fatalf("%+v", a)
	}
	must(t, h.password("0400", "long-river-9"))
	refused(t, h.password("0400", "one-time"), casework.ClerkRefused)
	h.restart()
	must(t, h.password("0400", "long-river-9"))
}

func TestPasswordsThatAreNotWeak(t *testing.T) {
	for _, p := range []string{"long-river-9", "83920174", "长安街东口的槐树", "0317-槐树-街"} {
		if staff.Weak(p, "0317", "王芳") {
			t.Errorf("%s is not weak", p)
		}
	}
}

// reader puts a reader with the wallet's cards at the counter.
func (h *hall) reader() {
	h.t.Helper()
	h.options.Card = func() (staff.Card, error) { return token.Open(softtoken.Module) }
	var err error
	h.Staff, err = staff.New(h.t.Context(), h.options)
	must(h.t, err)
}

func TestACardSaysWhoItIs(t *testing.T) {
	h := newHall(t)
	h.publish(func(*protocol.Roster) {})
	_, err := h.card(cardPIN)
	refused(t, err, casework.CardMissing) // no reader
	h.reader()
	_, err = h.card(cardPIN)
	refused(t, err, casework.CardUnknown) // two cards, nobody's
	h.publish(func(r *protocol.Roster) { r.Clerks[1].Cards = [][]byte{pkix(t, wallet["clerk"])} })
	_, err = h.card("000000")
	refused(t, err, casework.CardRefused)
	if a := h.last(); a.Clerk != "0317" || a.Why != casework.CardRefused || a.Note != "card" {
		t.Fatalf("%+v", a)
	}
	if c, err := h.card(cardPIN); err != nil || c.Number != "0317" {
		t.Fatalf("%+v, %v", c, err)
	}
	h.publish(func(r *protocol.Roster) { r.Clerks[1].Suspended = true })
	_, err = h.card(cardPIN)
	refused(t, err, casework.ClerkSuspended)
}

// What can't be noted is not done: the log is the only witness.
func TestNobodyIsLetInWithoutAnActOnDisk(t *testing.T) {
	h := newHall(t)
	h.publish(func(*protocol.Roster) {})
	must(t, h.journal.Close())
	if err := h.password("0317", "246810"); err == nil {
		t.Fatal("signed in, and nothing says so")
	}
}

func FuzzNoRosterBreaksTheStaff(f *testing.F) {
	_, key, _ := ed25519.GenerateKey(rand.Reader)
	raw, err := protocol.SignRoster(key, protocol.Roster{Version: protocol.Version, Chain: "city", Hall: "dongcheng", Edition: 1, At: 1, Days: 1,
		Clerks: []protocol.RosterClerk{{Number: "1", Role: "clerk", Verifier: phc.Hash("x", cheap())}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	h := newHall(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if h.Take(t.Context(), raw) == nil {
			t.Fatal("nobody signed it")
		}
		_, err := h.Check(t.Context(), casework.Presence{Number: "1", Password: "x"}, casework.OpSignIn, "")
		refused(t, err, casework.RosterMissing)
	})
}
