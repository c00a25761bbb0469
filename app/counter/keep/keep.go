package keep

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Kept is an opened file.
type Kept struct {
	Secret Secret
	Way    Way

	name string
	head head
	lock []byte
	held *Held
}

// Held returns the key on its token, signed in to; nil where the key is on none.
func (k Kept) Held() *Held { return k.held }

// Place returns where the key on a token is; empty where it is on none.
func (k Kept) Place() Place {
	if k.held == nil {
		return Place{}
	}
	return k.held.place
}

// Look returns how a file is kept and the public key that stands in it, without
// opening it. The key is empty in a file of before this package. An error that is
// fs.ErrNotExist says that there is none.
func Look(name string) (Way, []byte, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return "", nil, err
	}
	if _, ok := bare(raw); ok {
		return File, nil, nil
	}
	h, err := read(raw)
	return h.Way, h.Public, err
}

// bare reads a file of before: the secret alone, in suite 2 behind a byte 2.
func bare(raw []byte) (Secret, bool) {
	switch {
	case len(raw) == ed25519.SeedSize:
		return Secret{Suite: protocol.Suite1, Device: raw}, true
	case len(raw) == 1+ed25519.SeedSize && raw[0] == byte(protocol.Suite2):
		return Secret{Suite: protocol.Suite2, Device: raw[1:]}, true
	}
	return Secret{}, false
}

// Open opens a file. Refusals: key-damaged, passphrase-wrong, passphrase-needed,
// keyring-refused, chip-refused, and of a token token-missing, token-other,
// token-many, token-unfit, token-pin-wrong, token-pin-last, token-pin-needed,
// token-locked; the file is left as it is.
func Open(ctx context.Context, name string, m Means) (Kept, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return Kept{}, err
	}
	if s, ok := bare(raw); ok {
		return Kept{Secret: s, Way: File, name: name}, nil
	}
	h, err := read(raw)
	if err != nil {
		return Kept{}, err
	}
	k := Kept{Way: h.Way, name: name, head: h}
	if h.Way == Token {
		return k.fromToken(ctx, m)
	}
	k.lock, err = m.lock(ctx, h, func(lock []byte) bool {
		var err error
		k.Secret, err = h.open(lock)
		return err == nil
	})
	return k, err
}

// Make makes a file where there is none, so that a power cut leaves either all of
// it or nothing. Of two programs that make it at once, one makes it and the other
// gets fs.ErrExist: Link, unlike Rename, replaces nothing. public is what Look
// shows; of a key on a token it is the one that must be there, or empty, and a key
// that is not there is made.
func Make(ctx context.Context, name string, way Way, s Secret, public []byte, m Means) (Kept, error) {
	k, raw, err := closed(ctx, name, way, s, public, m, nil)
	if err == nil {
		err = put(name, raw, os.Link)
	}
	if err != nil {
		k.held.Close()
		return Kept{}, err
	}
	return k, nil
}

// Change keeps the same secret in another way, or in the same way anew: under a
// new passphrase. A power cut leaves the file as it was or as it is to be.
func (k Kept) Change(ctx context.Context, way Way, public []byte, m Means) (Kept, error) {
	return k.Become(ctx, way, k.Secret, public, m)
}

// Become keeps another secret in another way, as Make would. A token that only k was
// signed in to is signed out of.
func (k Kept) Become(ctx context.Context, way Way, s Secret, public []byte, m Means) (Kept, error) {
	fresh, raw, err := closed(ctx, k.name, way, s, public, m, k.held)
	if err == nil {
		err = put(k.name, raw, os.Rename)
	}
	if err != nil {
		fresh.held.Close()
		return k, err
	}
	k.held.Close()
	return fresh, nil
}

// Save keeps another secret in the same way, without asking anybody.
func (k Kept) Save(s Secret, public []byte) (Kept, error) {
	if err := s.check(); err != nil {
		return k, err
	}
	if k.lock == nil { // a file of before
		return k.resave(s, public)
	}
	k.Secret, k.head.Public = s, public
	if err := k.head.seal(k.lock, s); err != nil {
		return k, err
	}
	raw, err := k.head.encode()
	if err != nil {
		return k, err
	}
	return k, put(k.name, raw, os.Rename)
}

func (k Kept) resave(s Secret, public []byte) (Kept, error) {
	k.Secret = s
	return k.Change(context.Background(), File, public, Means{})
}

// closed makes the bytes of a file.
func closed(ctx context.Context, name string, way Way, s Secret, public []byte, m Means, beside *Held) (k Kept, raw []byte, err error) {
	if err := s.check(); err != nil {
		return k, nil, err
	}
	if way == Token && s.Suite != protocol.Suite1 {
		return k, nil, casework.Refuse(casework.TokenSuite, "")
	}
	if way == Auto {
		if way, err = m.choose(ctx); err != nil {
			return k, nil, err
		}
	}
	k = Kept{Secret: s, Way: way, name: name, head: head{Version: formatVersion, Way: way, Public: public}}
	if way == Token {
		k.held, k.lock, err = m.newOnToken(ctx, &k.head, public, beside)
	} else {
		k.lock, err = m.newLock(ctx, &k.head)
	}
	if err != nil {
		return k, nil, err
	}
	if err = k.head.seal(k.lock, s); err != nil {
		return k, nil, err
	}
	if raw, err = k.head.encode(); err != nil {
		return k, nil, err
	}
	if _, err := k.head.open(k.lock); err != nil { // before anything is replaced
		return k, nil, casework.Refuse(casework.KeyDamaged, "what was sealed does not open")
	}
	return k, raw, nil
}

// put writes a file beside its place, syncs it, and brings it there.
func put(name string, raw []byte, place func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := place(f.Name(), name); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fs.ErrExist
		}
		return err
	}
	d, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
