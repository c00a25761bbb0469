package phone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/centre/identity"
	"counterfoil/app/centre/phone"
	"counterfoil/app/centre/repository"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
	"counterfoil/assets"
)

// pictured is an item that can't do without a sensitive field.
const pictured = `
[[item]]
code = "SAMPLE-9001"
name = "带照片的证明（示例）"
name_en = "A certificate with a portrait (sample)"
bureau = "police"
audience = "personal"
basis = "示例"
form_name = "申请表"
keep_days = 30
signature = true
photo = "none"
needs = [{ kind = "id-card", fields = ["name", "portrait"] }]
form = [{ field = "who", label = "姓名", from = "id-card.name", required = true }]
`

// centre is the page with everything real behind it, but for the ledger: its
// places are handed out by the test.
type centre struct {
	t        *testing.T
	url      string
	auth     *authorization.Service
	repo     *repository.Repository
	store    *store.Store
	identity *identity.Service
	items    *catalogue.Catalogue
	practice bool // invented holders sign in by password, too
	clock    *clock
	counter  authorization.Caller
	start    func()       // starts the service anew over what is kept; digits and sessions are gone
	page     atomic.Value // of http.Handler
	away     atomic.Bool  // the ledger can't be asked
	ended    atomic.Bool  // cases were submitted
	network  atomic.Int32 // between phone and centre
	log      lockedBuffer
	book     *book // the ledger whose proofs it delivers
}

// What becomes of the network of a phone.
const (
	networkUp int32 = iota
	networkAway
	networkBreaksBefore // an answer is lost on its way
	networkBreaksAfter  // the word that it arrived is lost
)

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// clock is the centre's; it starts at the machine's time, which a browser has
// too, and moves on when told.
type clock struct {
	mu   sync.Mutex
	plus time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.plus)
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plus += d
}

func newCentre(t *testing.T, receipt func(context.Context, string, string) (phone.Receipt, bool)) *centre {
	t.Helper()
	return startCentre(t, true, receipt)
}

