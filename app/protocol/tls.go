package protocol

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"slices"
	"time"

	"counterfoil/app/casework"
)

// SelfSigned returns a certificate that carries the signer's public key and
// nothing else of meaning: both sides know each other's key from the enrolment
// and pin it, so names, lifetimes and authorities play no part. It never
// expires in the sense of RFC 5280 §4.1.2.5.
func SelfSigned(signer crypto.Signer) (tls.Certificate, error) {
	if _, err := PublicOf(signer); err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: signer}, nil
}

// PeerKey returns the public key that the other side of a connection has
// proved to hold (TLS 1.3 does, by its CertificateVerify).
func PeerKey(state tls.ConnectionState) (PublicKey, error) {
	if len(state.PeerCertificates) == 0 {
		return PublicKey{}, casework.Refuse(casework.KeyUnknown, "the other side showed no certificate")
	}
	pub, ok := state.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return PublicKey{}, casework.Refuse(casework.UnsupportedSuite, "the other side's key is not Ed25519")
	}
	return PublicKey{Suite: Suite1, Bytes: pub}, nil
}

// ServerTLS is the centre's side of mutual TLS 1.3: it takes any Ed25519
// client key, and whoever serves the request asks PeerKey which one it is.
func ServerTLS(signer crypto.Signer) (*tls.Config, error) {
	cert, err := SelfSigned(signer)
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{cert},
		ClientAuth:             tls.RequireAnyClientCert,
		SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			_, err := PeerKey(state)
			return err
		},
	}, err
}

// ClientTLS is the counter's side: it shows the device's key, and ends the
// handshake unless the server's is the pinned one. The library's own checks are
// switched off because they ask for names and authorities; VerifyConnection,
// which runs on every handshake, asks for the key instead.
func ClientTLS(device crypto.Signer, server PublicKey) (*tls.Config, error) {
	if err := server.Check(); err != nil {
		return nil, err
	}
	cert, err := SelfSigned(device)
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		Certificates:       []tls.Certificate{cert},
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			key, err := PeerKey(state)
			if err == nil && (key.Suite != server.Suite || !slices.Equal(key.Bytes, server.Bytes)) {
				err = casework.Refuse(casework.KeyUnknown, "the server's key is not the pinned one")
			}
			return err
		},
	}, err
}
