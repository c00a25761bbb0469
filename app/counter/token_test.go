package counter_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/counter"
	"counterfoil/app/counter/keep"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/devices/token/softtoken"
	"counterfoil/sync/ledger/bundle"
)

const tokenPIN = "482913"

// ukey is a token in a reader of this test's own, and somebody who types its PIN.
type ukey struct {
	t     *testing.T
	conf  string
	means keep.Means
	asked int
}

func newUKey(t *testing.T) *ukey {
	t.Helper()
	dir := t.TempDir()
	u := &ukey{t: t}
	var err error
	if u.conf, err = softtoken.Configure(dir); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", u.conf)
	if err := (softtoken.Card{Label: "counter", PIN: tokenPIN}).Make(u.conf); err != nil {
		t.Fatal(err)
	}
	u.means.Token = keep.Place{Module: u.module(), Label: "counter 12"}
	u.means.Ask = func(_ context.Context, q keep.Question) ([]byte, error) {
		if !q.PIN {
			return nil, errors.New("a passphrase is asked for")
		}
		u.asked++
		return []byte(tokenPIN), q.Before
	}
	return u
}

// module is the token's module as another start of a program loads it.
func (u *ukey) module() string {
	u.t.Helper()
	module, err := softtoken.Own(u.t.TempDir())
	if err != nil {
		u.t.Fatal(err)
	}
	return module
}

// labelled are the means for a key of another label on the same token.
func (u *ukey) labelled(label string) keep.Means {
	m := u.means
	m.Token.Label = label
	return m
}

// keys are a counter's on this token.
func (u *ukey) keys(dir string) counter.Keys {
	return counter.Keys{Dir: dir, Way: keep.Token, Means: u.means}
}

// onUKey is a hall whose counter has its key on a token from the beginning.
func onUKey(t *testing.T) (*hall, *ukey) {
	t.Helper()
	h, u := newHall(t), newUKey(t)
	h.must(h.counter.Close())
	h.near.Dir, h.near.Counter = t.TempDir(), "13"
	var err error
	h.near.Identity, err = counter.OpenIdentity(h.ctx, u.keys(h.near.Dir))
	h.must(err)
	key, err := h.near.Identity.Public()
	h.must(err)
	h.must(h.centre.Enrol(h.ctx, "dongcheng", "13", key))
	h.start()
	t.Cleanup(func() { h.near.Identity.Close() })
	return h, u
}

// restart is the counter's next start, with another sign-in to its token.
func (h *hall) restart(u *ukey) {
	h.t.Helper()
	h.must(h.counter.Close())
	h.near.Identity.Close()
	u.means.Moved = u.module()
	before := u.asked
	var err error
	h.near.Identity, err = counter.OpenIdentity(h.ctx, u.keys(h.near.Dir))
	h.must(err)
	if u.asked != before+1 {
		h.t.Errorf("the PIN was asked for %d times", u.asked-before)
	}
	h.start()
}

// takenUp goes on with the case that waits, from its review to its last receipt.
func (h *hall) takenUp(id casework.CaseID) {
	h.t.Helper()
	h.until("the case is there", func(s desk.Snapshot) bool { return len(s.Unfinished) == 1 && s.Pad.State == desk.Good })
	h.must(h.desk.Resume(h.ctx, id))
	h.stage(desk.StageReview)
	h.confirmed()
	h.finished()
	h.settled()
	h.proved(id, wholeCase()...)
}

// TestATokenSignsAWholeCaseThroughARestart, from its first entry to its last receipt,
// and what a counter signs besides: its evidence and its day.
func TestATokenSignsAWholeCaseThroughARestart(t *testing.T) {
	h, u := onUKey(t)
	h.proved(h.served(), wholeCase()...)
	id := h.authorized()
	h.settled()
	h.restart(u)
	h.takenUp(id)
	h.inSuite(id, protocol.Suite1)
	h.sent()
	h.must(h.counter.Close())
	h.near.Identity.Close()
	of := counter.Listed{Day: protocol.DayOf(time.Now()), Means: u.means}
	raw, l, err := counter.DayList(h.ctx, h.near.Dir, of, time.Now())
	h.must(err)
	key, err := h.near.Identity.Public()
	h.must(err)
	if _, env, err := protocol.OpenDayList(raw); err != nil || env.Verify(key) != nil || len(l.Cases) != 2 {
		t.Errorf("%d cases, %v", len(l.Cases), err)
	}
	h.near.Identity, err = counter.OpenIdentity(h.ctx, u.keys(h.near.Dir))
	h.must(err)
	h.start() // for the cleanup
}

