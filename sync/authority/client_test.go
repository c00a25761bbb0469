package authority

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// far is a far end on loopback with real TLS, whose answers a test chooses.
type far struct {
	t      *testing.T
	server *httptest.Server
	key    protocol.PublicKey
	signer ed25519.PrivateKey
	client *Client
}

func newFar(t *testing.T, answer http.HandlerFunc, timeout time.Duration) *far {
	t.Helper()
	f := &far{t: t, signer: newKey(t)}
	f.key, _ = protocol.PublicOf(f.signer)
	f.listen("127.0.0.1:0", answer)
	t.Cleanup(func() { f.server.Close() })
	var err error
	f.client, err = New(Options{Address: f.server.URL, Server: f.key, Device: newKey(t), Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func newKey(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (f *far) listen(address string, answer http.HandlerFunc) {
	f.t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		f.t.Fatal(err)
	}
	f.server = httptest.NewUnstartedServer(answer)
	_ = f.server.Listener.Close()
	f.server.Listener = l
	tls, err := protocol.ServerTLS(f.signer)
	if err != nil {
		f.t.Fatal(err)
	}
	f.server.TLS = tls
	f.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	f.server.StartTLS()
}

func aGrant() casework.Grant {
	now := time.Now().UTC()
	return casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "item", Hall: "dongcheng", Needs: []casework.LicenceNeed{{Kind: "id-card", Fields: []casework.FieldID{"name"}}},
		From: now, Until: now.Add(time.Hour), Method: casework.ByCode, Holder: "p", Salt: protocol.NewSalt()}
}

func says(status int, body any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		if s, ok := body.(string); ok {
			_, _ = io.WriteString(w, s)
			return
		}
		_ = json.NewEncoder(w).Encode(body)
	}
}

func (f *far) redeem() (casework.Grant, *protocol.RequestState, error) {
	return f.client.Redeem(context.Background(), protocol.Redeem{Code: "12345678", Item: "item", Clerk: "c", Case: casework.CaseID(protocol.NewID())})
}

func TestEveryAnswerOfTheFarEndIsAGrantOrAReason(t *testing.T) {
	ok := aGrant()
	half := ok
	half.Salt = casework.Salt{}
	refusal := protocol.Problem{Type: "t", Title: "13800000000", Status: 409, Reason: casework.CodeUsed}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   casework.RefusalKind
	}{
		"a grant":                        {says(200, ok), ""},
		"a refusal":                      {says(409, refusal), casework.CodeUsed},
		"a reason newer than we are":     {says(409, protocol.Problem{Status: 409, Reason: "moon-phase"}), "moon-phase"},
		"a refusal of another status":    {says(404, refusal), casework.CentreGarbled},
		"a reason that is none":          {says(409, protocol.Problem{Status: 409, Reason: "<b>Li</b>"}), casework.CentreGarbled},
		"500":                            {says(500, "boom"), casework.CentreFailing},
		"502 of a proxy":                 {says(502, "<html>Bad Gateway</html>"), casework.CentreFailing},
		"503 with a reason":              {says(503, protocol.Problem{Status: 503, Reason: casework.LedgerUnreachable}), casework.LedgerUnreachable},
		"half a grant":                   {says(200, half), casework.CentreGarbled},
		"an empty object":                {says(200, "{}"), casework.CentreGarbled},
		"a list":                         {says(200, "[]"), casework.CentreGarbled},
		"garbage":                        {says(200, "\x00\x01\x02 not json"), casework.CentreGarbled},
		"nothing":                        {says(200, ""), casework.CentreGarbled},
		"a page":                         {says(200, "<html></html>"), casework.CentreGarbled},
		"a status that is not agreed on": {says(201, ok), casework.CentreGarbled},
		"a place to go": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example/", http.StatusFound)
		}, casework.CentreGarbled},
		"more than anybody asked for": {says(200, strings.Repeat(" ", maxAnswer+1)), casework.CentreGarbled},
		"a tap without its state":     {says(202, "{}"), casework.CentreGarbled},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFar(t, c.answer, time.Minute)
			g, state, err := f.redeem()
			if kind := casework.KindOf(err); kind != c.want || (c.want == "") != (err == nil) || state != nil {
				t.Fatalf("want %q, got %v", c.want, err)
			}
			if c.want == "" && g.ID != ok.ID || c.want != "" && g.ID != "" {
				t.Fatal("a grant came with a refusal, or none without")
			}
			if err != nil && strings.Contains(err.Error(), "13800000000") {
				t.Fatal("the far side's words were repeated")
			}
		})
	}
}

