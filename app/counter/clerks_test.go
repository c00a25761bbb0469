package counter_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"database/sql"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/devices/token/softtoken"
)

// staffed is a hall whose counter has its people sign in.
func staffed(t *testing.T) *hall {
	t.Helper()
	h := newHall(t)
	h.must(h.counter.Close())
	h.near.Roster = true
	h.start()
	h.edition(1)
	return h
}

// edition waits until the counter has a roster of an edition or a later one.
func (h *hall) edition(least int64) {
	h.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if got, _ := h.counter.Staff.Standing(); got >= least {
			return
		}
		select {
		case <-tick.C:
		case <-h.ctx.Done():
			h.t.Fatalf("the roster never came\n%s", h.log)
		}
	}
}

// order changes the hall's roster at the centre and waits until the counter knows.
func (h *hall) order(o protocol.ClerkOrder) string {
	h.t.Helper()
	o.Hall = "dongcheng"
	done, err := h.centre.OrderClerk(h.ctx, o)
	h.must(err)
	h.edition(done.Edition)
	return done.Password
}

func (h *hall) signIn(number, password string) error {
	_, err := h.counter.Staff.Check(h.ctx, casework.Presence{Number: number, Password: password}, casework.OpSignIn, "")
	return err
}

func (h *hall) refuses(err error, kind casework.RefusalKind) {
	h.t.Helper()
	if casework.KindOf(err) != kind {
		h.t.Fatalf("got %v, want %s", err, kind)
	}
}

func TestAClerkWhoIsAddedSignsInAlsoWhileTheCentreIsAway(t *testing.T) {
	h := staffed(t)
	once := h.order(protocol.ClerkOrder{Number: "0420", Do: protocol.ClerkAdd, Name: "何静", Role: casework.RoleClerk})
	h.refuses(h.signIn("0420", once), casework.PasswordFirst)
	h.must(h.counter.Staff.ChangePassword(h.ctx, "0420", once, "east-gate-52"))
	h.must(h.signIn("0420", "east-gate-52"))

	h.must(h.centre.Close())
	h.must(h.signIn("0420", "east-gate-52"))
	h.refuses(h.counter.Staff.ChangePassword(h.ctx, "0420", "east-gate-52", "west-gate-52"), casework.CentreUnreachable)
	h.must(h.counter.Close())
	h.start() // offline from the start
	h.must(h.signIn("0420", "east-gate-52"))

	h.open()
	h.order(protocol.ClerkOrder{Number: "0420", Do: protocol.ClerkSuspend})
	h.refuses(h.signIn("0420", "east-gate-52"), casework.ClerkSuspended)
	h.must(h.signIn("0317", "246810"))
	h.order(protocol.ClerkOrder{Number: "0420", Do: protocol.ClerkResume})
	h.must(h.signIn("0420", "east-gate-52"))
	again := h.order(protocol.ClerkOrder{Number: "0420", Do: protocol.ClerkReset})
	h.refuses(h.signIn("0420", "east-gate-52"), casework.ClerkRefused)
	h.refuses(h.signIn("0420", again), casework.PasswordFirst)
}

// What the hall orders at its centre reaches a counter that is at work: whom it
// suspends is locked out in the middle of a case, and somebody else ends it.
func TestACounterAtWorkLocksOutWhomTheHallSuspends(t *testing.T) {
	h := staffed(t)
	h.must(h.desk.SignIn(h.ctx, casework.Presence{Number: "0317", Password: "246810"}))
	id := h.authorized()
	h.order(protocol.ClerkOrder{Number: "0317", Do: protocol.ClerkSuspend})
	h.until("the suspended clerk is locked out", func(s desk.Snapshot) bool {
		return s.Stage == desk.StageLocked && s.Case == nil && s.Problem != nil && s.Problem.Kind == casework.ClerkSuspended
	})
	h.refuses(h.desk.Push(h.ctx), casework.CounterLocked)
	h.refuses(h.desk.Unlock(h.ctx, casework.Presence{Number: "0317", Password: "246810"}), casework.ClerkSuspended)
	h.must(h.desk.SignIn(h.ctx, casework.Presence{Number: "0001", Password: "246810"}))
	h.stage(desk.StageReview)
	h.confirmed()
	h.finished()
	h.settled()
	h.proved(id, wholeCase()...)
}

func TestWrongPasswordsAtARealCounterAreSlowedAlsoAfterARestart(t *testing.T) {
	h := staffed(t)
	for range 3 {
		h.refuses(h.signIn("0317", "000000"), casework.ClerkRefused)
	}
	h.refuses(h.signIn("0317", "246810"), casework.ClerkSlowed)
	h.must(h.counter.Close())
	h.behind.Store(int64(-time.Second)) // not yet the two
	h.start()
	h.refuses(h.signIn("0317", "246810"), casework.ClerkSlowed)
	h.must(h.signIn("0001", "246810"))
	h.behind.Store(int64(-3 * time.Second))
	h.must(h.signIn("0317", "246810"))
}

