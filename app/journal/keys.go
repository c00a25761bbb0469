package journal

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"sync"

	"counterfoil/app/casework"
)

// keyMagic begins every key file; the wrapped key follows.
const keyMagic = "CFK1"

// maxOpenKeys bounds the keys kept unwrapped in memory.
const maxOpenKeys = 64

// errNoKey says that a case has no key file; what that means the case knows.
var errNoKey = errors.New("the case has no key")

// keyRing holds the keys of the cases: keys/<case id>.key, wrapped under the
// master key. They lie outside SQLite because a row that was deleted there can
// be read again from the log, the free pages or a copy of the file.
type keyRing struct {
	dir    folder
	master cipher.AEAD
	mu     sync.Mutex
	open   map[casework.CaseID]cipher.AEAD
}

func keyFile(id casework.CaseID) string { return string(id) + ".key" }

func keyBinding(id casework.CaseID) []byte { return []byte("counterfoil case key 1 " + string(id)) }

// get returns the case's key, or errNoKey.
func (k *keyRing) get(id casework.CaseID) (cipher.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.load(id)
}

// make returns the case's key and creates it when there is none. It is on disk
// when make returns.
func (k *keyRing) make(id casework.CaseID) (cipher.AEAD, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, err := k.load(id)
	if !errors.Is(err, errNoKey) {
		return s, err
	}
	var key [32]byte
	rand.Read(key[:])
	file := append([]byte(keyMagic), k.master.Seal(nil, nil, key[:], keyBinding(id))...)
	fresh := keyFile(id) + ".new"
	if err := k.dir.put(fresh, file); err != nil {
		return nil, fault(err)
	}
	if err := k.dir.rename(fresh, keyFile(id)); err != nil {
		return nil, fault(err)
	}
	if err := k.dir.sync(); err != nil {
		return nil, fault(err)
	}
	return k.keep(id, key)
}

func (k *keyRing) load(id casework.CaseID) (cipher.AEAD, error) {
	if s, ok := k.open[id]; ok {
		return s, nil
	}
	file, err := os.ReadFile(k.dir.in(keyFile(id)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoKey
	}
	if err != nil {
		return nil, fault(err)
	}
	if len(file) < len(keyMagic) || string(file[:len(keyMagic)]) != keyMagic {
		return nil, damaged(id, "the key file is not one")
	}
	key, err := k.master.Open(nil, nil, file[len(keyMagic):], keyBinding(id))
	if err != nil || len(key) != 32 {
		return nil, damaged(id, "the key fails its seal")
	}
	return k.keep(id, [32]byte(key))
}

func (k *keyRing) keep(id casework.CaseID, key [32]byte) (cipher.AEAD, error) {
	s, err := newSealer(key)
	if err != nil {
		return nil, err
	}
	if len(k.open) >= maxOpenKeys {
		clear(k.open)
	}
	k.open[id] = s
	return s, nil
}

// destroy overwrites and removes the case's key file. Doing it again, or
// finishing what a power cut stopped, is harmless.
func (k *keyRing) destroy(id casework.CaseID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.open, id)
	for _, name := range []string{keyFile(id), keyFile(id) + ".new"} {
		if err := k.shred(name); err != nil {
			return fault(err)
		}
	}
	return fault(k.dir.sync())
}

func (k *keyRing) shred(name string) error {
	info, err := os.Stat(k.dir.in(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := k.dir.overwrite(name, make([]byte, info.Size())); err != nil {
		return err
	}
	return k.dir.remove(name)
}
