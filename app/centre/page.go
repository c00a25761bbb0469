package centre

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"counterfoil/app/centre/pagecert"
)

// page is how phones reach the citizen's page.
type page struct {
	address  string // without a slash at the end
	root     []byte // DER of the root that phones must trust; nil: one that they know
	rootFile string
}

// secure reports whether phones come by HTTPS, to us or to a proxy.
func (p page) secure() bool { return strings.HasPrefix(p.address, "https://") }

func (p page) host() string {
	u, err := url.Parse(p.address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// check refuses an address under which a browser has no passkeys: it wants
// HTTPS, or this machine itself, and a name rather than a number.
func (p page) check() error {
	switch host := p.host(); {
	case host == "":
		return errors.New("centre: the page's address is none")
	case !p.secure() && host != "localhost":
		return errors.New("centre: phones must reach the page by HTTPS: give it a certificate, or say under which https:// address TLS stands in front of it")
	case net.ParseIP(host) != nil:
		return fmt.Errorf("centre: the page's address needs a name in place of %s: a passkey belongs to a name", host)
	}
	return nil
}

// openPage takes the page's listener and finds its certificate. It answers from
// serve on.
func (c *Centre) openPage(run context.Context) (err error) {
	if c.phone, err = listen(run, "tcp", c.o.Phone, nil, nil); err != nil {
		return err
	}
	own := c.o.PhoneOwn || c.o.Practice && c.o.PhoneCert == "" && c.o.PhoneURL == "" && !loopback(c.phone.address())
	c.page.address = pageAddress(c.o.PhoneURL, c.phone.address(), own || c.o.PhoneCert != "")
	switch {
	case own:
		err = c.ownPage()
	case c.o.PhoneCert != "":
		var f *pagecert.Files
		if f, err = pagecert.Open(c.o.PhoneCert, c.o.PhoneKey, c.page.host(), c.o.Now, c.o.Log); err == nil {
			c.phone.http.TLSConfig = &tls.Config{GetCertificate: f.Serve}
		}
	}
	if err == nil && !c.o.Practice {
		err = c.page.check()
	}
	return err
}

// ownPage serves the page under a certificate made here.
func (c *Centre) ownPage() error {
	own, err := pagecert.Issue(filepath.Join(c.o.Home, "keys"), pageNames(c.phone.address(), c.page.host()), c.o.Now)
	if err != nil {
		return err
	}
	c.phone.http.TLSConfig = &tls.Config{GetCertificate: own.Serve}
	c.page.root, c.page.rootFile = own.Root(), own.RootFile()
	return nil
}

// pageAddress returns how phones reach the page. This machine calls itself
// localhost, which a browser takes for secure and as the owner of passkeys; one
// that listens on all its addresses is called by its name in the local network
// (RFC 6762) where it has no longer one.
func pageAddress(said, listens string, secure bool) string {
	if said != "" {
		return said
	}
	host, port, _ := net.SplitHostPort(listens)
	switch ip := net.ParseIP(host); {
	case ip != nil && (ip.Equal(net.IPv4(127, 0, 0, 1)) || ip.Equal(net.IPv6loopback)):
		host = "localhost" // the other addresses of 127.0.0.0/8 have no name
	case ip != nil && ip.IsUnspecified():
		host = machine()
	}
	if secure {
		return "https://" + net.JoinHostPort(host, port)
	}
	return "http://" + net.JoinHostPort(host, port)
}

// machine is this machine's name for others.
func machine() string {
	name, err := os.Hostname()
	switch {
	case err != nil || name == "":
		return "localhost"
	case !strings.Contains(name, "."):
		name += ".local"
	}
	return strings.ToLower(name)
}

func loopback(listens string) bool {
	host, _, _ := net.SplitHostPort(listens)
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// pageNames returns every name and address by which a phone may come.
func pageNames(listens, host string) []string {
	names := []string{host, "localhost", "127.0.0.1", "::1"}
	at, _, _ := net.SplitHostPort(listens)
	ip := net.ParseIP(at)
	if ip == nil || !ip.IsUnspecified() {
		return append(names, at)
	}
	names = append(names, machine())
	all, _ := net.InterfaceAddrs() // a machine that can't list them is reached by its name
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLinkLocalUnicast() {
			names = append(names, n.IP.String())
		}
	}
	return names
}

// PhoneRoot says where the root is that a phone must trust before it takes the
// page's certificate: its address on the page, its file, and the SHA-256 of its
// DER to compare. All are empty unless the certificate is made here.
func (c *Centre) PhoneRoot() (address, file, digest string) {
	if c.page.root == nil {
		return "", "", ""
	}
	sum := sha256.Sum256(c.page.root)
	return c.page.address + "/root.crt", c.page.rootFile, hex.EncodeToString(sum[:])
}
