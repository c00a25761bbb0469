package journal

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"sync"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Every key file begins with a word; then follows, of a case, the day (YYYYMMDD)
// under whose key it lies, and then the wrapped key. Files of the first kind lie
// under the master key itself; they stay as they are.
const (
	keyMagic1 = "CFK1"
	keyMagic2 = "CFK2"
	dayDigits = 8
)

// maxOpenKeys bounds the keys kept unwrapped in memory.
const maxOpenKeys = 64

// errNoKey says that a case has no key: its file, or its day's, is not there.
// What that means the case knows.
var errNoKey = errors.New("the case has no key")

// sealer makes the seal of the journal's suite under a key. A seal draws its own
// nonce: those of a sealer are given and taken without one.
type sealer func(key [32]byte) (cipher.AEAD, error)

// keyRing holds the keys of the cases: keys/<case id>.key, wrapped under the key
// of the day on which the case was opened (keys/days/<day>.day), which is wrapped
// under the master key. They lie outside SQLite because a row that was deleted
// there can be read again from the log, the free pages or a copy of the file.
type keyRing struct {
	dir    folder
	days   folder
	master cipher.AEAD
	sealer sealer

	mu      sync.Mutex
	open    map[casework.CaseID]caseKey
	openDay map[string]cipher.AEAD
	held    map[string]int // days of which a case is being opened
}

// caseKey seals the records of one case.
type caseKey struct {
	cipher.AEAD
	day string // "": a key of the first kind, whose records may be of the first kind
}

func keyFile(id casework.CaseID) string { return string(id) + ".key" }

func keyBinding(id casework.CaseID, day string) []byte {
	if day == "" {
		return []byte("counterfoil case key 1 " + string(id))
	}
	return []byte("counterfoil case key 2 " + day + " " + string(id))
}

// get returns the case's key, or errNoKey.
func (k *keyRing) get(id casework.CaseID) (caseKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.load(id)
}

// make returns the case's key and creates it, under the key of the day, when there
// is none. It is on disk when make returns.
func (k *keyRing) make(id casework.CaseID, day string) (caseKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, err := k.load(id)
	if !errors.Is(err, errNoKey) {
		return s, err
	}
	wrap, err := k.dayFor(day)
	if err != nil {
		return caseKey{}, err
	}
	var key [32]byte
	rand.Read(key[:])
	defer clear(key[:])
	file := append([]byte(keyMagic2+day), wrap.Seal(nil, nil, key[:], keyBinding(id, day))...)
	if err := k.dir.replace(keyFile(id), file); err != nil {
		return caseKey{}, fault(err)
	}
	return k.keep(id, day, key)
}

func (k *keyRing) load(id casework.CaseID) (caseKey, error) {
	if s, ok := k.open[id]; ok {
		return s, nil
	}
	file, err := os.ReadFile(k.dir.in(keyFile(id)))
	if errors.Is(err, fs.ErrNotExist) {
		return caseKey{}, errNoKey
	}
	if err != nil {
		return caseKey{}, fault(err)
	}
	day, wrap, wrapped, err := k.wrapping(id, file)
	if err != nil {
		return caseKey{}, err
	}
	plain, err := wrap.Open(nil, nil, wrapped, keyBinding(id, day))
	if err != nil || len(plain) != 32 {
		return caseKey{}, damaged(id, "the key fails its seal")
	}
	defer clear(plain)
	return k.keep(id, day, [32]byte(plain))
}

// wrapping returns what a key file is wrapped under, and the wrapped key in it.
func (k *keyRing) wrapping(id casework.CaseID, file []byte) (day string, wrap cipher.AEAD, wrapped []byte, err error) {
	const begin = len(keyMagic1)
	switch {
	case len(file) >= begin && string(file[:begin]) == keyMagic1:
		return "", k.master, file[begin:], nil
	case len(file) < begin+dayDigits || string(file[:begin]) != keyMagic2 || !protocol.IsDay(string(file[begin:begin+dayDigits])):
		return "", nil, nil, damaged(id, "the key file is not one")
	}
	day, wrapped = string(file[begin:begin+dayDigits]), file[begin+dayDigits:]
	wrap, err = k.loadDay(day)
	if errors.Is(err, errDayDamaged) {
		err = damaged(id, "the key of its day fails its seal")
	}
	return day, wrap, wrapped, err
}

func (k *keyRing) keep(id casework.CaseID, day string, key [32]byte) (caseKey, error) {
	defer clear(key[:])
	s, err := k.sealer(key)
	if err != nil {
		return caseKey{}, err
	}
	if len(k.open) >= maxOpenKeys {
		clear(k.open)
	}
	k.open[id] = caseKey{AEAD: s, day: day}
	return k.open[id], nil
}

// close lets go of the keys that are unwrapped in memory.
func (k *keyRing) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.open)
	clear(k.openDay)
}

// destroy overwrites and removes the case's key file. Doing it again, or
// finishing what a power cut stopped, is harmless.
func (k *keyRing) destroy(id casework.CaseID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.open, id)
	for _, name := range []string{keyFile(id), keyFile(id) + ".new"} {
		if err := k.dir.shred(name); err != nil {
			return fault(err)
		}
	}
	return fault(k.dir.sync())
}
