package camera

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"
	"time"

	"counterfoil/app/casework"
)

// guard is a camera behind a password: it serves one picture over and over to
// whom allowed lets through, and asks others with its challenges.
func guard(t *testing.T, challenges []string, allowed func(*http.Request) bool) (address string, seen *[]string) {
	t.Helper()
	frame := picture(t, 90)
	seen = new([]string)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r.Header.Get("Authorization"))
		if !allowed(r) {
			for _, c := range challenges {
				w.Header().Add("WWW-Authenticate", c)
			}
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		serve(w, r, frame)
	}))
	t.Cleanup(s.Close)
	return s.URL, seen
}

// serve sends the same frame without a pause until the other end is gone.
func serve(w http.ResponseWriter, r *http.Request, frame []byte) {
	w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary=frame")
	for r.Context().Err() == nil {
		if _, err := fmt.Fprintf(w, "--frame\r\nContent-Type: image/jpeg\r\n\r\n%s\r\n", frame); err != nil {
			return
		}
	}
}

// digested checks an answer as RFC 7616 section 3.4.1 makes it, by hand.
func digested(r *http.Request, h func() hash.Hash, user, password string) bool {
	sum := func(s string) string {
		d := h()
		d.Write([]byte(s))
		return hex.EncodeToString(d.Sum(nil))
	}
	said := map[string]string{}
	for _, m := range regexp.MustCompile(`(\w+)="?([^",]+)"?`).FindAllStringSubmatch(r.Header.Get("Authorization"), -1) {
		said[m[1]] = m[2]
	}
	want := sum(sum(user+":cam:"+password) + ":abc:" + said["nc"] + ":" + said["cnonce"] + ":auth:" + sum("GET:"+r.URL.RequestURI()))
	return said["username"] == user && said["uri"] == r.URL.RequestURI() && said["nonce"] == "abc" && said["response"] == want
}

func TestADigestIsAnsweredAndThePasswordIsNotTold(t *testing.T) {
	for name, c := range map[string]struct {
		algorithm string
		h         func() hash.Hash
	}{"MD5": {"", md5.New}, "SHA-256": {`, algorithm=SHA-256`, sha256.New}} {
		address, seen := guard(t, []string{`Basic realm="cam"`, `Digest realm="cam", nonce="abc", qop="auth"` + c.algorithm},
			func(r *http.Request) bool { return digested(r, c.h, "clerk", "p:ä") })
		o := opts(address + "/video.cgi?size=full")
		o.User, o.Password = "clerk", "p:ä"
		d, err := Open(t.Context(), o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		d.Close()
		if len(*seen) != 2 || (*seen)[0] != "" || bytes.HasPrefix([]byte((*seen)[1]), []byte("Basic")) {
			t.Errorf("%s: sent %d requests", name, len(*seen))
		}
		o.Password = "wrong"
		if _, err := Open(t.Context(), o); casework.KindOf(err) != casework.CameraPassword {
			t.Errorf("%s: a wrong password is %v", name, err)
		}
	}
}

func TestBasicAuthenticationIsUsedWhereNothingElseIsAsked(t *testing.T) {
	address, _ := guard(t, []string{`basic realm="cam"`}, func(r *http.Request) bool {
		user, password, ok := r.BasicAuth()
		return ok && user == "clerk" && password == "secret"
	})
	within, _ := url.Parse(address)
	within.User = url.UserPassword("clerk", "secret") // as people paste it
	d, err := Open(t.Context(), opts(within.String()))
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	if _, err := Open(t.Context(), opts(address)); casework.KindOf(err) != casework.CameraPassword {
		t.Errorf("without a password: %v", err)
	}
	strange, _ := guard(t, []string{"Negotiate"}, func(*http.Request) bool { return false })
	o := opts(strange)
	o.User = "clerk"
	if _, err := Open(t.Context(), o); casework.KindOf(err) != casework.CameraPassword {
		t.Errorf("another authentication: %v", err)
	}
}

func TestARedirectIsFollowedWithinTheCameraAndNowhereElse(t *testing.T) {
	frame := picture(t, 90)
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	defer s.Close()
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) { serve(w, r, frame) })
	mux.Handle("/", http.RedirectHandler("/stream", http.StatusFound))
	mux.Handle("/loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.Handle("/away", http.RedirectHandler("http://localhost:1/stream", http.StatusFound)) // the server is 127.0.0.1
	d, err := Open(t.Context(), opts(s.URL))
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	for _, path := range []string{"/loop", "/away"} {
		_, err := Open(t.Context(), opts(s.URL+path))
		if want := casework.Refuse(casework.CameraMissing, "the camera sends elsewhere"); err == nil || err.Error() != want.Error() {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestAPasswordIsNotTakenAlongByARedirect(t *testing.T) {
	var there []string
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	defer s.Close()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.Header().Set("WWW-Authenticate", `Basic realm="cam"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, "/collect", http.StatusFound)
	})
	mux.HandleFunc("/collect", func(_ http.ResponseWriter, r *http.Request) { there = append(there, r.Header.Get("Authorization")) })
	o := opts(s.URL)
	o.User, o.Password = "clerk", "secret"
	if _, err := Open(t.Context(), o); casework.KindOf(err) != casework.CameraMissing || len(there) != 0 {
		t.Fatalf("%v, %d requests", err, len(there))
	}
}

func TestACameraThatFloodsIsReadAtABearablePace(t *testing.T) {
	address, _ := guard(t, nil, func(*http.Request) bool { return true })
	o := opts(address)
	o.MaxRate = 20
	begun := time.Now()
	d, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const frames = 10
	for range frames {
		if _, err := d.Frame(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d.mu.Lock()
	count := d.count
	d.mu.Unlock()
	if most := 2 + uint64(time.Since(begun)/(time.Second/20)); count > most {
		t.Fatalf("%d frames in %v", count, time.Since(begun))
	}
}

func TestHalvesAreLetGoUntilThereAreOnlyHalves(t *testing.T) {
	whole := picture(t, 60)
	frames := make(chan []byte, 8)
	for _, f := range [][]byte{whole, whole[:len(whole)/2], []byte("no picture"), whole} {
		frames <- f
	}
	d, err := Open(t.Context(), opts(stream(t, "", frames)))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for { // each is sent twice
		d.mu.Lock()
		count, fresh := d.count, d.fresh
		d.mu.Unlock()
		if count == 3 { // the last one ends with what follows it
			break
		}
		<-fresh
	}
	for range maxBad {
		frames <- whole[:len(whole)/2]
	}
	for err == nil {
		_, err = d.Frame(t.Context())
	}
	if casework.KindOf(err) != casework.CameraGarbled {
		t.Fatalf("got %v", err)
	}
}

// endless repeats its bytes.
type endless struct {
	b  []byte
	at int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.b[e.at:])
	e.at = (e.at + n) % len(e.b)
	return n, nil
}

// BenchmarkStreamFrame reads and checks one frame of a stream; a preview hands
// it on as it is.
func BenchmarkStreamFrame(b *testing.B) {
	frame := scene(b, 1280, 720)
	parts := multipart.NewReader(&endless{b: fmt.Appendf(nil, "--f\r\nContent-Type: image/jpeg\r\n\r\n%s\r\n", frame)}, "f")
	d := &Dev{opts: DefaultOpts()}
	var buf bytes.Buffer
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.part(parts, &buf); err != nil {
			b.Fatal(err)
		}
	}
}
