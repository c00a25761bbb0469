package counter

import (
	"context"
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"counterfoil/app/casework"
	"counterfoil/app/counter/keep"
	"counterfoil/app/protocol"
)

// Identity is what a counter is known by and what it seals with: the device key
// that signs entries, the key that proves the counter to the centre, and the
// master key under which the journal keeps the keys of its cases.
type Identity struct {
	Device     crypto.Signer
	Connection crypto.Signer // nil or the same in suite 1: Device
	Master     [32]byte

	kept keep.Kept
	held *keep.Held // Device on its token; nil: it is on none
}

// Keys says where a counter's keys are and how they are to be kept.
type Keys struct {
	Dir      string
	Suite    protocol.Suite // of keys that are made, and the only one that is taken; 0: whatever is there, else suite 1
	Way      keep.Way       // of keys that are made; "": keep.File
	Means    keep.Means
	Enrolled protocol.KeyID // the one that the settings are for; "": they do not say
}

// LoadIdentity is OpenIdentity for keys that lie in a file of their own, of
// whichever suite they were made: practice, and programs without a person.
func LoadIdentity(dir string) (Identity, error) {
	return OpenIdentity(context.Background(), Keys{Dir: dir})
}

// LoadIdentityOf is LoadIdentity where the suite is said: keys that are made are
// of that suite, keys of another are refused with suite-fixed. A counter
// never changes its suite; it takes a new folder and is enrolled anew.
func LoadIdentityOf(dir string, suite protocol.Suite) (Identity, error) {
	if err := suite.Check(); err != nil {
		return Identity{}, err
	}
	return OpenIdentity(context.Background(), Keys{Dir: dir, Suite: suite})
}

// keyFile is the name of the file that package keep keeps.
const keyFile = "device.key"

// OpenIdentity opens the counter's keys, or makes them on the first start. The file
// device.key holds the counter's one secret, from which all keys are derived (HKDF,
// RFC 5869), so that one secret is to be guarded and destroying it makes the whole
// journal unreadable. Refusals: those of keep.Open; key-lost where a journal is and
// no key, because a new key would make the journal unreadable for good;
// suite-fixed; key-not-ours where the settings are for another key. Where
// they are for the next one, it takes its place here. Of a key on a token, the program
// is signed in there until Close.
func OpenIdentity(ctx context.Context, k Keys) (Identity, error) {
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return Identity{}, fmt.Errorf("the counter's folder: %w", err)
	}
	name := filepath.Join(k.Dir, keyFile)
	kept, err := keep.Open(ctx, name, k.Means)
	if errors.Is(err, fs.ErrNotExist) {
		kept, err = k.made(ctx, name)
	}
	if err != nil {
		return Identity{}, fmt.Errorf("the device key: %w", err)
	}
	id, err := identityOf(kept)
	if err == nil && k.Suite != 0 && kept.Secret.Suite != k.Suite {
		err = casework.Refuse(casework.SuiteFixed, "the counter's keys are of another suite than its settings say")
	}
	if err == nil {
		id, err = id.EnrolledAs(ctx, k.Enrolled, k.Means)
	}
	if err != nil {
		id.Close()
		return Identity{}, err
	}
	return id, nil
}

// made makes the first keys of a counter. Of two programs that start at once, one
// makes them and the other takes them.
func (k Keys) made(ctx context.Context, name string) (keep.Kept, error) {
	if _, err := os.Stat(filepath.Join(k.Dir, "journal", "journal.db")); !errors.Is(err, fs.ErrNotExist) {
		return keep.Kept{}, casework.Refuse(casework.KeyLost, "a journal is there and "+keyFile+" is not")
	}
	way, suite := k.Way, k.Suite
	if way == "" {
		way = keep.File
	}
	if suite == 0 {
		suite = protocol.Suite1
	}
	s := keep.Secret{Suite: suite, Device: newSecret()}
	var public []byte
	if way != keep.Token { // there it is the token's
		var err error
		if public, err = publicOf(s); err != nil {
			return keep.Kept{}, err
		}
	}
	kept, err := keep.Make(ctx, name, way, s, public, k.Means)
	if errors.Is(err, fs.ErrExist) {
		return keep.Open(ctx, name, k.Means)
	}
	return kept, err
}

func newSecret() []byte {
	s := protocol.NewSalt()
	return s[:]
}

// identityOf derives the keys of an opened file.
func identityOf(kept keep.Kept) (Identity, error) {
	id, err := keysOf(kept.Secret.Device, kept.Secret.Suite, kept.Held())
	if len(kept.Secret.Master) > 0 {
		id.Master = [32]byte(kept.Secret.Master)
	}
	id.kept, id.held = kept, kept.Held()
	return id, err
}

// publicOf returns the key that a secret is enrolled by, as people pass it on; not of
// a key on a token.
func publicOf(s keep.Secret) ([]byte, error) {
	id, err := keysOf(s.Device, s.Suite, nil)
	if err != nil {
		return nil, err
	}
	key, err := id.Public()
	return key.Passed(), err
}

// Way returns how the keys are kept.
func (i Identity) Way() keep.Way { return i.kept.Way }

// Close signs out of the token that holds the device key, if one does. The keys can't
// be used any more then; whoever leaves them to the program's end need not call it.
func (i Identity) Close() { i.held.Close() }

// Keep keeps the same keys in another way. The journal is not touched: its master
// key stays what it is. A key moves neither onto a token nor off it (key-stays): it
// would have been elsewhere, and no token gives one out. Of one that is on a token,
// the file alone is written anew, with the module that was moved.
func (i Identity) Keep(ctx context.Context, way keep.Way, m keep.Means) (Identity, error) {
	if i.held != nil || way == keep.Token {
		if i.held == nil || way != keep.Token || m.Token.Label != "" && m.Token.Label != i.kept.Place().Label {
			return i, casework.Refuse(casework.KeyStays, "")
		}
		var err error
		i.kept, err = i.kept.Moved()
		return i, err
	}
	public, err := publicOf(i.kept.Secret)
	if err != nil {
		return i, err
	}
	i.kept, err = i.kept.Change(ctx, way, public, m)
	return i, err
}

// Pseudonym returns what the ledger knows a clerk by: the same at this counter
// for the same number, and meaningless elsewhere.
func (i Identity) Pseudonym(clerk string) casework.Pseudonym {
	mac := i.Suite().Commit(casework.Salt(i.Master), []byte("clerk\x00"+clerk))
	return casework.Pseudonym(hex.EncodeToString(mac[:8]))
}
