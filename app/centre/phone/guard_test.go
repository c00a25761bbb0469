package phone_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/centre/phone"
	"counterfoil/app/centre/repository"
	"counterfoil/app/protocol"
)

func TestACallFromAForeignPageIsRefused(t *testing.T) {
	c := newCentre(t, nil)
	h := c.signedIn("wang-xiulan")
	for name, header := range map[string][2]string{"without the header": {"X-None", "1"}, "from another site": {"Sec-Fetch-Site", "cross-site"}} {
		r, _ := http.NewRequestWithContext(t.Context(), "DELETE", c.url+protocol.PathCodes, nil)
		r.Header.Set(header[0], header[1])
		if header[0] == "Sec-Fetch-Site" {
			r.Header.Set("X-Counterfoil", "1")
		}
		answer, err := h.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != 403 {
			t.Errorf("%s: %d", name, answer.StatusCode)
		}
	}
}

func TestEveryAnswerCarriesThePolicyAndThePageHasNothingInline(t *testing.T) {
	c := newCentre(t, nil)
	for _, path := range []string{"/", "/r/x", "/v/x", "/page/app.js", "/page/style.css", "/phone/holders", "/nowhere"} {
		answer, err := http.Get(c.url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if p := answer.Header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") {
			t.Errorf("%s: policy %q", path, p)
		}
		for _, inline := range []string{" style=", " onclick=", "innerHTML", "<script>"} {
			if strings.Contains(string(body), inline) {
				t.Errorf("%s holds %q", path, inline)
			}
		}
	}
	for _, path := range []string{"/page/index.html", "/page/..%2fdoc.go", "/page/none.js"} {
		answer, err := http.Get(c.url + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != 404 {
			t.Errorf("%s: %d", path, answer.StatusCode)
		}
	}
}

// TestThePageIsSmallAndNotSentTwice adds up what a phone loads for the first time:
// every view, in the larger of the two languages.
func TestThePageIsSmallAndNotSentTwice(t *testing.T) {
	c := newCentre(t, nil)
	names, err := filepath.Glob("page/*")
	if err != nil || len(names) < 15 {
		t.Fatal(names, err)
	}
	get := func(path, tag string) (int, string, int) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", c.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set("If-None-Match", tag)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header.Get("ETag"), len(body)
	}
	_, _, sum := get("/", "")
	var languages []int
	for _, name := range names {
		if name == "page/index.html" {
			continue
		}
		status, tag, n := get("/"+filepath.ToSlash(name), "")
		if again, _, left := get("/"+filepath.ToSlash(name), tag); status != 200 || tag == "" || again != 304 || left != 0 {
			t.Errorf("%s: %d, again %d with %d bytes", name, status, again, left)
		}
		if language := filepath.Base(name); language == "zh.js" || language == "en.js" {
			languages = append(languages, n)
			continue
		}
		sum += n
	}
	if sum += slices.Max(languages); sum > 50_000 {
		t.Errorf("the page is %d bytes", sum)
	}
}

// TestATroubleOfThePageIsLoggedAsAPlaceAndNothingElse: whoever calls it can fill no
// log and put no word into it.
func TestATroubleOfThePageIsLoggedAsAPlaceAndNothingElse(t *testing.T) {
	c := newCentre(t, nil)
	tell := func(body string) int {
		r, _ := http.NewRequestWithContext(t.Context(), "POST", c.url+protocol.PathPhoneTrouble, strings.NewReader(body))
		r.Header.Set("X-Counterfoil", "1")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	for body, want := range map[string]int{`{"file":"consent.js","line":41}`: 204, `{"file":"","line":0}`: 204, `{"file":"王秀兰.js","line":1}`: 400,
		`{"file":"app.js","line":-1}`: 400, `{"file":"app.js","line":1,"message":"王秀兰"}`: 400, `[]`: 400} {
		if got := tell(body); got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
	for range 100 {
		tell(`{"file":"app.js","line":7}`)
	}
	if n := strings.Count(c.log.String(), "script failed"); n != 1 || strings.Contains(c.log.String(), "王") {
		t.Errorf("%d lines: %s", n, c.log.String())
	}
	c.clock.pass(time.Minute)
	tell(`{"file":"app.js","line":7}`)
	if text := c.log.String(); !strings.Contains(text, "file=app.js line=7 others=101") {
		t.Errorf("what was not logged is not counted: %s", text)
	}
}

func FuzzNoBodyIsTakenForAnother(f *testing.F) {
	f.Add(`{"holder":"gao-feng","pin":"246810"}`)
	f.Add(`{"agree":true,"pin":"246810"}`)
	f.Add(`{"kinds":["id-card"],"hall":"","item":"","pin":"246810"}`)
	f.Add(`{"agre":true}{}`)
	h, err := phone.Handler(phone.Options{Repository: &repository.Repository{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r, err := http.NewRequest("POST", "/phone/session", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Counterfoil", "1")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 400 && w.Code != 403 {
			t.Errorf("status %d", w.Code)
		}
	})
}
