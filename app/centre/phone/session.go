package phone

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"
)

// cookie is the session cookie's name; with TLS it gets the prefix __Host-,
// which no other host or path can set.
const cookie = "counterfoil-session"

// A session ends when it was not used for idleLife, and after sessionLife at
// the latest. They are kept in memory: a restart asks everybody to sign in.
const (
	idleLife    = 15 * time.Minute
	sessionLife = 4 * time.Hour
	maxSessions = 10_000
)

// A confirmation is good for one deed within confirmLife.
const confirmLife = 2 * time.Minute

type session struct {
	holder    string
	passkey   []byte // that signed in; nil: practice
	epoch     int    // of the account
	started   time.Time
	used      time.Time
	confirmed time.Time // until then, for one deed
}

func (s session) live(now time.Time) bool {
	return now.Sub(s.used) < idleLife && now.Sub(s.started) < sessionLife
}

// sessions holds who is signed in.
type sessions struct {
	mu   sync.Mutex
	byID map[string]session
}

func newSessions() *sessions { return &sessions{byID: map[string]session{}} }

func idOf(r *http.Request) string {
	for _, name := range []string{"__Host-" + cookie, cookie} {
		if c, err := r.Cookie(name); err == nil {
			return c.Value
		}
	}
	return ""
}

// of returns who is signed in, and counts it as use.
func (s *sessions) of(r *http.Request, now time.Time) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := idOf(r)
	found, ok := s.byID[id]
	if !ok || !found.live(now) {
		delete(s.byID, id)
		return session{}, false
	}
	found.used = now
	s.byID[id] = found
	return found, true
}

// start signs one in under a new id, in place of the session of r.
func (s *sessions) start(r *http.Request, one session, now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, idOf(r))
	s.makeRoom(now)
	id := rand.Text() + rand.Text()
	one.started, one.used = now, now
	s.byID[id] = one
	return id
}

// confirm notes until when one deed is let through; the zero time takes that back.
func (s *sessions) confirm(r *http.Request, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := idOf(r)
	if found, ok := s.byID[id]; ok {
		found.confirmed = until
		s.byID[id] = found
	}
}

// spend takes the confirmation for a deed and returns it, to be given back to
// confirm where the deed is refused; false: there is none.
func (s *sessions) spend(r *http.Request, now time.Time) (until time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := idOf(r)
	found := s.byID[id]
	if !now.Before(found.confirmed) {
		return time.Time{}, false
	}
	until, found.confirmed = found.confirmed, time.Time{}
	s.byID[id] = found
	return until, true
}

// makeRoom drops what has ended once the table is full, and if that is not
// enough the one that was not used for the longest time.
func (s *sessions) makeRoom(now time.Time) {
	if len(s.byID) < maxSessions {
		return
	}
	var oldest string
	for id, one := range s.byID {
		if !one.live(now) {
			delete(s.byID, id)
		} else if oldest == "" || one.used.Before(s.byID[oldest].used) {
			oldest = id
		}
	}
	if len(s.byID) >= maxSessions {
		delete(s.byID, oldest)
	}
}

func (s *sessions) end(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, idOf(r))
}

func setCookie(w http.ResponseWriter, id string, secure bool) {
	c := &http.Cookie{Name: cookie, Value: id, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode}
	if secure {
		c.Name = "__Host-" + cookie
	}
	if id == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
