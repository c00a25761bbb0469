package pagecert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"time"
)

// slack is how far behind a phone's clock may be.
const slack = time.Hour

// near returns the addresses for which a root may sign: its own, and those that
// nobody has in the world (RFC 1918, RFC 4193, loopback, link-local), because a
// practice machine is given another of these every day.
func near(own []net.IP) (list []*net.IPNet) {
	for _, ip := range own {
		list = append(list, &net.IPNet{IP: ip, Mask: net.CIDRMask(8*len(ip), 8*len(ip))})
	}
	for _, s := range []string{"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"} {
		_, n, _ := net.ParseCIDR(s)
		list = append(list, n)
	}
	return list
}

func newRoot(names []string, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	hosts, addresses := apart(names)
	t := &x509.Certificate{Subject: pkix.Name{CommonName: "Counterfoil practice, this centre alone", Organization: []string{"Counterfoil practice"}},
		NotBefore: now.Add(-slack), NotAfter: now.Add(rootLife), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign, PermittedDNSDomainsCritical: true, PermittedDNSDomains: hosts, PermittedIPRanges: near(addresses)}
	return sign(t, nil, nil)
}

func newLeaf(names []string, root *x509.Certificate, rootKey *ecdsa.PrivateKey, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	hosts, addresses := apart(names)
	t := &x509.Certificate{Subject: pkix.Name{CommonName: "Counterfoil practice page"}, DNSNames: hosts, IPAddresses: addresses,
		NotBefore: now.Add(-slack), NotAfter: now.Add(leafLife), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	return sign(t, root, rootKey)
}

// sign makes a key of the kind that every phone takes and a certificate for it,
// under itself where there is no root.
func sign(t, root *x509.Certificate, rootKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if root == nil {
		root, rootKey = t, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, t, root, &key.PublicKey, rootKey)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(raw)
	return cert, key, err
}

// apart divides names into host names and addresses.
func apart(names []string) (hosts []string, addresses []net.IP) {
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			if short := ip.To4(); short != nil {
				ip = short
			}
			addresses = append(addresses, ip)
			continue
		}
		hosts = append(hosts, n)
	}
	return hosts, addresses
}

func block(kind string, raw []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})
}