// TestATokenThatIsPulledAtWorkCostsTheStepAndNothingElse: what happened is said, the
// ledger still takes what was signed, and another start goes on where the case was.
func TestATokenThatIsPulledAtWorkCostsTheStepAndNothingElse(t *testing.T) {
	h, u := onUKey(t)
	id := h.authorized()
	h.settled()
	before, err := h.counter.Journal.Case(h.ctx, id)
	h.must(err)
	h.must(softtoken.Pull(u.conf))
	h.agreed()
	h.until("the refusal", func(s desk.Snapshot) bool { return s.Problem != nil && s.Problem.Kind == casework.TokenGone })
	if h.last.Stage != desk.StageConfirm {
		t.Errorf("the screen moved on to %s", h.last.Stage)
	}
	after, err := h.counter.Journal.Case(h.ctx, id)
	h.must(err)
	if after.Standing != before.Standing || len(after.Steps) != len(before.Steps) {
		t.Errorf("half a step was kept: %+v", after.Standing)
	}
	if _, err := h.counter.Bundle(h.ctx, id); casework.KindOf(err) != casework.TokenGone {
		t.Errorf("evidence without the token: %v", err)
	}
	h.must(h.centre.Close())
	h.open() // a new line to the centre wants a signature, one to the ledger does not
	h.until("the lights say so", func(s desk.Snapshot) bool {
		return s.Centre.State == desk.Failed && s.Centre.Reason == casework.TokenGone && s.Ledger.State == desk.Good
	})
	h.must(softtoken.Push(u.conf))
	h.restart(u)
	h.takenUp(id)
}

// TestACounterRotatesOntoATokenInTheMiddleOfACase: a case that the key of a file began
// is finished by the token's, and its evidence shows how one signed for the other.
func TestACounterRotatesOntoATokenInTheMiddleOfACase(t *testing.T) {
	h, u := newHall(t), newUKey(t)
	id := h.authorized()
	h.settled()
	h.must(h.counter.Close())
	before := h.near.Identity
	_, raw, err := before.Rotate(h.ctx, protocol.NewKeyRequest("dongcheng", "12", time.Now()), keep.Token, u.means)
	h.must(err)
	r, _, err := protocol.OpenKeyRequest(raw)
	h.must(err)
	h.must(h.centre.EnrolAs(h.ctx, protocol.Enrolment{Hall: "dongcheng", Counter: "12", Key: r.Key, Request: raw}))
	h.near.Identity, err = counter.OpenIdentity(h.ctx, counter.Keys{Dir: h.near.Dir, Enrolled: r.Key.ID(), Means: u.means})
	h.must(err)
	t.Cleanup(func() { h.near.Identity.Close() })
	if h.near.Identity.Way() != keep.Token || h.near.Identity.Master != before.Master {
		t.Fatalf("the key is kept %s", h.near.Identity.Way())
	}
	h.start()
	h.must(h.centre.Withdraw(h.ctx, idOf(t, before)))
	h.takenUp(id)
	evidence, err := h.counter.Bundle(h.ctx, id)
	h.must(err)
	m, key, err := bundle.Read(evidence)
	h.must(err)
	if key.ID() != r.Key.ID() || len(m.Before) != 1 {
		t.Errorf("%s, %d keys before", key.ID(), len(m.Before))
	}
}

// rotated has the counter's next key made, checks that it is not taken before the
// settings are for it, and takes it.
func (u *ukey) rotated(dir string, way keep.Way, m keep.Means) counter.Identity {
	u.t.Helper()
	now, err := counter.OpenIdentity(u.t.Context(), counter.Keys{Dir: dir, Means: m})
	if err != nil {
		u.t.Fatal(err)
	}
	about := protocol.NewKeyRequest("dongcheng", "12", time.Now())
	now, raw, err := now.Rotate(u.t.Context(), about, way, m)
	if err != nil {
		u.t.Fatal(err)
	}
	_, twice, err := now.Rotate(u.t.Context(), about, "", m)
	now.Close()
	if err != nil {
		u.t.Fatal(err)
	}
	r, outer, err := protocol.OpenKeyRequest(raw)
	again, _, err2 := protocol.OpenKeyRequest(twice)
	key, err3 := now.Public()
	if err := errors.Join(err, err2, err3); err != nil || again.Key.ID() != r.Key.ID() || r.ReplacedBy(key, outer) != nil {
		u.t.Fatalf("the request: %v", err)
	}
	still, err := counter.OpenIdentity(u.t.Context(), counter.Keys{Dir: dir, Means: m})
	if err != nil || idOf(u.t, still) != key.ID() {
		u.t.Fatalf("the next key is taken at once: %v", err)
	}
	still.Close()
	next, err := counter.OpenIdentity(u.t.Context(), counter.Keys{Dir: dir, Enrolled: r.Key.ID(), Means: m})
	if err != nil || idOf(u.t, next) != r.Key.ID() || next.Master != now.Master || next.Pseudonym("0317") != now.Pseudonym("0317") {
		u.t.Fatalf("the next key is not taken: %v", err)
	}
	next.Close()
	return next
}

