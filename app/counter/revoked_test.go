package counter_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/devices/signpad/softpad"
	"counterfoil/sync/ledger/bundle"
)

// forgotten checks that nothing of a case's content is left, while its entries
// and receipts still prove what happened.
func (h *hall) forgotten(id casework.CaseID) {
	h.t.Helper()
	r, err := h.counter.Journal.Case(h.ctx, id)
	h.must(err)
	for _, s := range r.Steps {
		if _, err := h.counter.Journal.Content(h.ctx, id, s.Seq); casework.KindOf(err) != casework.ContentForgotten {
			h.t.Errorf("the content of %s: %v", s.Kind, err)
		}
	}
	raw, err := h.counter.Bundle(h.ctx, id)
	h.must(err)
	if _, err := bundle.Check(raw, h.trust(), func(l bundle.Line) {
		if l.Commitments != 0 {
			h.t.Errorf("the bundle still opens %d commitments of %s", l.Commitments, l.Kind)
		}
	}); err != nil {
		h.t.Error(err)
	}
}

// TestTheCitizenUnbindsInTheMiddleOfACase: the case is abandoned for that
// reason, and what was learned is destroyed.
func TestTheCitizenUnbindsInTheMiddleOfACase(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.pushed()
	h.revoke(id)
	h.stage(desk.StageEnded)
	v := h.last.Case
	if v.Ended != casework.GrantRevoked || !v.Revoked || len(v.Licences) != 0 || len(v.Form) != 0 {
		t.Errorf("ended %q, revoked %v, %d licences, %d values", v.Ended, v.Revoked, len(v.Licences), len(v.Form))
	}
	h.settled()
	standing := h.proved(id, casework.Opened, casework.Authorized, casework.Retrieved, casework.Abandoned)
	if standing.State != casework.StateAbandoned {
		t.Errorf("the case is %s", standing.State)
	}
	h.forgotten(id)
	h.desk.Clear()
	h.until("the counter is free", func(s desk.Snapshot) bool { return s.Case == nil })
	h.served()
}

// TestTheCitizenUnbindsWhileSigning: the pen is on the pad when the word arrives. The
// pad says that it is over, and the ink that was drawn is kept nowhere.
func TestTheCitizenUnbindsWhileSigning(t *testing.T) {
	h := newHall(t)
	id := h.authorized()
	h.confirmed()
	strokes := softpad.Signature(h.last.Screen.Ink)
	h.must(h.pad.Play(h.ctx, strokes[:len(strokes)/2]))
	h.revoke(id)
	h.stage(desk.StageEnded)
	h.shows(casework.ScreenSorry)
	h.must(h.pad.Play(h.ctx, strokes[len(strokes)/2:])) // the hand goes on for a moment
	h.settled()
	if standing := h.proved(id, slices.Concat(wholeCase()[:4], []casework.StepKind{casework.Abandoned})...); standing.Signed {
		t.Error("the ledger has a signature")
	}
	h.forgotten(id)
	h.desk.Clear()
	h.until("the counter is free", func(s desk.Snapshot) bool { return s.Case == nil })
	h.served()
}

// TestAGrantThatRunsOutDuringTheReviewLetsItsCaseGoOn: it has to be live when the
// licences are called up. What the citizen confirms and signs afterwards stands on
// their own word, and only unbinding takes that back.
func TestAGrantThatRunsOutDuringTheReviewLetsItsCaseGoOn(t *testing.T) {
	h := newHall(t)
	h.behind.Store(int64(45 * time.Minute))
	id := h.authorized()
	h.behind.Store(0) // the citizen was asked to wait: the grant's half hour is over
	h.confirmed()
	h.finished()
	h.settled()
	h.proved(id, wholeCase()...)
	kept, err := h.counter.Journal.Content(h.ctx, id, 2)
	h.must(err)
	var g casework.Grant
	h.must(json.Unmarshal(kept[0].Content, &g))
	if g.Until.After(time.Now()) {
		t.Errorf("the grant lives until %s", g.Until)
	}
}

// TestTheCitizenUnbindsAfterTheCase: the entries stay, the content goes, whether
// the case is still on the screen or not.
func TestTheCitizenUnbindsAfterTheCase(t *testing.T) {
	h := newHall(t)
	cleared := h.served()
	h.desk.Clear()
	shown := h.served()
	h.revoke(shown)
	h.until("the screen is wiped", func(s desk.Snapshot) bool { return s.Case != nil && s.Case.Revoked })
	if v := h.last.Case; v.ID != shown || h.last.Stage != desk.StageDone || len(v.Licences) != 0 || len(v.Form) != 0 || v.Photo != nil {
		t.Errorf("left on the screen: %d licences, %d values, a photo of %d bytes", len(v.Licences), len(v.Form), len(v.Photo))
	}
	h.forgotten(shown)
	changed := h.counter.Journal.Changed(h.ctx)
	h.revoke(cleared)
	h.eventually(changed, func() bool {
		_, err := h.counter.Journal.Content(h.ctx, cleared, 1)
		return casework.KindOf(err) == casework.ContentForgotten
	})
	h.forgotten(cleared)
	for _, id := range []casework.CaseID{cleared, shown} {
		h.proved(id, wholeCase()...)
	}
}

