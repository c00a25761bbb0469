package counter

import (
	"cmp"
	"context"

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
// it, signed by both keys. way is how the next key will be kept, on a token where
// m.Token says; "": as the present one is. Asked again it returns a request for the
// same key, unless it is to be kept otherwise. The
// counter goes on under its key of now until its settings are for the next one: so
// nothing that waits is stuck, whenever the administrator approves.
func (i Identity) Rotate(ctx context.Context, r protocol.KeyRequest, way keep.Way, m keep.Means) (Identity, []byte, error) {
	before, err := i.Public()
	if err != nil {
		return i, nil, err
	}
	s, err := i.planned(way, m.Token)
	if err != nil {
		return i, nil, err
	}
	next, err := i.next(ctx, s, m)
	if err != nil {
		return i, nil, err
	}
	defer next.Close()
	if r.Key, err = next.Public(); err != nil {
		return i, nil, err
	}
	if r.Key.ID() == before.ID() {
		return i, nil, casework.Refuse(casework.TokenUnnamed, "the next key is the one of now")
	}
	r.Replaces = string(before.ID())
	if s.Handing, err = protocol.SignKeyRequest(r, next.Device, i.Device); err != nil {
		return i, nil, err
	}
	s.NextPublic = r.Key.Passed()
	i.kept, err = i.kept.Save(s, before.Passed()) // before anybody sees the request
	return i, s.Handing, err
}

// planned returns the secret with a next one: the one that is there, if its key is to
// be kept so, else a fresh one.
func (i Identity) planned(way keep.Way, at keep.Place) (keep.Secret, error) {
	s, now := i.kept.Secret, i.kept.Place()
	if way == "" && len(s.Next) > 0 {
		return s, nil
	}
	plan := s
	plan.NextWay, plan.NextToken = cmp.Or(way, i.kept.Way), nil
	switch plan.NextWay {
	case keep.Token:
		if s.Suite != protocol.Suite1 {
			return s, casework.Refuse(casework.TokenSuite, "")
		}
		if at.Module = cmp.Or(at.Module, now.Module); at.Label == "" || at == now {
			return s, casework.Refuse(casework.TokenUnnamed, "the next key takes a label of its own")
		}
		plan.NextToken = &at
	case i.kept.Way:
		plan.NextWay = "" // nobody is asked when it takes its place
	}
	if len(s.Next) == 0 || plan.NextWay != s.NextWay || plan.NextPlace() != s.NextPlace() {
		plan.Next, plan.NextPublic = newSecret(), nil
	}
	return plan, nil
}

// next opens the keys that the counter will have: another device key; the master key
// of its journal is not theirs.
func (i Identity) next(ctx context.Context, s keep.Secret, m keep.Means) (Identity, error) {
	if s.NextToken == nil {
		return keysOf(s.Next, s.Suite, nil)
	}
	held, err := i.kept.Beside(ctx, m.OfNext(*s.NextToken), s.NextPublic)
	if err != nil {
		return Identity{}, err
	}
	return keysOf(s.Next, s.Suite, held)
}

// nextPublic is the key that the hall will enrol; of no suite where there is none.
func (i Identity) nextPublic() (protocol.PublicKey, error) {
	s := i.kept.Secret
	switch {
	case len(s.Next) == 0:
		return protocol.PublicKey{}, nil
	case s.NextToken != nil:
		return protocol.KeyOf(s.NextPublic)
	}
	id, err := keysOf(s.Next, s.Suite, nil)
	if err != nil {
		return protocol.PublicKey{}, err
	}
	return id.Public()
}

// Fits refuses with key-not-ours a key that is neither this counter's nor its next.
func (i Identity) Fits(want protocol.KeyID) error {
	key, err := i.Public()
	if err != nil || key.ID() == want {
		return err
	}
	if key, err = i.nextPublic(); err != nil || key.Suite != 0 && key.ID() == want {
		return err
	}
	return casework.Refuse(casework.KeyNotOurs, "the settings are for the key "+string(want))
}

// KeptAs returns how a key of this counter is or will be kept, its present one or, by
// its id, the next; at is where on a token.
func (i Identity) KeptAs(id protocol.KeyID) (way keep.Way, at keep.Place) {
	s := i.kept.Secret
	if now, err := i.Public(); err != nil || now.ID() == id || s.NextWay == "" {
		return i.kept.Way, i.kept.Place()
	}
	return s.NextWay, s.NextPlace()
}

// EnrolledAs checks that the settings are for this key; "": they do not say. When they
// are for the next one, which the hall has enrolled then, it takes the place of the
// one before, and where it is kept otherwise m opens that.
func (i Identity) EnrolledAs(ctx context.Context, want protocol.KeyID, m keep.Means) (Identity, error) {
	if want == "" {
		return i, nil
	}
	if err := i.Fits(want); err != nil {
		return i, err
	}
	before, err := i.Public()
	if err != nil || before.ID() == want {
		return i, err
	}
	key, err := i.nextPublic()
	if err != nil {
		return i, err
	}
	s := i.kept.Secret
	successor := keep.Secret{Suite: s.Suite, Device: s.Next, Master: i.Master[:], Before: append([]protocol.Handed{{Key: before, Request: s.Handing}}, s.Before...)}
	kept := i.kept
	if s.NextWay == "" {
		kept, err = kept.Save(successor, key.Passed())
	} else {
		kept, err = kept.Become(ctx, s.NextWay, successor, key.Passed(), m.OfNext(s.NextPlace()))
	}
	if err != nil {
		return i, err
	}
	return identityOf(kept)
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
