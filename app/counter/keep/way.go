package keep

import (
	"context"
	"slices"

	"counterfoil/app/casework"
)

// Way says by what the file opens. The settings and the file use the word.
type Way string

// The ways. Auto is none of them: it chooses the first of keyring, TPM and
// passphrase that is there, and never a token.
const (
	Auto       Way = "auto"
	File       Way = "file"       // whoever can read the file
	Passphrase Way = "passphrase" // whoever knows it
	Keyring    Way = "keyring"    // this user of this system, signed in
	TPM        Way = "tpm"        // this machine
	Token      Way = "token"      // a UKey or an HSM, and its PIN; the device key itself is there
)

// Ways returns what can be asked for.
func Ways() []Way { return []Way{Auto, File, Passphrase, Keyring, TPM, Token} }

// ParseWay reads a way.
func ParseWay(s string) (Way, error) {
	if !slices.Contains(Ways(), Way(s)) {
		return "", casework.Refuse(casework.SettingsInvalid, "a key is kept by none of auto, file, passphrase, keyring, tpm and token")
	}
	return Way(s), nil
}

// Means is what the ways need from outside.
type Means struct {
	// Ask asks a person, again after a refusal. Nil: nobody is there. The answer is
	// overwritten as soon as it has been used.
	Ask func(ctx context.Context, q Question) ([]byte, error)
	// Chip is the TPM's device, or a socket of one: [/dev/tpmrm0].
	Chip string
	// Cost is of a new passphrase [StandardCost].
	Cost Cost
	// Token is where a key on a token is to be. One that is there is looked for where
	// its file says.
	Token Place
	// Moved is the module of the token in place of the one in the file; "": it has not
	// moved.
	Moved string
}

// Question is what a person is asked for: the passphrase, or the PIN of the token.
type Question struct {
	PIN    bool
	Fresh  bool  // a new passphrase
	Next   bool  // of the key that takes the place of the present one
	Before error // the refusal of the answer before; nil: there was none
}

// OfNext returns the means for the key that takes the place of the present one: its
// questions say so, and on a token it is there.
func (m Means) OfNext(there Place) Means {
	m.Token = there
	if ask := m.Ask; ask != nil {
		m.Ask = func(ctx context.Context, q Question) ([]byte, error) {
			q.Next = true
			return ask(ctx, q)
		}
	}
	return m
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
