package centre

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"

	"counterfoil/app/catalogue"
	"counterfoil/app/protocol"
)

func TestThePageAddressIsWhatAPhoneCanUse(t *testing.T) {
	for _, try := range []struct {
		said, listens string
		secure        bool
		want          string
	}{
		{"", "127.0.0.1:8080", false, "http://localhost:8080"},
		{"", "[::1]:8080", true, "https://localhost:8080"},
		{"", "127.3.2.1:8080", false, "http://127.3.2.1:8080"}, // localhost is another one
		{"", "10.0.0.7:443", true, "https://10.0.0.7:443"},
		{"", "[::]:8443", true, "https://" + machine() + ":8443"},
		{"https://phone.example.cn", "127.0.0.1:8080", false, "https://phone.example.cn"},
	} {
		if got := pageAddress(try.said, try.listens, try.secure); got != try.want {
			t.Errorf("%v: %s", try, got)
		}
	}
	for address, ok := range map[string]bool{"http://localhost:1": true, "https://phone.example.cn": true, "http://phone.example.cn": false,
		"http://10.0.0.7": false, "https://10.0.0.7": false, "https://[::1]:3": false, "": false} {
		if err := (page{address: address}).check(); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// startPractice starts a centre of its own for one test.
func startPractice(t *testing.T, o Options) *Centre {
	t.Helper()
	books, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	o.Home, o.Catalogue = t.TempDir(), books
	c, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestAPracticePageOverHTTPSTellsPhonesWhomToTrust(t *testing.T) {
	c := startPractice(t, Options{Practice: true, PhoneOwn: true})
	address, file, digest := c.PhoneRoot()
	if !strings.HasPrefix(c.PhoneURL(), "https://localhost:") || file == "" {
		t.Fatal(c.PhoneURL(), file)
	}
	first := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // a phone that was told to go on
	answer, err := first.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if sum := sha256.Sum256(raw); err != nil || hex.EncodeToString(sum[:]) != digest {
		t.Fatalf("the root is not the one that was printed: %v", err)
	}
	pool := x509.NewCertPool()
	root, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(root)
	phone := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	defer phone.CloseIdleConnections()
	defer first.CloseIdleConnections()
	body := strings.NewReader(`{"holder":"wang-xiulan","pin":"246810"}`)
	r, err := http.NewRequestWithContext(t.Context(), "POST", c.PhoneURL()+protocol.PathSignIn, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Counterfoil", "1")
	if answer, err = phone.Do(r); err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if set := answer.Header.Get("Set-Cookie"); answer.StatusCode != 204 || !strings.HasPrefix(set, "__Host-") || !strings.Contains(set, "Secure") ||
		!strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Strict") {
		t.Errorf("%d %q", answer.StatusCode, set)
	}
}

func TestAPracticePageThatLeavesTheMachineIsServedOverHTTPSUnasked(t *testing.T) {
	c := startPractice(t, Options{Practice: true, Phone: "0.0.0.0:0"})
	if !strings.HasPrefix(c.PhoneURL(), "https://"+machine()+":") {
		t.Error(c.PhoneURL())
	}
	if _, file, _ := c.PhoneRoot(); file == "" {
		t.Error("no root is named")
	}
}

func TestOutsidePracticeAPageThatPhonesCannotTrustDoesNotStart(t *testing.T) {
	books, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	for want, o := range map[string]Options{
		"is for practice":             {PhoneOwn: true},
		"are given together":          {PhoneCert: "page.pem"},
		"not both":                    {Practice: true, PhoneOwn: true, PhoneCert: "page.pem", PhoneKey: "page.key"},
		"no such file":                {PhoneCert: "none.pem", PhoneKey: "none.key"},
		"must reach the page by HTTP": {PhoneURL: "http://phone.example.cn"},
		"needs a name":                {PhoneURL: "https://10.0.0.7"},
	} {
		o.Home, o.Catalogue = t.TempDir(), books
		c, err := Start(t.Context(), o)
		if err == nil {
			_ = c.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

func TestARootIsServedByPracticeAlone(t *testing.T) {
	c := startPractice(t, Options{Practice: true})
	answer, err := http.Get(c.PhoneURL() + "/root.crt")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != 404 || bytes.Contains(body, []byte("CERT")) {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}
