package pagecert_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"counterfoil/app/centre/pagecert"
)

var names = []string{"localhost", "practice.local", "127.0.0.1", "192.168.7.20", "::1", "8.8.4.4"}

// clock is passed in; it moves on when told.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newClock() *clock { return &clock{time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)} }

// issue makes or reads the own certificate in dir.
func issue(t *testing.T, dir string, c *clock, names ...string) *pagecert.Own {
	t.Helper()
	own, err := pagecert.Issue(dir, names, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func served(t *testing.T, serve func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Certificate {
	t.Helper()
	pair, err := serve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// trusted says why a phone that has the root would not take the certificate.
func trusted(root, leaf []byte, host string, at time.Time) error {
	pool := x509.NewCertPool()
	r, err := x509.ParseCertificate(root)
	if err != nil {
		return err
	}
	pool.AddCert(r)
	l, err := x509.ParseCertificate(leaf)
	if err != nil {
		return err
	}
	_, err = l.Verify(x509.VerifyOptions{Roots: pool, DNSName: host, CurrentTime: at})
	return err
}

func TestAPhoneThatHasTheRootTakesThePageUnderEveryName(t *testing.T) {
	c := newClock()
	own := issue(t, t.TempDir(), c, names...)
	for _, name := range names {
		if err := trusted(own.Root(), served(t, own.Serve).Certificate[0], name, c.at); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if trusted(own.Root(), served(t, own.Serve).Certificate[0], "bank.example", c.at) == nil {
		t.Error("it is taken for another host")
	}
}

func TestTheHandshakeIsARealOne(t *testing.T) {
	c := &clock{time.Now()}
	own := issue(t, t.TempDir(), c, names...)
	root, err := x509.ParseCertificate(own.Root())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	near, far := net.Pipe()
	done := make(chan error, 1)
	go func() { done <- tls.Server(far, &tls.Config{GetCertificate: own.Serve}).Handshake() }()
	if err := tls.Client(near, &tls.Config{RootCAs: pool, ServerName: "practice.local"}).Handshake(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestTheRootCannotSpeakForOthersHosts(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	own := issue(t, dir, c, "localhost")
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "phone-root.pem"), filepath.Join(dir, "phone-root.key"))
	if err != nil {
		t.Fatal(err)
	}
	forged := *served(t, own.Serve).Leaf
	forged.DNSNames, forged.IPAddresses = []string{"bank.example"}, nil
	raw, err := x509.CreateCertificate(nil, &forged, pair.Leaf, forged.PublicKey, pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	if err := trusted(own.Root(), raw, "bank.example", c.at); err == nil || !strings.Contains(err.Error(), "not permitted") {
		t.Errorf("whoever steals the practice root's key is trusted for others: %v", err)
	}
}

func TestASecondStartFindsTheSameRootAndCertificate(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	first := issue(t, dir, c, names...)
	again := issue(t, dir, c, names...)
	if !bytes.Equal(first.Root(), again.Root()) || !bytes.Equal(served(t, first.Serve).Certificate[0], served(t, again.Serve).Certificate[0]) {
		t.Error("phones must be given the root again after every start")
	}
	moved := issue(t, dir, c, append(names, "10.1.2.3")...)
	if !bytes.Equal(first.Root(), moved.Root()) {
		t.Error("another private address makes another root")
	}
	if err := trusted(moved.Root(), served(t, moved.Serve).Certificate[0], "10.1.2.3", c.at); err != nil {
		t.Error(err)
	}
	if renamed := issue(t, dir, c, "desk.local"); bytes.Equal(first.Root(), renamed.Root()) {
		t.Error("the root signs for a name that it was not made for")
	}
}

func TestTheFilesAreForTheirOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	issue(t, dir, newClock(), names...)
	all, err := os.ReadDir(dir)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d files: %v", len(all), err)
	}
	for _, one := range all {
		info, err := one.Info()
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", one.Name(), info.Mode())
		}
	}
}

func TestACertificateIsRenewedBeforeItsEndWithoutAStart(t *testing.T) {
	c := newClock()
	own := issue(t, t.TempDir(), c, names...)
	first := served(t, own.Serve).Leaf
	c.at = first.NotAfter.Add(-29 * 24 * time.Hour)
	next := served(t, own.Serve)
	if next.Leaf.SerialNumber.Cmp(first.SerialNumber) == 0 {
		t.Fatal("the old one is still served")
	}
	if err := trusted(own.Root(), next.Certificate[0], "practice.local", c.at); err != nil {
		t.Error(err)
	}
}

func TestAStartThatWasCutBetweenTwoFilesIsMended(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	issue(t, dir, c, names...)
	other := t.TempDir()
	issue(t, other, c, names...)
	key, err := os.ReadFile(filepath.Join(other, "phone.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "phone.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "phone-root.pem")); err != nil {
		t.Fatal(err)
	}
	own := issue(t, dir, c, names...)
	if err := trusted(own.Root(), served(t, own.Serve).Certificate[0], "localhost", c.at); err != nil {
		t.Error(err)
	}
}

// pair puts a certificate for host with its key into dir, as a city's authority
// would, and returns the two files.
func pair(t *testing.T, dir, host string, c *clock) (cert, key string) {
	t.Helper()
	from := t.TempDir()
	issue(t, from, c, host)
	cert, key = filepath.Join(dir, "page.pem"), filepath.Join(dir, "page.key")
	for to, name := range map[string]string{cert: "phone.pem", key: "phone.key"} {
		raw, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestARenewedFileIsServedWithoutAStart(t *testing.T) {
	c, dir, log := newClock(), t.TempDir(), &bytes.Buffer{}
	cert, key := pair(t, dir, "phone.example.cn", c)
	f, err := pagecert.Open(cert, key, "phone.example.cn", c.now, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	first := served(t, f.Serve).Leaf.SerialNumber
	touched := time.Now()
	renew := func(host string) {
		c.at, touched = c.at.Add(time.Minute), touched.Add(time.Second)
		pair(t, dir, host, c)
		for _, path := range []string{cert, key} { // two writings within one tick of a file system's clock
			if err := os.Chtimes(path, touched, touched); err != nil {
				t.Fatal(err)
			}
		}
	}
	renew("phone.example.cn")
	second := served(t, f.Serve).Leaf.SerialNumber
	if first.Cmp(second) == 0 {
		t.Error("the renewed certificate is not served")
	}
	renew("elsewhere.example.cn")
	c.at = c.at.Add(time.Minute)
	if served(t, f.Serve).Leaf.SerialNumber.Cmp(second) != 0 || !strings.Contains(log.String(), "not for the page's host") {
		t.Errorf("a wrong one is served, or nobody is told: %s", log)
	}
	if said := log.String(); served(t, f.Serve) == nil || log.String() != said {
		t.Error("the same fault is said at every handshake")
	}
	renew("phone.example.cn")
	if third := served(t, f.Serve).Leaf.SerialNumber; third.Cmp(second) == 0 {
		t.Error("after a wrong one the right one is not served")
	}
}

func TestACertificateThatCannotServeIsRefusedWithTheReason(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	cert, key := pair(t, dir, "phone.example.cn", c)
	_, stranger := pair(t, t.TempDir(), "phone.example.cn", c)
	late := &clock{c.at.Add(91 * 24 * time.Hour)}
	early := &clock{c.at.Add(-2 * time.Hour)}
	for want, try := range map[string]struct {
		cert, key, host string
		c               *clock
	}{
		"ran out on 2027-02-24":      {cert, key, "phone.example.cn", late},
		"begins on 2026-11-26":       {cert, key, "phone.example.cn", early},
		"not for the page's host":    {cert, key, "other.example.cn", c},
		"no certificate with its":    {cert, stranger, "phone.example.cn", c},
		"no such file":               {filepath.Join(dir, "none.pem"), key, "phone.example.cn", c},
		"no certificate with its ke": {key, key, "phone.example.cn", c},
	} {
		_, err := pagecert.Open(try.cert, try.key, try.host, try.c.now, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}