func TestATapIsAStateToFollow(t *testing.T) {
	want := protocol.RequestState{ID: protocol.NewID(), Status: protocol.RequestWaiting, MatchWords: "海棠·17", Until: time.Now().UTC()}
	f := newFar(t, says(202, want), time.Minute)
	_, state, err := f.redeem()
	if err != nil || state == nil || state.ID != want.ID {
		t.Fatalf("%+v %v", state, err)
	}
}

func TestSilenceIsUnreachableAndNotAskedTwice(t *testing.T) {
	var calls atomic.Int32
	quit := make(chan struct{})
	f := newFar(t, func(_ http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		select {
		case <-r.Context().Done():
		case <-quit:
		}
	}, 100*time.Millisecond)
	defer close(quit)
	if _, _, err := f.redeem(); casework.KindOf(err) != casework.CentreUnreachable {
		t.Fatalf("got %v", err)
	}
	if n := calls.Load(); n != 1 {
		t.Fatalf("asked %d times", n)
	}
	if s := f.client.State(); s.Good || !s.Asked || s.Reason != casework.CentreUnreachable {
		t.Fatalf("the status line says %+v", s)
	}
}

func TestACallThatIsGivenUpSaysSoAndBlamesNobody(t *testing.T) {
	began := make(chan struct{})
	var once sync.Once
	f := newFar(t, func(_ http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(began) })
		<-r.Context().Done()
	}, time.Minute)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-began; cancel() }()
	if _, err := f.client.Follow(ctx, protocol.NewID(), protocol.RequestWaiting); err != context.Canceled {
		t.Fatalf("got %v", err)
	}
	if f.client.State().Asked {
		t.Fatal("the status line blames the centre")
	}
}

func TestAnAnswerThatBreaksOffIsAskedForOnceMoreWithTheSameBody(t *testing.T) {
	var mu sync.Mutex
	var bodies []string
	want := aGrant()
	f := newFar(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		bodies = append(bodies, string(body))
		first := len(bodies) == 1
		mu.Unlock()
		if first {
			panic(http.ErrAbortHandler)
		}
		says(200, want)(w, r)
	}, time.Minute)
	g, _, err := f.redeem()
	if err != nil || g.ID != want.ID || len(bodies) != 2 || bodies[0] != bodies[1] {
		t.Fatalf("%d calls: %v", len(bodies), err)
	}
}

