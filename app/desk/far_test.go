package desk_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/journal"
	"counterfoil/app/protocol"
	"counterfoil/assets"
	"counterfoil/sync/authority"
)

// far is the city behind a real line: TLS on loopback and the counter's own
// client, in real time. What the line makes of the answers, a test chooses.
type far struct {
	*city
	t       *testing.T
	desk    *desk.Desk
	journal *journal.Journal
	watch   <-chan desk.Snapshot
	last    desk.Snapshot

	mu       sync.Mutex
	path     string // how the path of the spoilt calls ends; "": none are
	spoil    http.HandlerFunc
	restored chan struct{}
}

// patience is how long the counter waits for an answer here, in place of half a
// minute.
const patience = 2 * time.Second

func newFar(t *testing.T, options func(*desk.Options)) *far {
	t.Helper()
	books, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	f := &far{city: newCity("dongcheng"), t: t, restored: make(chan struct{})}
	f.catalogue = books
	_, device, _ := ed25519.GenerateKey(nil)
	o := desk.Options{Chain: "practice-test", Practice: true, Hall: "dongcheng", HallName: "东城区政务服务中心", Counter: "12", Clerk: "0871",
		Pseudonym: "clerk-7", Signer: device, Authority: f.serve(device), Catalogue: books, Screens: boards{}, Issuer: f.key}
	if options != nil {
		options(&o)
	}
	if f.journal, err = journal.Open(t.Context(), journal.Options{Dir: t.TempDir(), Master: [32]byte{1}}); err != nil {
		t.Fatal(err)
	}
	o.Journal = f.journal
	if f.desk, err = desk.New(o); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	f.watch = f.desk.Watch(ctx)
	ended := make(chan error, 1)
	go func() { ended <- f.desk.Run(ctx) }()
	t.Cleanup(func() {
		f.restore()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		f.journal.Close()
	})
	return f
}

// serve starts the far end and returns the counter's client of it.
func (f *far) serve(device ed25519.PrivateKey) desk.Authority {
	_, key, _ := ed25519.GenerateKey(nil)
	pinned, err := protocol.PublicOf(key)
	if err != nil {
		f.t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+protocol.PathRedeem, f.redeems)
	mux.HandleFunc("POST "+protocol.PathRequests, f.opens)
	mux.HandleFunc("GET "+protocol.PathRequest, f.follows)
	mux.HandleFunc("DELETE "+protocol.PathRequest, func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusNoContent, nil, f.Withdraw(r.Context(), r.PathValue("id")))
	})
	mux.HandleFunc("POST "+protocol.PathRetrieve, f.retrieves)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if spoil := f.spoiler(r); spoil != nil {
			spoil(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	if server.TLS, err = protocol.ServerTLS(key); err != nil {
		f.t.Fatal(err)
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	f.t.Cleanup(server.Close)
	client, err := authority.New(authority.Options{Address: server.URL, Server: pinned, Device: device, Timeout: patience})
	if err != nil {
		f.t.Fatal(err)
	}
	return client
}

func reply(w http.ResponseWriter, status int, body any, err error) {
	if kind := casework.KindOf(err); kind != "" {
		status, body = http.StatusConflict, protocol.Problem{Status: http.StatusConflict, Reason: kind}
	}
	w.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(w).Encode(body)
	}
}

func (f *far) redeems(w http.ResponseWriter, r *http.Request) {
	var in protocol.Redeem
	_ = json.NewDecoder(r.Body).Decode(&in)
	grant, state, err := f.Redeem(r.Context(), in)
	if state != nil {
		reply(w, http.StatusAccepted, state, err)
		return
	}
	reply(w, http.StatusOK, grant, err)
}

func (f *far) opens(w http.ResponseWriter, r *http.Request) {
	var in protocol.OpenRequest
	_ = json.NewDecoder(r.Body).Decode(&in)
	out, err := f.OpenRequest(r.Context(), in)
	reply(w, http.StatusCreated, out, err)
}

func (f *far) follows(w http.ResponseWriter, r *http.Request) {
	wait, _ := strconv.Atoi(r.FormValue("wait"))
	ctx, cancel := context.WithTimeout(r.Context(), time.Duration(wait)*time.Second)
	defer cancel()
	out, err := f.Follow(ctx, r.PathValue("id"), protocol.RequestStatus(r.FormValue("after")))
	reply(w, http.StatusOK, out, err)
}

func (f *far) retrieves(w http.ResponseWriter, r *http.Request) {
	var in protocol.Retrieve
	_ = json.NewDecoder(r.Body).Decode(&in)
	list, err := f.Retrieve(r.Context(), casework.GrantID(r.PathValue("id")), in)
	reply(w, http.StatusOK, protocol.RetrievedLicences{Licences: list}, err)
}

func (f *far) spoiler(r *http.Request) http.HandlerFunc {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.path == "" || !strings.HasSuffix(r.URL.Path, f.path) {
		return nil
	}
	return f.spoil
}

// disturb spoils the calls whose path ends so, until restore.
func (f *far) disturb(path string, how http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.path, f.spoil = path, how
}

// restore ends the trouble; who waits for an answer that never comes is cut off.
func (f *far) restore() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.path = ""
	close(f.restored)
	f.restored = make(chan struct{})
}

// silence answers nothing until the trouble is over.
func (f *far) silence(_ http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	restored := f.restored
	f.mu.Unlock()
	select {
	case <-restored:
	case <-r.Context().Done():
	}
	panic(http.ErrAbortHandler)
}

// until waits for a snapshot that is as asked for.
func (f *far) until(what string, is func(desk.Snapshot) bool) {
	f.t.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for !is(f.last) {
		select {
		case f.last = <-f.watch:
		case <-late.C:
			f.t.Fatalf("%s: never; the stage is %s, the problem %v", what, f.last.Stage, f.last.Problem)
		}
	}
}

func (f *far) reaches(stage desk.Stage) {
	f.t.Helper()
	f.until(string(stage), func(s desk.Snapshot) bool { return s.Stage == stage && s.Busy == "" })
}

// told waits until the clerk is told why, and looks for the words of both
// languages.
func (f *far) told(kind casework.RefusalKind) {
	f.t.Helper()
	f.until("being told "+string(kind), func(s desk.Snapshot) bool { return s.Problem != nil && s.Problem.Kind == kind })
	texts, err := assets.LoadTexts()
	if err != nil {
		f.t.Fatal(err)
	}
	for _, language := range texts.Languages() {
		for _, part := range []string{".what", ".do"} {
			if _, ok := texts.Find(language, "refusal."+string(kind)+part); !ok {
				f.t.Errorf("%s: no words for %s", language, kind)
			}
		}
	}
}

func (f *far) kept() string {
	f.t.Helper()
	r, err := f.journal.Case(context.Background(), f.last.Case.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	var words []string
	for _, s := range r.Steps {
		words = append(words, string(s.Kind))
	}
	return strings.Join(words, " ")
}
