package chain

import (
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// enrolKey lets a key write entries for a counter. A key has one office, for ever.
func enrolKey(l *layer, s protocol.Statement) error {
	id := s.Key.ID()
	there, err := l.get(protocol.LedgerKey + string(id))
	if err != nil {
		return err
	}
	if there != nil {
		return casework.Refuse(casework.AlreadyDone, "the key is enrolled or was withdrawn")
	}
	if err := unused(l, id); err != nil {
		return err
	}
	if line := s.Key.ConnectionID(); line != id {
		if err := unused(l, line); err != nil {
			return err
		}
		if err := l.save(protocol.LedgerConnection+string(line), id); err != nil {
			return err
		}
	}
	return l.save(protocol.LedgerKey+string(id), protocol.KeyState{Key: *s.Key, Hall: s.Hall, Counter: s.Counter, Changed: s.At})
}

// unused refuses a key that has an office already: a counter's, its connection's,
// an administrator's or the authority's.
func unused(l *layer, id protocol.KeyID) error {
	office, err := speaks(l, id)
	if err != nil {
		return err
	}
	counters, err := ofCounter(l, id)
	if err != nil {
		return err
	}
	if office || counters {
		return casework.Refuse(casework.KeyNotEntitled, "one key may not have two offices")
	}
	return nil
}

// ofCounter reports whether a key is a counter's, or that of its connection.
func ofCounter(r reader, id protocol.KeyID) (bool, error) {
	for _, path := range []string{protocol.LedgerKey, protocol.LedgerConnection} {
		there, err := r.get(path + string(id))
		if err != nil || there != nil {
			return there != nil, err
		}
	}
	return false, nil
}

// changeKey withdraws, suspends or resumes a key. A statement that is not newer
// than the last is refused: who kept an old one can't say it again.
func changeKey(l *layer, s protocol.Statement) error {
	var k protocol.KeyState
	known, err := load(l, protocol.LedgerKey+s.KeyID, &k)
	switch {
	case err != nil:
		return err
	case !known:
		return casework.Refuse(casework.KeyUnknown, "the key is not enrolled")
	case k.Hall != s.Hall:
		return casework.Refuse(casework.KeyNotEntitled, "the key is of another hall")
	case k.Withdrawn, s.Subject == protocol.KeySuspended && k.Suspended, s.Subject == protocol.KeyResumed && !k.Suspended:
		return casework.Refuse(casework.AlreadyDone, "the key is in this state already")
	case s.At <= k.Changed:
		return casework.Refuse(casework.TimeBeforePrevious, "the statement is not newer than the last about this key, of "+time.UnixMilli(k.Changed).UTC().Format(time.RFC3339))
	}
	k.Changed = s.At
	k.Withdrawn = s.Subject == protocol.KeyWithdrawn
	k.Suspended = s.Subject == protocol.KeySuspended
	return l.save(protocol.LedgerKey+s.KeyID, k)
}

// speaks reports whether a key is the authority's or an administrator's.
func speaks(r reader, id protocol.KeyID) (bool, error) {
	var authority protocol.PublicKey
	if _, err := load(r, protocol.LedgerAuthority, &authority); err != nil {
		return false, err
	}
	office, _, err := officeOf(r, id)
	return office != "" || authority.ID() == id, err
}
