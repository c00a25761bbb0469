package pagecert

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookAgain is how often the files are looked at for a change, at most: a
// renewal is served within that time.
const lookAgain = 10 * time.Second

// Files serves a certificate from two PEM files. Its methods may be called from
// any goroutine.
type Files struct {
	cert, key string
	host      string
	now       func() time.Time
	log       *slog.Logger

	mu     sync.Mutex
	serves *tls.Certificate
	looked time.Time
	stamp  [2]fileStamp
}

// fileStamp tells a changed file: a renewal writes it anew.
type fileStamp struct {
	at   time.Time
	size int64
}

// Open reads a certificate chain, the host's own first, and its key, both PEM.
// It refuses a pair that does not belong together, one that has run out or has
// not begun, and one that is not for host; an empty host is not checked.
func Open(cert, key, host string, now func() time.Time, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, host: host, now: now, log: log}
	if err := f.read(); err != nil {
		return nil, err
	}
	return f, nil
}

// Serve returns the certificate for a handshake; it has the form of
// tls.Config.GetCertificate. Files that were changed are read first. What can't
// be served then is logged, and the earlier certificate stays until it runs out.
func (f *Files) Serve(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.now(); now.Sub(f.looked) >= lookAgain {
		if stamp, err := f.stamps(); err != nil || stamp != f.stamp {
			if err = errors.Join(err, f.read()); err != nil {
				f.looked, f.stamp = now, stamp // the same again is not said again
				f.log.Error("the page's certificate was changed and can't be served", "error", err)
			}
		}
		f.looked = now
	}
	return f.serves, nil
}

// read takes what the files hold now, or says why not.
func (f *Files) read() error {
	stamp, err := f.stamps()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return fmt.Errorf("%s and %s are no certificate with its key: %w", f.cert, f.key, err)
	}
	if err := usable(pair.Leaf, f.host, f.now()); err != nil {
		return fmt.Errorf("%s: %w", f.cert, err)
	}
	f.serves, f.stamp, f.looked = &pair, stamp, f.now()
	return nil
}

func (f *Files) stamps() (both [2]fileStamp, err error) {
	for i, path := range []string{f.cert, f.key} {
		var info fs.FileInfo
		if info, err = os.Stat(path); err != nil {
			return both, err
		}
		both[i] = fileStamp{info.ModTime(), info.Size()}
	}
	return both, nil
}

// usable says why a certificate can't be served to phones that come for host.
func usable(leaf *x509.Certificate, host string, now time.Time) error {
	switch {
	case now.After(leaf.NotAfter):
		return fmt.Errorf("the certificate ran out on %s", leaf.NotAfter.UTC().Format(time.DateTime))
	case now.Before(leaf.NotBefore):
		return fmt.Errorf("the certificate begins on %s only", leaf.NotBefore.UTC().Format(time.DateTime))
	case host == "":
		return nil
	}
	if err := leaf.VerifyHostname(host); err != nil {
		return fmt.Errorf("the certificate is not for the page's host: %w", err)
	}
	return nil
}