func TestALineThatAlwaysBreaksIsUnreachable(t *testing.T) {
	var calls atomic.Int32
	f := newFar(t, func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"id":`)
		panic(http.ErrAbortHandler)
	}, time.Minute)
	if _, _, err := f.redeem(); casework.KindOf(err) != casework.CentreUnreachable {
		t.Fatalf("got %v", err)
	}
	if n := calls.Load(); n != 2 {
		t.Fatalf("asked %d times", n)
	}
}

func TestTheStatusLineFollowsACentreThatStopsAndStartsAgain(t *testing.T) {
	want := aGrant()
	f := newFar(t, says(200, want), time.Minute)
	if _, _, err := f.redeem(); err != nil || !f.client.State().Good {
		t.Fatal(err)
	}
	address := f.server.Listener.Addr().String()
	f.server.CloseClientConnections()
	f.server.Close()
	if _, _, err := f.redeem(); casework.KindOf(err) != casework.CentreUnreachable || f.client.State().Good {
		t.Fatalf("stopped: %v", err)
	}
	f.listen(address, says(200, want))
	if _, _, err := f.redeem(); err != nil || !f.client.State().Good {
		t.Fatalf("started again: %v", err)
	}
}

func TestAServerWithAnotherKeyIsNotSpokenTo(t *testing.T) {
	asked := false
	f := newFar(t, func(http.ResponseWriter, *http.Request) { asked = true }, time.Minute)
	other, _ := protocol.PublicOf(newKey(t))
	c, err := New(Options{Address: f.server.URL, Server: other, Device: newKey(t)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.About(context.Background()); casework.KindOf(err) != casework.KeyUnknown || asked {
		t.Fatalf("got %v", err)
	}
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	key, _ := protocol.PublicOf(newKey(t))
	for _, o := range []Options{
		{Address: "http://centre:1", Server: key}, {Address: "centre", Server: key}, {Address: "", Server: key}, {Address: "https://centre:1"},
	} {
		o.Device = newKey(t)
		if _, err := New(o); err == nil {
			t.Errorf("%q was taken", o.Address)
		}
	}
}

func TestEveryOtherAnswerIsCheckedToo(t *testing.T) {
	f := newFar(t, says(200, "{}"), time.Minute)
	ctx, id := context.Background(), protocol.NewID()
	_, about := f.client.About(ctx)
	_, follow := f.client.Follow(ctx, id, "")
	_, request := f.client.OpenRequest(ctx, protocol.OpenRequest{})
	_, retrieve := f.client.Retrieve(ctx, casework.GrantID(id), protocol.Retrieve{})
	withdraw := f.client.Withdraw(ctx, id)
	wiped := f.client.Wiped(ctx, casework.GrantID(id))
	evidence := f.client.PutEvidence(ctx, casework.CaseID(id), "bundle", []byte("sealed"))
	_, roster := f.client.Roster(ctx, 0)
	_, password := f.client.SetPassword(ctx, protocol.ClerkPassword{Number: "0317"})
	for i, err := range []error{about, follow, request, retrieve, withdraw, wiped, evidence, roster, password} {
		if casework.KindOf(err) != casework.CentreGarbled {
			t.Errorf("call %d: %v", i, err)
		}
	}
}

// A city's own service that keeps no roster says so in one of two ways.
func TestAServiceWithoutRostersIsNoFailure(t *testing.T) {
	for _, answer := range []http.HandlerFunc{says(404, "nothing here"), says(400, `{"status":400,"reason":"malformed"}`), says(404, `{"status":404,"reason":"roster-missing"}`)} {
		f := newFar(t, answer, time.Minute)
		if raw, err := f.client.Roster(context.Background(), 0); raw != nil || casework.KindOf(err) != casework.RosterMissing || !f.client.State().Good {
			t.Errorf("%v, %+v", err, f.client.State())
		}
	}
	f := newFar(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, time.Minute)
	if raw, err := f.client.Roster(context.Background(), 7); raw != nil || err != nil {
		t.Error(raw, err)
	}
}

func FuzzNoAnswerBreaksTheClient(f *testing.F) {
	f.Add(200, []byte(`{"id":"x"}`))
	f.Add(409, []byte(`{"status":409,"reason":"code-used"}`))
	f.Add(500, []byte("\xff\xfe"))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if refusal := problem(body, status); refusal != nil && (!reason(refusal.Kind) || refusal.Detail != "the centre refused") {
			t.Fatalf("the far side's words got through: %v", refusal)
		}
		for _, into := range []checked{&aboutBody{}, &grantBody{}, &requestBody{}, &stateBody{}, &licencesBody{}, &revocationsBody{}, &rosterBody{}} {
			if json.Unmarshal(body, into) == nil {
				into.whole()
			}
		}
	})
}