func startCentre(t *testing.T, practice bool, receipt func(context.Context, string, string) (phone.Receipt, bool)) *centre {
	t.Helper()
	items, err := catalogue.Load(bytes.NewReader(append(assets.SampleCatalogue(), pictured...)), "catalogue of the tests")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	c := &centre{t: t, items: items, practice: practice, clock: &clock{}, counter: authorization.Caller{Hall: "dongcheng", Counter: "12"}, book: newBook(t, "own")}
	if c.repo, err = repository.New(repository.Options{Home: home, Kinds: items.Kind, Now: c.clock.now}); err != nil {
		t.Fatal(err)
	}
	kept, err := store.Open(filepath.Join(home, "centre.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	c.store = kept
	var places atomic.Int64
	place := func() (authorization.Place, error) {
		height := 4200 + places.Add(1)
		return authorization.Place{Entry: protocol.DigestOf([]byte{byte(height)}), Height: height}, nil
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, answer := c.page.Load().(http.Handler), strings.HasSuffix(r.URL.Path, "/answer")
		switch c.network.Load() {
		case networkAway:
			panic(http.ErrAbortHandler)
		case networkBreaksAfter:
			if answer { // it arrives; the word that it did does not
				c.network.Store(networkAway)
				page.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			}
		case networkBreaksBefore:
			if answer {
				c.network.Store(networkAway)
				panic(http.ErrAbortHandler)
			}
		}
		page.ServeHTTP(w, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(server.Close)
	c.url = strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // a passkey belongs to a name
	c.start = func() {
		t.Helper()
		c.auth, err = authorization.New(t.Context(), authorization.Options{Store: kept, Catalogue: items,
			Key: []byte("a key that only the tests have: 0"), Link: func(token string) string { return c.url + "/r/" + token }, Now: c.clock.now,
			Register: func(context.Context, protocol.Suite, casework.Grant) (authorization.Place, error) { return place() },
			Revoked:  func(context.Context, casework.GrantID, time.Time) (authorization.Place, error) { return place() },
			Trace: func(context.Context, casework.GrantID) (t authorization.Trace, err error) {
				if c.away.Load() {
					return t, casework.Refuse(casework.LedgerUnreachable, "cut off")
				}
				t.Registered, err = place()
				if c.ended.Load() {
					t.Ended, t.EndedAs, t.EndedAt = t.Registered, casework.Submitted, c.clock.now()
				}
				return t, err
			}})
		if err != nil {
			t.Fatal(err)
		}
		practice := ""
		if c.practice {
			practice = repository.PracticePIN
		}
		c.identity, err = identity.New(identity.Options{Store: kept, Address: c.url, Name: "centre", Key: []byte("a key that only the tests have: 0"), Practice: practice, Now: c.clock.now,
			Person: func(holder string) (identity.Person, bool) {
				who, ok := c.repo.Holder(holder)
				return identity.Person{Name: who.Name, Known: c.repo.Known(holder)}, ok
			}})
		if err != nil {
			t.Fatal(err)
		}
		page, err := phone.Handler(phone.Options{Repository: c.repo, Identity: c.identity, Authorization: c.auth, Catalogue: items, Home: "dongcheng",
			Practice: c.practice, Now: c.clock.now, Receipt: receipt, Ledger: c.book.ledger(), Log: slog.New(slog.NewTextHandler(&c.log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		c.page.Store(page)
	}
	c.start()
	return c
}

// ask opens a QR request at the counter and returns it with its token.
func (c *centre) ask(item casework.ItemCode) (protocol.Request, string) {
	c.t.Helper()
	r, err := c.auth.OpenRequest(c.t.Context(), c.counter, protocol.OpenRequest{Item: item, Clerk: "clerk-7f3a", Case: casework.CaseID(protocol.NewID())})
	if err != nil {
		c.t.Fatal(err)
	}
	return r, r.Link[len(c.url+"/r/"):]
}

func (c *centre) statusOf(r protocol.Request) protocol.RequestStatus {
	c.t.Helper()
	s, err := c.auth.Follow(c.t.Context(), c.counter, r.ID, "", 0)
	if err != nil {
		c.t.Fatal(err)
	}
	return s.Status
}

func (c *centre) redeem(code string, item casework.ItemCode) (casework.Grant, *protocol.RequestState, error) {
	return c.auth.Redeem(c.t.Context(), c.counter, protocol.Redeem{Code: code, Item: item, Clerk: "clerk-7f3a", Case: casework.CaseID(protocol.NewID())})
}

// retrieved calls the licences of an answered request up, as the centre does for
// a counter, and returns the fields that came, by kind.
func (c *centre) retrieved(r protocol.Request) map[casework.LicenceKind][]casework.FieldID {
	c.t.Helper()
	s, err := c.auth.Follow(c.t.Context(), c.counter, r.ID, "", 0)
	if err != nil || s.Grant == nil {
		c.t.Fatal("no grant:", err)
	}
	got, err := c.repo.Retrieve(c.t.Context(), "wang-xiulan", s.Grant.Needs)
	if err != nil {
		c.t.Fatal(err)
	}
	issuers := c.repo.Issuers()
	fields := map[casework.LicenceKind][]casework.FieldID{}
	for _, one := range got {
		info, _ := c.items.Kind(one.Kind)
		l, err := protocol.OpenLicence(one.Presented, info, func(name string) (protocol.PublicKey, bool) { k, ok := issuers[name]; return k, ok })
		if err != nil {
			c.t.Fatal(err)
		}
		for _, f := range l.Fields {
			fields[one.Kind] = append(fields[one.Kind], f.Field)
		}
	}
	return fields
}

// handset calls as the page's script does.
type handset struct {
	c      *centre
	client *http.Client
}

func (c *centre) handset() *handset {
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return &handset{c, &http.Client{Jar: jar}}
}

func (c *centre) signedIn(holder string) *handset {
	c.t.Helper()
	h := c.handset()
	if status, _ := h.call("POST", protocol.PathSignIn, protocol.SignIn{Holder: holder, PIN: repository.PracticePIN}, nil); status != 204 {
		c.t.Fatalf("sign-in: %d", status)
	}
	return h
}

// send calls as the page does.
func (h *handset) send(method, path string, body io.Reader) *http.Response {
	h.c.t.Helper()
	r, err := http.NewRequestWithContext(h.c.t.Context(), method, h.c.url+path, body)
	if err != nil {
		h.c.t.Fatal(err)
	}
	r.Header.Set("X-Counterfoil", "1")
	answer, err := h.client.Do(r)
	if err != nil {
		h.c.t.Fatal(err)
	}
	return answer
}

// call returns the status and, of a refusal, the reason.
func (h *handset) call(method, path string, body, into any) (int, casework.RefusalKind) {
	h.c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		h.c.t.Fatal(err)
	}
	answer := h.send(method, path, bytes.NewReader(raw))
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		var p protocol.Problem
		if err := json.NewDecoder(answer.Body).Decode(&p); err != nil || p.Status != answer.StatusCode {
			h.c.t.Errorf("%s %s: %d is no problem document: %v", method, path, answer.StatusCode, err)
		}
		return answer.StatusCode, p.Reason
	}
	if into != nil {
		if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
			h.c.t.Errorf("%s %s: %v", method, path, err)
		}
	}
	return answer.StatusCode, ""
}