func TestWhatACounterSaysOfItsPeopleHasNoSecrets(t *testing.T) {
	h := staffed(t)
	h.refuses(h.signIn("0317", "planted-password"), casework.ClerkRefused)
	h.refuses(h.signIn("planted-number", "x"), casework.ClerkRefused)
	once := h.order(protocol.ClerkOrder{Number: "0420", Do: protocol.ClerkAdd, Role: casework.RoleClerk})
	h.must(h.counter.Staff.ChangePassword(h.ctx, "0420", once, "planted-new-one"))
	acts, whole, err := h.counter.Staff.Acts(h.ctx, time.Now().Format("20060102"), 0)
	h.must(err)
	if !whole || len(acts) != 4 { // with practice's own sign-in
		t.Fatalf("%d acts, whole %v", len(acts), whole)
	}
	h.must(h.counter.Close())
	h.must(h.centre.Close())
	planted := []string{"planted", once}
	for name, content := range filesIn(t, h.near.Dir, h.far.Home) {
		for _, p := range planted {
			if strings.Contains(content, p) {
				t.Errorf("%s holds %q", name, p)
			}
		}
	}
	for _, p := range planted {
		if strings.Contains(h.log.String(), p) {
			t.Errorf("the log holds %q", p)
		}
	}
	h.open()
	h.start() // for the cleanups
}

// filesIn reads every file of some folders.
func filesIn(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			raw, err := os.ReadFile(path)
			files[path] = string(raw)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestAClerkSignsInWithACard(t *testing.T) {
	conf, err := softtoken.Configure(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := (softtoken.Card{Label: "clerk 0317", PIN: "482913", Key: key}).Make(conf); err != nil {
		t.Fatal(err)
	}
	h := staffed(t)
	h.must(h.counter.Close())
	h.near.Cards = softtoken.Module
	h.start()
	card := func(pin string) (casework.Clerk, error) {
		return h.counter.Staff.Check(h.ctx, casework.Presence{Card: true, PIN: pin}, casework.OpSignIn, "")
	}
	_, err = card("482913")
	h.refuses(err, casework.CardUnknown)
	var printed bytes.Buffer
	h.must(counter.Cards(softtoken.Module, &printed))
	block, rest := pem.Decode(printed.Bytes())
	if block == nil || string(block.Bytes) != string(pkix(t, key)) || len(rest) > 0 {
		t.Fatalf("%s", &printed)
	}
	h.refuses(counter.Cards("/nowhere.so", &printed), casework.CardMissing)
	h.order(protocol.ClerkOrder{Number: "0317", Do: protocol.ClerkPutCard, Card: block.Bytes})
	_, err = card("000000")
	h.refuses(err, casework.CardRefused)
	h.must(h.centre.Close())
	c, err := card("482913")
	h.must(err)
	if c.Number != "0317" || c.Role != casework.RoleClerk || c.Pseudonym != h.near.Identity.Pseudonym("0317") {
		t.Fatalf("%+v", c)
	}
	h.open()
	h.order(protocol.ClerkOrder{Number: "0317", Do: protocol.ClerkNoCards})
	_, err = card("482913")
	h.refuses(err, casework.CardUnknown)
}

func pkix(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// A counter of one hall never hears who works in another.
func TestACounterOfAnotherHallKnowsItsOwnPeopleAlone(t *testing.T) {
	h := staffed(t)
	other := casework.HallID("")
	for _, o := range h.books.Halls() {
		if o.ID != "dongcheng" {
			other = o.ID
		}
	}
	done, err := h.centre.OrderClerk(h.ctx, protocol.ClerkOrder{Hall: other, Number: "7777", Do: protocol.ClerkAdd, Role: casework.RoleClerk})
	h.must(err)
	h.order(protocol.ClerkOrder{Number: "0420", Do: protocol.ClerkAdd, Role: casework.RoleClerk}) // later than that
	h.refuses(h.signIn("7777", done.Password), casework.ClerkRefused)
}

func TestACounterWhoseSettingsSayWhoWorksThereAsksNobody(t *testing.T) {
	h := newHall(t)
	if h.counter.Staff != nil {
		t.Fatal("somebody must sign in")
	}
	h.opened()
}

// The newest acts can be cut off without a trace in the log itself; a list that was
// signed before shows it.
func TestAnOperatorLogThatLostItsEndIsFoundByAnEarlierList(t *testing.T) {
	h := staffed(t)
	h.opened()
	h.must(h.signIn("0317", "246810"))
	h.refuses(h.signIn("0317", "wrong"), casework.ClerkRefused)
	h.must(h.counter.Close())
	of := counter.Listed{Day: protocol.DayOf(time.Now())}
	raw, l, err := counter.DayList(h.ctx, h.near.Dir, of, time.Now())
	h.must(err)
	if l.Operators == nil || l.Operators.Acts < 2 || !l.Operators.Whole {
		t.Fatalf("%+v", l.Operators)
	}
	of.Before = raw
	_, _, err = counter.DayList(h.ctx, h.near.Dir, of, time.Now())
	h.must(err)
	db, err := sql.Open("sqlite3", filepath.Join(h.near.Dir, "journal", "journal.db"))
	h.must(err)
	_, err = db.Exec("DELETE FROM operators WHERE seq = (SELECT max(seq) FROM operators)")
	h.must(errors.Join(err, db.Close()))
	_, _, err = counter.DayList(h.ctx, h.near.Dir, of, time.Now())
	h.refuses(err, casework.JournalDamaged)
	h.start() // for the cleanup
}
