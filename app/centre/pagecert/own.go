package pagecert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"counterfoil/app/centre/keyfile"
)

// Lives. Phones take a certificate of a root that was installed by hand for at
// most 825 days; a short one costs nothing, because it renews itself.
const (
	rootLife  = 10 * 365 * 24 * time.Hour
	leafLife  = 90 * 24 * time.Hour
	renewLeft = 30 * 24 * time.Hour // before the end
)

// Files in the folder of Own, each readable by its owner alone.
const (
	rootFile    = "phone-root.pem"
	rootKeyFile = "phone-root.key"
	leafFile    = "phone.pem"
	leafKeyFile = "phone.key"
)

// Own serves certificates that it issues itself. Its methods may be called from
// any goroutine.
type Own struct {
	dir   string
	names []string
	now   func() time.Time

	mu      sync.Mutex
	root    *x509.Certificate
	rootKey *ecdsa.PrivateKey
	serves  *tls.Certificate
}

// Issue reads the root and the certificate that dir holds, and makes what is
// missing, has nearly run out, or is not for all the names (host names and
// addresses). A new root is made only where the old one has run out or may not
// sign for a name: phones must be given it again.
func Issue(dir string, names []string, now func() time.Time) (*Own, error) {
	o := &Own{dir: dir, names: slices.Compact(slices.Sorted(slices.Values(names))), now: now}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := o.openRoot(); err != nil {
		return nil, err
	}
	return o, o.openLeaf()
}

// Serve returns the certificate for a handshake; it has the form of
// tls.Config.GetCertificate. One that has nearly run out is renewed first.
func (o *Own) Serve(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.now().Before(o.serves.Leaf.NotAfter.Add(-renewLeft)) {
		return o.serves, nil
	}
	if err := o.issueLeaf(); err != nil {
		return nil, err
	}
	return o.serves, nil
}

// Root returns the root that a phone must trust, as DER.
func (o *Own) Root() []byte { return bytes.Clone(o.root.Raw) }

// RootFile returns the path of the root, PEM.
func (o *Own) RootFile() string { return filepath.Join(o.dir, rootFile) }

// openRoot reads the root, and makes it anew where it would not do.
func (o *Own) openRoot() error {
	cert, key, err := readPair(filepath.Join(o.dir, rootFile), filepath.Join(o.dir, rootKeyFile))
	if err != nil {
		return err
	}
	if cert != nil && cert.IsCA && o.now().Before(cert.NotAfter.Add(-leafLife)) && signsFor(cert, o.names) {
		o.root, o.rootKey = cert, key
		return nil
	}
	if o.root, o.rootKey, err = newRoot(o.names, o.now()); err != nil {
		return err
	}
	return writePair(filepath.Join(o.dir, rootFile), filepath.Join(o.dir, rootKeyFile), o.root, o.rootKey)
}

func (o *Own) openLeaf() error {
	cert, key, err := readPair(filepath.Join(o.dir, leafFile), filepath.Join(o.dir, leafKeyFile))
	if err != nil {
		return err
	}
	if cert != nil && cert.CheckSignatureFrom(o.root) == nil && o.now().Before(cert.NotAfter.Add(-renewLeft)) &&
		!slices.ContainsFunc(o.names, func(n string) bool { return cert.VerifyHostname(n) != nil }) {
		o.serve(cert, key)
		return nil
	}
	return o.issueLeaf()
}

func (o *Own) issueLeaf() error {
	cert, key, err := newLeaf(o.names, o.root, o.rootKey, o.now())
	if err != nil {
		return err
	}
	if err := writePair(filepath.Join(o.dir, leafFile), filepath.Join(o.dir, leafKeyFile), cert, key); err != nil {
		return err
	}
	o.serve(cert, key)
	return nil
}

func (o *Own) serve(cert *x509.Certificate, key *ecdsa.PrivateKey) {
	o.serves = &tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
}

// signsFor reports whether the root's constraints let it sign for all the names.
func signsFor(root *x509.Certificate, names []string) bool {
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			if !slices.ContainsFunc(root.PermittedIPRanges, func(n *net.IPNet) bool { return n.Contains(ip) }) {
				return false
			}
		} else if !slices.Contains(root.PermittedDNSDomains, name) {
			return false
		}
	}
	return true
}

// readPair reads a certificate with its key; nil where a file is missing, or
// where the two do not belong together: a start that was cut between writing
// them left that, and both are made anew. A file that can't be read is an error.
func readPair(certFile, keyFile string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	var text [2][]byte
	for i, path := range []string{certFile, keyFile} {
		var err error
		if text[i], err = os.ReadFile(path); errors.Is(err, os.ErrNotExist) {
			return nil, nil, nil
		} else if err != nil {
			return nil, nil, err
		}
	}
	pair, err := tls.X509KeyPair(text[0], text[1])
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return nil, nil, nil
	}
	return pair.Leaf, key, nil
}

func writePair(certFile, keyFile string, cert *x509.Certificate, key *ecdsa.PrivateKey) error {
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := keyfile.Write(keyFile, block("PRIVATE KEY", raw)); err != nil {
		return err
	}
	return keyfile.Write(certFile, block("CERTIFICATE", cert.Raw))
}
