package authority

import (
	"crypto"
	"errors"
	"io"
	"sync"

	"counterfoil/app/casework"
)

// device is the counter's key with a memory of the last signature's refusal: TLS says
// of it only that no connection came about, and a clerk who pulled a UKey must not be
// told to look at the line.
type device struct {
	crypto.Signer
	mu      sync.Mutex
	refusal *casework.Refusal
}

// Sign signs as crypto.Signer says.
func (d *device) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	sig, err := d.Signer.Sign(r, digest, opts)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refusal = nil
	_ = errors.As(err, &d.refusal)
	return sig, err
}

// refused returns why the last handshake got no signature; nil when it got one.
func (d *device) refused() *casework.Refusal {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.refusal
}