// TestAKeyRotatesBetweenLabelsAndOffTheToken, and its journal is read by every one.
func TestAKeyRotatesBetweenLabelsAndOffTheToken(t *testing.T) {
	u, dir := newUKey(t), t.TempDir()
	first, err := counter.OpenIdentity(t.Context(), u.keys(dir))
	if err != nil {
		t.Fatal(err)
	}
	about := protocol.NewKeyRequest("dongcheng", "12", time.Now())
	for _, m := range []keep.Means{u.means, u.labelled("")} { // the label of now, and none
		if _, _, err := first.Rotate(t.Context(), about, "", m); casework.KindOf(err) != casework.TokenUnnamed {
			t.Errorf("without a label of its own: %v", err)
		}
	}
	first.Close()
	u.asked = 0
	second := u.rotated(dir, "", u.labelled("counter 12, second"))
	if second.Way() != keep.Token || second.Master != first.Master || u.asked != 3 { // one for each start: both keys are on one token
		t.Errorf("%s, asked %d times", second.Way(), u.asked)
	}
	third := u.rotated(dir, keep.File, u.means)
	if third.Way() != keep.File || third.Master != first.Master {
		t.Errorf("%s", third.Way())
	}
	alone, err := counter.LoadIdentity(dir)
	if err != nil || idOf(t, alone) != idOf(t, third) || alone.Master != first.Master {
		t.Errorf("without the token: %v", err)
	}
	fourth := u.rotated(dir, keep.Token, u.labelled("counter 12, fourth"))
	if fourth.Way() != keep.Token || fourth.Master != first.Master {
		t.Errorf("%s", fourth.Way())
	}
}

// TestANextKeyThatIsGoneFromItsTokenIsNotMadeAnew: the hall enrolled that one.
func TestANextKeyThatIsGoneFromItsTokenIsNotMadeAnew(t *testing.T) {
	u, dir := newUKey(t), t.TempDir()
	first, err := counter.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, raw, err := first.Rotate(t.Context(), protocol.NewKeyRequest("dongcheng", "12", time.Now()), keep.Token, u.means)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := protocol.OpenKeyRequest(raw)
	if err == nil {
		err = softtoken.Pull(u.conf)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := counter.OpenIdentity(t.Context(), counter.Keys{Dir: dir, Enrolled: r.Key.ID(), Means: u.means}); casework.KindOf(err) != casework.TokenMissing {
		t.Errorf("without its token: %v", err)
	}
	if still, err := counter.LoadIdentity(dir); err != nil || idOf(t, still) != idOf(t, first) {
		t.Errorf("the key before is lost: %v", err)
	}
}

func TestAKeyMovesNeitherOntoATokenNorOffIt(t *testing.T) {
	u, dir := newUKey(t), t.TempDir()
	inFile, err := counter.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inFile.Keep(t.Context(), keep.Token, u.means); casework.KindOf(err) != casework.KeyStays {
		t.Errorf("onto a token: %v", err)
	}
	onToken, err := counter.OpenIdentity(t.Context(), u.keys(filepath.Join(dir, "token")))
	if err != nil {
		t.Fatal(err)
	}
	defer onToken.Close()
	for _, way := range []keep.Way{keep.Auto, keep.File, keep.Passphrase} {
		if _, err := onToken.Keep(t.Context(), way, u.means); casework.KindOf(err) != casework.KeyStays {
			t.Errorf("to %s: %v", way, err)
		}
	}
	if _, err := onToken.Keep(t.Context(), keep.Token, u.labelled("another")); casework.KindOf(err) != casework.KeyStays {
		t.Errorf("under another label: %v", err)
	}
	if same, err := onToken.Keep(t.Context(), keep.Token, u.means); err != nil || idOf(t, same) != idOf(t, onToken) {
		t.Errorf("as it is: %v", err)
	}
}

func TestAKeyOfSuite2IsOnNoToken(t *testing.T) {
	u, dir := newUKey(t), t.TempDir()
	keys := u.keys(dir)
	keys.Suite = protocol.Suite2
	if _, err := counter.OpenIdentity(t.Context(), keys); casework.KindOf(err) != casework.TokenSuite {
		t.Errorf("made there: %v", err)
	}
	inFile, err := counter.LoadIdentityOf(dir, protocol.Suite2)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := inFile.Rotate(t.Context(), protocol.NewKeyRequest("dongcheng", "12", time.Now()), keep.Token, u.means); casework.KindOf(err) != casework.TokenSuite {
		t.Errorf("rotated there: %v", err)
	}
	if u.asked != 0 {
		t.Error("a PIN was asked for")
	}
}
