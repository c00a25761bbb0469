package journal

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"strings"

	"counterfoil/app/protocol"
)

// A day's key wraps the keys of the cases that were opened on that local day. Its
// destruction ends them all at once, also those in a copy of keys/ that somebody
// took before the cases' own keys were destroyed one by one.
const (
	dayMagic  = "CFD1"
	dayEnding = ".day"
	// dayDamaged ends the name of a day's key that failed its seal when another was
	// needed: it may still be mended from a backup, so nothing is written over it.
	dayDamaged = ".day.damaged"
)

// errDayDamaged says that a day's key is there and does not open.
var errDayDamaged = errors.New("the day's key fails its seal")

func dayBinding(day string) []byte { return []byte("counterfoil day key 1 " + day) }

// loadDay returns the day's key, errNoKey or errDayDamaged. k.mu is held.
func (k *keyRing) loadDay(day string) (cipher.AEAD, error) {
	if s, ok := k.openDay[day]; ok {
		return s, nil
	}
	file, err := os.ReadFile(k.days.in(day + dayEnding))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoKey
	}
	if err != nil {
		return nil, fault(err)
	}
	wrapped, ours := strings.CutPrefix(string(file), dayMagic)
	plain, err := k.master.Open(nil, nil, []byte(wrapped), dayBinding(day))
	if !ours || err != nil || len(plain) != 32 {
		return nil, errDayDamaged
	}
	defer clear(plain)
	return k.keepDay(day, [32]byte(plain))
}

// dayFor returns the day's key and creates it when there is none, or none that
// opens: one damaged file must not stop the cases that are yet to come.
func (k *keyRing) dayFor(day string) (cipher.AEAD, error) {
	s, err := k.loadDay(day)
	if errors.Is(err, errDayDamaged) {
		if err := k.setAside(day); err != nil {
			return nil, fault(err)
		}
		err = errNoKey
	}
	if !errors.Is(err, errNoKey) {
		return s, err
	}
	var key [32]byte
	rand.Read(key[:])
	defer clear(key[:])
	file := append([]byte(dayMagic), k.master.Seal(nil, nil, key[:], dayBinding(day))...)
	if err := k.days.replace(day+dayEnding, file); err != nil {
		return nil, fault(err)
	}
	return k.keepDay(day, key)
}

// setAside renames a damaged key of a day. A second one of the same day stays.
func (k *keyRing) setAside(day string) error {
	if there, err := k.days.has(day + dayDamaged); there || err != nil {
		return first(err, errDayDamaged)
	}
	return k.days.rename(day+dayEnding, day+dayDamaged)
}

func (k *keyRing) keepDay(day string, key [32]byte) (cipher.AEAD, error) {
	defer clear(key[:])
	s, err := k.sealer(key)
	if err != nil {
		return nil, err
	}
	if len(k.openDay) >= maxOpenKeys {
		clear(k.openDay)
	}
	k.openDay[day] = s
	return s, nil
}

// hold keeps the key of a day while a case is being opened that the database does
// not show yet. What it returns lets go.
func (k *keyRing) hold(day string) (release func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held[day]++
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.held[day]--; k.held[day] == 0 {
			delete(k.held, day)
		}
	}
}

// endDay destroys the day's key unless a case needs it: one that is being opened,
// or one that alive knows of.
func (k *keyRing) endDay(day string, alive func(day string) (bool, error)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held[day] > 0 {
		return nil
	}
	if yes, err := alive(day); yes || err != nil {
		return err
	}
	for id, key := range k.open {
		if key.day == day {
			delete(k.open, id)
		}
	}
	delete(k.openDay, day)
	for _, name := range []string{day + dayEnding, day + dayEnding + ".new", day + dayDamaged} {
		if err := k.days.shred(name); err != nil {
			return fault(err)
		}
	}
	return fault(k.days.sync())
}

// daysWithKey returns the days that have a file, of whatever kind.
func (k *keyRing) daysWithKey() ([]string, error) {
	files, err := os.ReadDir(k.days.path)
	if err != nil {
		return nil, fault(err)
	}
	var days []string
	for _, f := range files {
		day, _, _ := strings.Cut(f.Name(), ".")
		if protocol.IsDay(day) && (len(days) == 0 || days[len(days)-1] != day) {
			days = append(days, day)
		}
	}
	return days, nil
}
