package keep

import (
	"context"
	"slices"

	"counterfoil/app/casework"
)

// Way says by what the file opens. The settings and the file use the word.
type Way string

// The ways. Auto is none of them: it chooses the first of keyring, TPM and
// passphrase that is there.
const (
	Auto       Way = "auto"
	File       Way = "file"       // whoever can read the file
	Passphrase Way = "passphrase" // whoever knows it
	Keyring    Way = "keyring"    // this user of this system, signed in
	TPM        Way = "tpm"        // this machine
)

// Ways returns what can be asked for.
func Ways() []Way { return []Way{Auto, File, Passphrase, Keyring, TPM} }

// ParseWay reads a way.
func ParseWay(s string) (Way, error) {
	if !slices.Contains(Ways(), Way(s)) {
		return "", casework.Refuse(casework.SettingsInvalid, "a key is kept by none of auto, file, passphrase, keyring and tpm")
	}
	return Way(s), nil
}

// Means is what the ways need from outside.
type Means struct {
	// Ask asks a person for the passphrase: a new one where fresh is said, and again
	// after the refusal before. Nil: nobody is there.
	Ask func(ctx context.Context, fresh bool, before error) ([]byte, error)
	// Chip is the TPM's device, or a socket of one: [/dev/tpmrm0].
	Chip string
	// Cost is of a new passphrase [StandardCost].
	Cost Cost
}

// choose is Auto's choice on this machine.
func (m Means) choose(ctx context.Context) (Way, error) {
	switch {
	case keyringThere():
		return Keyring, nil
	case m.chipThere():
		return TPM, nil
	case m.Ask != nil:
		return Passphrase, nil
	}
	return "", casework.Refuse(casework.PassphraseNeeded, "no keyring and no TPM answer here")
}

// newLock makes the key of a new file, and writes into the head what finds it again.
func (m Means) newLock(ctx context.Context, h *head) (lock []byte, err error) {
	switch h.Way {
	case File:
		h.Lock = random(lockSize)
		return h.Lock, nil
	case Passphrase:
		return m.newPassphrase(ctx, h)
	case Keyring:
		return newInKeyring(h)
	case TPM:
		return m.newInChip(h)
	}
	return nil, damaged("the file is kept in no known way")
}

// lock finds the key of a file.
func (m Means) lock(ctx context.Context, h head, opens func(lock []byte) bool) ([]byte, error) {
	var lock []byte
	var err error
	switch h.Way {
	case File:
		lock = h.Lock
	case Passphrase:
		return m.askedFor(ctx, h, opens)
	case Keyring:
		lock, err = fromKeyring(h)
	case TPM:
		lock, err = m.fromChip(h)
	default:
		err = damaged("the file is kept in no known way")
	}
	if err == nil && !opens(lock) {
		err = damaged("the sealed secret does not open")
	}
	return lock, err
}
