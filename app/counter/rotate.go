package counter

import (
	"counterfoil/app/casework"
	"counterfoil/app/counter/keep"
	"counterfoil/app/protocol"
)

// Request returns the signed request by which a hall's administrator enrols this
// counter's key.
func (i Identity) Request(r protocol.KeyRequest) ([]byte, error) {
	var err error
	if r.Key, err = i.Public(); err != nil {
		return nil, err
	}
	return protocol.SignKeyRequest(r, i.Device, nil)
}

// Rotate makes the counter's next key, durably, and returns the request to enrol
// it, signed by both keys. Asked again it returns a request for the same key. The
// counter goes on under its key of now until its settings are for the next one: so
// nothing that waits is stuck, whenever the administrator approves.
func (i Identity) Rotate(r protocol.KeyRequest) (Identity, []byte, error) {
	s := i.kept.Secret
	if len(s.Next) == 0 {
		s.Next = newSecret()
	}
	i.kept.Secret = s
	next, err := i.next()
	if err != nil {
		return i, nil, err
	}
	before, err := i.Public()
	if err != nil {
		return i, nil, err
	}
	if r.Key, err = next.Public(); err != nil {
		return i, nil, err
	}
	r.Replaces = string(before.ID())
	if s.Handing, err = protocol.SignKeyRequest(r, next.Device, i.Device); err != nil {
		return i, nil, err
	}
	i.kept, err = i.kept.Save(s, before.Passed()) // before anybody sees the request
	return i, s.Handing, err
}

// next is the identity that the counter will have: another device key, the same
// master key, so that its journal stays readable.
func (i Identity) next() (Identity, error) {
	s := i.kept.Secret
	before, err := i.Public()
	if err != nil {
		return i, err
	}
	n := i.kept
	n.Secret = keep.Secret{Suite: s.Suite, Device: s.Next, Master: i.Master[:], Before: append([]protocol.Handed{{Key: before, Request: s.Handing}}, s.Before...)}
	return identityOf(n)
}

// Fits refuses with key-not-ours a key that is neither this counter's nor its next.
func (i Identity) Fits(want protocol.KeyID) error {
	key, err := i.Public()
	if err != nil || key.ID() == want {
		return err
	}
	if len(i.kept.Secret.Next) > 0 {
		next, err := i.next()
		if err != nil {
			return err
		}
		if key, err = next.Public(); err != nil || key.ID() == want {
			return err
		}
	}
	return casework.Refuse(casework.KeyNotOurs, "the settings are for the key "+string(want))
}

// enrolledAs checks that the settings are for this key. When they are for the next
// one, which the hall has enrolled then, it takes the place of the one before.
func (i Identity) enrolledAs(want protocol.KeyID) (Identity, error) {
	if want == "" {
		return i, nil
	}
	if err := i.Fits(want); err != nil {
		return i, err
	}
	if key, err := i.Public(); err != nil || key.ID() == want {
		return i, err
	}
	next, err := i.next()
	if err != nil {
		return i, err
	}
	key, err := next.Public()
	if err != nil {
		return i, err
	}
	next.kept, err = i.kept.Save(next.kept.Secret, key.Passed())
	return next, err
}

// before returns the keys that this counter had, the newest first: entries of its
// cases may be signed by them.
func (i Identity) before() []protocol.Handed { return i.kept.Secret.Before }

// signedBy returns, of the keys that this counter has and had, the one with an id;
// its own when none is.
func (i Identity) signedBy(id protocol.KeyID) (protocol.PublicKey, error) {
	for _, h := range i.before() {
		if h.Key.ID() == id {
			return h.Key, nil
		}
	}
	return i.Public()
}