// TestUnbindingReachesACounterThatWasAway: unbound while the counter is off, wiped
// at its next contact, and only then shown as wiped on the phone.
func TestUnbindingReachesACounterThatWasAway(t *testing.T) {
	h := newHall(t)
	whole := h.served()
	h.desk.Clear()
	half := h.authorized()
	h.settled()
	grants := []casework.GrantID{h.grant(whole), h.grant(half)}
	h.must(h.counter.Close())
	for _, g := range grants {
		h.unbind(g)
		if r := h.state(g); r.State != "unbound" || r.Revoked.IsZero() || !r.Wiped.IsZero() {
			t.Errorf("nobody has wiped it yet: %+v", r)
		}
	}
	h.start()
	changed := h.counter.Journal.Changed(h.ctx)
	h.eventually(changed, func() bool {
		_, err := h.counter.Journal.Content(h.ctx, whole, 1)
		r, failed := h.counter.Journal.Case(h.ctx, half)
		h.must(failed)
		return casework.KindOf(err) == casework.ContentForgotten && r.Standing.State == casework.StateAbandoned
	})
	h.wiped(grants...)
	h.settled()
	h.forgotten(whole)
	h.proved(half, slices.Concat(wholeCase()[:3], []casework.StepKind{casework.Abandoned})...)
	for _, id := range []casework.CaseID{whole, half} {
		if at, err := h.desk.Unbound(h.ctx, id); err != nil || at.IsZero() {
			t.Errorf("the counter's records do not say it: %v %v", at, err)
		}
	}
}

// TestThatItWasWipedIsSaidUntilTheCentreHasHeardIt loses the counter's word, stops
// the counter between wiping and being heard, and starts it again.
func TestThatItWasWipedIsSaidUntilTheCentreHasHeardIt(t *testing.T) {
	h := newHall(t)
	h.must(h.counter.Close())
	lost, on := make(chan struct{}, 100), make(chan struct{}, 100)
	var hears atomic.Bool
	h.between(func(r *http.Request) bool {
		switch {
		case !strings.HasPrefix(r.URL.Path, protocol.PathRevocations):
		case r.Method == http.MethodPut && !hears.Load():
			lost <- struct{}{}
			return false
		case r.Method == http.MethodGet && r.FormValue("after") != "0": // the counter goes on: what was before is said
			on <- struct{}{}
		}
		return true
	})
	happens := func(what string, c <-chan struct{}) {
		t.Helper()
		select {
		case <-c:
		case <-h.ctx.Done():
			t.Fatalf("never: %s\n%s", what, h.log)
		}
	}
	h.start()
	id := h.served()
	grant := h.grant(id)
	h.unbind(grant)
	for range 3 { // a connection that broke is tried once more: so it was said anew
		happens("it is said", lost)
	}
	h.forgotten(id)
	if r := h.state(grant); r.State != "unbound" {
		t.Errorf("the phone shows %s of what the centre has not heard", r.State)
	}
	h.must(h.counter.Close())
	hears.Store(true)
	h.start()
	h.wiped(grant)
	happens("it goes on", on)
	first := h.state(grant).Wiped
	h.must(h.counter.Close())
	h.start() // it says so once more; the first time stands
	happens("it goes on once more", on)
	if r := h.state(grant); !r.Wiped.Equal(first) {
		t.Errorf("wiped at %s, then at %s", first, r.Wiped)
	}
	if tries, err := h.counter.Journal.Attempts(h.ctx, id); err != nil || len(tries) != 1 {
		t.Errorf("the journal notes it %d times: %v", len(tries), err)
	}
}

// between puts something between the counter and the centre that lets a call
// through or breaks the connection.
func (h *hall) between(passes func(*http.Request) bool) {
	h.t.Helper()
	_, own, err := ed25519.GenerateKey(rand.Reader)
	h.must(err)
	h.near.CentreKey, err = protocol.PublicOf(own)
	h.must(err)
	server, err := protocol.ServerTLS(own)
	h.must(err)
	onward, err := protocol.ClientTLS(h.near.Identity.Device, h.centre.CountersKey())
	h.must(err)
	to, err := url.Parse(h.centre.CountersURL())
	h.must(err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.Transport = &http.Transport{TLSClientConfig: onward}
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	over, end := context.WithCancel(context.Background())
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !passes(r) {
			panic(http.ErrAbortHandler)
		}
		ctx, stop := context.WithCancel(r.Context())
		defer stop()
		defer context.AfterFunc(over, stop)()
		proxy.ServeHTTP(w, r.WithContext(ctx))
	}))
	s.TLS, s.Config.ErrorLog = server, proxy.ErrorLog
	s.StartTLS()
	h.t.Cleanup(func() { // the counter still runs, and its poll holds a connection for half a minute
		end()
		s.Close()
	})
	h.near.Centre = s.URL
}

// eventually asks again after every change of the journal.
func (h *hall) eventually(changed <-chan struct{}, so func() bool) {
	h.t.Helper()
	for !so() {
		select {
		case <-changed:
		case <-h.ctx.Done():
			h.t.Fatalf("it never came to that\n%s", h.log)
		}
	}
}
